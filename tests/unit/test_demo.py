"""A demo is made whole, once, and beside nobody's real account."""

from typing import Any

import pytest
from tests.stage import Clock, Stream

from cruddur.demo import PASSWORD, make_demo
from cruddur.errors import TableUnavailable
from cruddur.identity.create_account import create_account
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.service import Identity
from cruddur.messaging.compare_inboxes import all_messages
from cruddur.messaging.leave_group import leave_group
from cruddur.messaging.list_inbox import list_inbox
from cruddur.messaging.ports import Item
from cruddur.messaging.send_message import send_message
from cruddur.messaging.service import Messaging
from cruddur.messaging.start_direct_group import start_direct_group
from cruddur.messaging.verify_inboxes import verify_inboxes
from cruddur.model import InboxRow
from cruddur.table.sqlite import SqliteTable

SECRET = b"s" * 32
HANDLES = ("maya", "tomas", "ines")


class Dying:
    """A real table that takes so many writes and no more."""

    def __init__(self, table: SqliteTable, writes: int) -> None:
        self._table = table
        self._left = writes

    def __getattr__(self, name: str) -> Any:
        if name in {"put", "update", "delete", "transact"}:
            self._left -= 1
            if self._left < 0:
                raise TableUnavailable("the power is off")
        return getattr(self._table, name)


@pytest.fixture
def identity(table: SqliteTable) -> Identity:
    return Identity(table, SECRET)


async def inbox(messaging: Messaging, identity: Identity, handle: str) -> list[InboxRow]:
    user = await find_user_by_handle(identity, handle)
    return list((await list_inbox(messaging, user.user_uuid)).rows)


async def shown(messaging: Messaging, identity: Identity) -> dict[str, Any]:
    """What each of the people sees: titles, the messages' texts, how many are unread."""
    return {
        handle: [
            (
                row.title or row.user_display_name,
                [m.message async for m in all_messages(messaging, row.message_group_uuid)],
                row.unread,
            )
            for row in await inbox(messaging, identity, handle)
        ]
        for handle in HANDLES
    }


async def everything(messaging: Messaging) -> list[Item]:
    return [item async for item in messaging.table.scan()]


async def test_a_demo_has_something_to_read(
    messaging: Messaging, identity: Identity, stream: Stream
) -> None:
    assert PASSWORD in await make_demo(messaging, identity)
    await stream.project(messaging)
    rows = await inbox(messaging, identity, "maya")
    assert [(row.title or row.user_handle, row.unread) for row in rows] == [
        ("tomas", 2),
        ("Lake weekend", 1),
        ("ines", 0),
    ]
    assert [d async for d in verify_inboxes(messaging)] == []


@pytest.mark.parametrize("writes", [1, 3, 4, 30, 44, 47, 51, 52, 55])
async def test_what_was_interrupted_is_completed(
    writes: int, messaging: Messaging, identity: Identity, table: SqliteTable, stream: Stream
) -> None:
    dying: Any = Dying(table, writes)
    with pytest.raises(TableUnavailable):
        await make_demo(Messaging(dying, messaging.bus), Identity(dying, SECRET))
    await make_demo(messaging, identity)
    await stream.project(messaging)
    completed = await shown(messaging, identity)
    assert [len(texts) for _, texts, _ in completed["maya"]] == [41, 5, 5]
    assert [unread for _, _, unread in completed["maya"]] == [2, 1, 0]
    assert [unread for _, _, unread in completed["tomas"]] == [0, 0]
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_a_second_time_changes_nothing(
    messaging: Messaging, identity: Identity, stream: Stream, clock: Clock
) -> None:
    await make_demo(messaging, identity)
    for row in await inbox(messaging, identity, "maya"):
        tomas = await find_user_by_handle(identity, "tomas")
        if row.title:
            await leave_group(messaging, row.owner_uuid, row.message_group_uuid)
            await send_message(messaging, tomas, row.message_group_uuid, "Where is Maya?")
    await stream.project(messaging)
    before = await everything(messaging)
    await make_demo(Messaging(messaging.table, messaging.bus), Identity(identity.table, SECRET))
    assert await everything(messaging) == before


async def test_a_real_person_of_that_name_is_left_alone(
    messaging: Messaging, identity: Identity
) -> None:
    await create_account(identity, "Ines", "Inês herself", "correct horse")
    before = await everything(messaging)
    said = await make_demo(messaging, identity)
    assert said == "No demo: @ines is somebody's account here, and a demo needs its own table."
    assert await everything(messaging) == before


async def test_a_conversation_that_is_not_the_demos_is_left_alone(
    messaging: Messaging, identity: Identity
) -> None:
    maya, tomas = [await create_account(identity, h, h, PASSWORD) for h in ("maya", "tomas")]
    await start_direct_group(messaging, maya, tomas, "As an earlier version began it")
    await make_demo(messaging, identity)
    assert [row.last_seq for row in await inbox(messaging, identity, "maya")] == [1]
