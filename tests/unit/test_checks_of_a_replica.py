"""Sessions and profiles are read from a replica that may lag: it lets nobody in and keeps nobody out."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest
from tests.stage import Clock, person
from tests.unit.test_lagging_replica import Lagging

from cruddur.domain.errors import Unauthenticated
from cruddur.engines.sqlite import SqliteTable
from cruddur.identity.context import IdentityContext, SessionsEnded
from cruddur.identity.end_session import end_session
from cruddur.identity.ended_sessions import note_ended
from cruddur.identity.find_user import find_user
from cruddur.identity.note_renamed import note_renamed
from cruddur.identity.open_session import open_session
from cruddur.identity.tokens import verify_session, verify_token
from cruddur.ports.table import Put, Table
from cruddur.schema import items, keys

MAYA = person("maya")


@pytest.fixture
async def lagging(table: SqliteTable, tmp_path: Path) -> AsyncIterator[Lagging]:
    (tmp_path / "replica").mkdir()
    replica = await SqliteTable.open(tmp_path / "replica")
    yield Lagging(table, replica)
    await replica.close()


def process(table: object, clock: Clock) -> IdentityContext:
    return IdentityContext(cast(Table, table), bytes(32), clock)


async def catch_up(lagging: Lagging, token_id: str) -> None:
    for key in (keys.user_key(MAYA.user_uuid), keys.session_key(MAYA.user_uuid, token_id)):
        item = await lagging.leader.get(key, consistent=True)
        assert item is not None
        await lagging.replica.put(Put(item))


async def test_who_has_just_signed_in_is_in(lagging: Lagging, clock: Clock) -> None:
    await lagging.leader.put(Put(items.user_item(MAYA)))
    _, token = await open_session(process(lagging.leader, clock), MAYA.user_uuid, "", "")
    identity = process(lagging, clock)
    session = await verify_token(identity, token)
    assert await find_user(identity, session.user_uuid) == MAYA


async def test_a_session_that_is_known_to_have_ended_is_looked_up_for_certain(
    lagging: Lagging, clock: Clock
) -> None:
    await lagging.leader.put(Put(items.user_item(MAYA)))
    first = process(lagging.leader, clock)
    _, token = await open_session(first, MAYA.user_uuid, "", "")
    session = await verify_token(first, token)
    await catch_up(lagging, session.token_id)
    identity = process(lagging, clock)
    await end_session(first, MAYA.user_uuid, session.token_id)
    note_ended(
        identity, SessionsEnded(MAYA.user_uuid)
    )  # of all: the token itself is not remembered
    with pytest.raises(Unauthenticated):
        await verify_token(identity, token)
    with pytest.raises(Unauthenticated):
        await verify_session(identity, session)


async def test_a_new_name_that_another_process_tells_of_is_read_for_certain(
    lagging: Lagging, clock: Clock
) -> None:
    await lagging.replica.put(Put(items.user_item(MAYA)))
    await lagging.leader.put(Put({**items.user_item(MAYA), "display_name": "May"}))
    identity = process(lagging, clock)
    note_renamed(identity, MAYA.user_uuid, MAYA.handle)
    assert (await find_user(identity, MAYA.user_uuid)).display_name == "May"


async def test_what_a_request_has_read_counts_for_its_stream_and_for_no_export(
    lagging: Lagging, clock: Clock
) -> None:
    await lagging.leader.put(Put(items.user_item(MAYA)))
    first = process(lagging.leader, clock)
    _, token = await open_session(first, MAYA.user_uuid, "", "")
    identity = process(lagging.leader, clock)
    session = await verify_token(identity, token)
    await find_user(identity, MAYA.user_uuid)
    await end_session(first, MAYA.user_uuid, session.token_id)  # nobody tells this process
    await verify_session(identity, session)
    with pytest.raises(Unauthenticated):
        await verify_session(identity, session, anew=True)
