"""With what the template allows it the projector does its work; with any one action less it fails."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import msgspec
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

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Key
from cruddur.domain.message_changes import MessageChange
from cruddur.domain.model import Message, User
from cruddur.domain.renaming import Renaming
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.schema import create_table
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.carry_name import carry_name
from cruddur.messaging.inbox.project import project_batch
from cruddur.messaging.inbox.put_aside_rows import put_aside_rows
from cruddur.messaging.inbox.retry_put_aside_rows import retry_put_aside_rows
from cruddur.ports.change_feed import Change
from cruddur.ports.clock import utc_now
from cruddur.ports.table import Delete, Put
from cruddur.schema import items, keys
from cruddur.schema.table import Schema

DEADLINE = 10.0
ACTIONS = (
    *("BatchGetItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query"),
    "UpdateItem",
)
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
async def acting(cloud: Cloud, who: dict[str, str]) -> AsyncIterator[MessagingContext]:
    table = await DynamoTable.open(
        keys.TABLE_NAME,
        region=REGION,
        endpoint_url=cloud.url,
        credentials=credentials(who),
        deadline=DEADLINE,
    )
    yield MessagingContext(table=table, bus=MemoryBus(), clock=utc_now)
    await table.close()


@pytest.fixture
async def messaging(guarded: Cloud) -> AsyncIterator[MessagingContext]:
    """May do anything."""
    async with acting(guarded, ADMIN) as messaging:
        table = messaging.table
        assert isinstance(table, DynamoTable)
        if "error" in guarded.call(("dynamodb", "describe_table", {"TableName": table.name}))[0]:
            await create_table(table.calls, Schema())
        yield messaging


async def work(messaging: MessagingContext, name: str) -> Sequence[Change]:
    """Four conversations' first messages, two of them a person's requests. Of each two, one row is to be
    made anew, and the others are to be brought forward. An edit that has only reached the log is to be
    applied, and a new name is on its way. That is all that the projector ever asks of the table.
    """
    people = [person(f"{name}-{who}") for who in ("a", "b", "c")]
    wary = msgspec.structs.replace(person(f"{name}-d"), who_may_write="request")
    asked = [await start_direct_group(messaging, one, wary, "Three") for one in people[:2]]
    await messaging.table.delete(
        Delete(keys.request_row_key(wary.user_uuid, asked[1].message_group_uuid))
    )
    first = await start_direct_group(messaging, people[0], people[1], "One")
    second = await start_direct_group(messaging, people[0], people[2], "Two")
    await messaging.table.delete(Delete(_row(people[2], second)))
    edited = [_edited(message) for message in (first, second, *asked)]
    return [*edited, _logged(first), await _renamed(messaging, people[0])]


async def is_done_by(function: MessagingContext, changes: Sequence[Change]) -> bool:
    """Projects the changes, and then what was put aside of a conversation and one that is not there."""
    try:
        # The first step leaves a conversation, so that the item goes on; the next one removes it.
        renaming = items.renaming_from(changes[-1].new or {})
        await carry_name(function, renaming, step=1)
    except TableUnavailable:
        return False
    further = await function.table.get(changes[-1].key, consistent=True)
    failed = await project_batch(function, [*changes[:-1], replace(changes[-1], new=further)])
    try:
        for uuid in (keys.group_uuid_of(changes[0].key), "nowhere"):
            await put_aside_rows(function, uuid, [], 1)
        retried = await retry_put_aside_rows(function)
    except TableUnavailable:
        return False
    is_projected = not (failed.waiting or failed.broken or failed.put_aside)
    return is_projected and not retried.waiting


async def _renamed(messaging: MessagingContext, user: User) -> Change:
    item = items.renaming_item(
        Renaming(
            user_uuid=user.user_uuid, handle=user.handle, display_name="Another", name_version=1
        )
    )
    await messaging.table.put(Put(item))
    return Change("1", "insert", keys.key_of(item), item, None)


def _row(of: User, message: Message) -> Key:
    return keys.inbox_row_key(of.user_uuid, message.message_group_uuid)


def _edited(message: Message) -> Change:
    changed = {**items.message_item(message), "message": "New", "edited_at": message.created_at}
    key = keys.message_key(message.message_group_uuid, message.seq)
    return Change("1", "modify", key, changed, items.message_item(message))


def _logged(message: Message) -> Change:
    change = MessageChange(
        message_group_uuid=message.message_group_uuid,
        change_seq=1,
        kind="edited",
        seq=message.seq,
        user_uuid=message.user_uuid,
        at=message.created_at,
        message="New",
    )
    item = items.change_item(change)
    return Change("1", "insert", keys.key_of(item), item, None)


async def test_the_function_s_role_suffices(guarded: Cloud, messaging: MessagingContext) -> None:
    changes = await work(messaging, "all")
    assert actions_of(allowed()) == {f"dynamodb:{action}" for action in ACTIONS}
    who = person_who_may(guarded, "all", allowed())
    async with acting(guarded, who) as function:
        assert await is_done_by(function, changes)


@pytest.mark.parametrize("action", ACTIONS)
async def test_with_one_action_less_it_fails(
    guarded: Cloud, messaging: MessagingContext, action: str
) -> None:
    changes = await work(messaging, action)
    less = without(allowed(), f"dynamodb:{action}")
    who = person_who_may(guarded, action, less)
    async with acting(guarded, who) as function:
        assert not await is_done_by(function, changes)
