"""With what the template allows it the projector does its work; with any one action less it fails."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest
from tests.deploy.cloud import ADMIN, Cloud
from tests.deploy.roles import (
    Statement,
    actions_of,
    credentials,
    person_who_may,
    table_statements,
    without,
)
from tests.engines import REGION
from tests.stage import person

from cruddur.bus.memory import MemoryBus
from cruddur.messaging.ports import Change, Delete, Key
from cruddur.messaging.project import project
from cruddur.messaging.service import Messaging, utc_now
from cruddur.messaging.start_direct_group import start_direct_group
from cruddur.model import Message, User
from cruddur.table import items, keys
from cruddur.table.dynamodb import DynamoTable
from cruddur.table.dynamodb.schema import create_table
from cruddur.table.schema import Schema

DEADLINE = 10.0
ACTIONS = ("BatchGetItem", "ConditionCheckItem", "GetItem", "PutItem", "UpdateItem")
"""Written down, since collecting tests must not install tools; the first test compares."""


def allowed() -> Sequence[Statement]:
    return table_statements("FunctionRole", "template")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Without TLS: these tests hold their credentials in their hands."""
    cloud = Cloud(tmp_path_factory.mktemp("guarded"), tls=False)
    yield cloud
    cloud.stop()


@asynccontextmanager
async def acting(cloud: Cloud, who: dict[str, str]) -> AsyncIterator[Messaging]:
    table = await DynamoTable.open(
        keys.TABLE_NAME,
        region=REGION,
        endpoint_url=cloud.url,
        credentials=credentials(who),
        deadline=DEADLINE,
    )
    yield Messaging(table=table, bus=MemoryBus(), clock=utc_now)
    await table.close()


@pytest.fixture
async def messaging(guarded: Cloud) -> AsyncIterator[Messaging]:
    """May do anything."""
    async with acting(guarded, ADMIN) as messaging:
        table = messaging.table
        assert isinstance(table, DynamoTable)
        if "error" in guarded.call(("dynamodb", "describe_table", {"TableName": table.name}))[0]:
            await create_table(table.calls, Schema())
        yield messaging


async def work(messaging: Messaging, name: str) -> Sequence[Change]:
    """Two conversations' first messages: one row is to be made anew, the others are to be brought
    forward. All that the projector ever asks of the table.
    """
    people = [person(f"{name}-{who}") for who in ("a", "b", "c")]
    first = await start_direct_group(messaging, people[0], people[1], "One")
    second = await start_direct_group(messaging, people[0], people[2], "Two")
    await messaging.table.delete(Delete(_row(people[2], second)))
    return [_edited(first), _edited(second)]


def _row(of: User, message: Message) -> Key:
    return keys.inbox_row_key(of.user_uuid, message.message_group_uuid)


def _edited(message: Message) -> Change:
    changed = {**items.message_item(message), "message": "New", "edited_at": message.created_at}
    key = keys.message_key(message.message_group_uuid, message.seq)
    return Change("1", "modify", key, changed, items.message_item(message))


async def test_the_function_s_role_suffices(guarded: Cloud, messaging: Messaging) -> None:
    changes = await work(messaging, "all")
    assert actions_of(allowed()) == {f"dynamodb:{action}" for action in ACTIONS}
    who = person_who_may(guarded, "all", allowed())
    async with acting(guarded, who) as function:
        assert await project(function, changes) == []


@pytest.mark.parametrize("action", ACTIONS)
async def test_with_one_action_less_it_fails(
    guarded: Cloud, messaging: Messaging, action: str
) -> None:
    changes = await work(messaging, action)
    less = without(allowed(), f"dynamodb:{action}")
    who = person_who_may(guarded, action, less)
    async with acting(guarded, who) as function:
        assert await project(function, changes)
