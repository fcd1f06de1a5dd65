"""Messages that are too old are hidden from everybody at once, and then removed."""

import asyncio
from typing import Any

import pytest
from tests.stage import Clock, Interrupted, Stream, beside, old_group, rename_group
from tests.unit.test_clear_conversation import listed

from cruddur.domain.errors import Conflict, Forbidden, Invalid, NotFound, TableUnavailable
from cruddur.domain.model import InboxRow, MessageGroup, User
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.edit_group import GroupEdit, edit_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.advance_inbox_rows import advance_inbox_rows
from cruddur.messaging.inbox.clear_conversation import clear_conversation
from cruddur.messaging.inbox.expire_messages import expire_messages
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.list_mentions import list_mentions
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.sweep_messages import Swept, sweep_messages
from cruddur.messaging.inbox.sweep_when_due import EVERY_SECONDS, due_at, sweep_when_due
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.read_newest import read_newest
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Update
from cruddur.schema import keys
from cruddur.schema.kinds import kind_of

pytestmark = pytest.mark.every_engine

DAYS = 30


@pytest.fixture(params=["direct", "group"])
async def group(
    request: pytest.FixtureRequest,
    messaging: MessagingContext,
    clock: Clock,
    andrew: User,
    bayko: User,
) -> str:
    """A conversation whose messages 1 to 3 are too old and have edits, and 4 and 5 are not."""
    messaging.retention_days = DAYS
    if request.param == "direct":
        first = await start_direct_group(messaging, andrew, bayko, "old 1")
        group = first.message_group_uuid
    else:
        group = await old_group(messaging, andrew, [bayko], "Lake")
        await send_message(messaging, andrew, group, "old 1")
    for text in ("old 2 @bayko", "old 3"):
        await send_message(messaging, andrew, group, text)
    for text in ("old edit", "old edit again"):
        await edit_message(messaging, andrew.user_uuid, group, 1, text)
    clock.turn(days=DAYS, seconds=1)
    for text in ("new 4", "new 5"):
        await send_message(messaging, andrew, group, text, reply_to_seq=2)
    await advance_inbox_rows(messaging, await read_newest(messaging, group, 5))
    return group


async def stored(messaging: MessagingContext, *kinds: str) -> list[str]:
    """The sort keys of all items of these kinds."""
    return sorted([i["sk"] async for i in messaging.table.scan() if kind_of(i) in kinds])


async def texts(messaging: MessagingContext, word: str) -> list[str]:
    return [str(item) async for item in messaging.table.scan() if word in str(item)]


async def differences(messaging: MessagingContext) -> list[str]:
    return [one.what async for one in verify_inboxes(messaging)]


async def test_what_is_too_old_is_hidden_from_all_and_removed(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    assert await sweep_messages(messaging) == Swept(conversations=1, messages=3)
    for one in (messaging, beside(messaging)):
        for user in (andrew, bayko):
            assert await listed(one, user, group) == [4, 5]
    assert await stored(messaging, "message") == [keys.seq_sk(4), keys.seq_sk(5)]
    assert await texts(messaging, "old ") == []
    assert await differences(messaging) == []
    assert await sweep_messages(messaging) == Swept()


async def test_it_is_hidden_before_anything_is_removed(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    elsewhere = beside(messaging)
    for user in (andrew, bayko):
        assert await listed(elsewhere, user, group) == [1, 2, 3, 4, 5]
    await expire_messages(messaging, group)
    for user in (andrew, bayko):
        assert await listed(messaging, user, group) == [4, 5]
        assert (await list_changes(messaging, user.user_uuid, group, after=0)).messages == []
        assert (await list_mentions(messaging, user.user_uuid)).messages == []
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert (row.cleared_seq, row.message, row.unread) == (3, "new 5", 2)
    with pytest.raises(NotFound):
        await edit_message(messaging, andrew.user_uuid, group, 3, "x")
    assert await differences(messaging) == ["3 messages are too old, and still there"]
    mended = [one.is_mended async for one in rebuild_inboxes(messaging)]
    assert (mended, await differences(messaging)) == ([True], [])
    assert await texts(messaging, "old ") == []


async def test_numbers_go_on_where_all_was_too_old(
    messaging: MessagingContext, stream: Stream, clock: Clock, group: str, bayko: User
) -> None:
    clock.turn(days=DAYS, seconds=1)
    assert (await sweep_messages(messaging)).messages == 5
    assert await sweep_messages(messaging) == Swept()
    assert await stored(messaging, "message") == [keys.seq_sk(5)]
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert (row.message, row.unread, row.last_user_uuid) == ("", 0, None)
    assert await texts(messaging, "new ") == []
    assert await differences(messaging) == []
    sent = await send_message(beside(messaging), bayko, group, "6")
    await stream.project(messaging)
    assert sent.seq == 6
    assert await listed(messaging, bayko, group) == [6]
    assert (await sweep_messages(messaging)).messages == 1  # the blank one goes, too
    assert await stored(messaging, "message") == [keys.seq_sk(6)]
    assert await differences(messaging) == []


class Killed:
    """A table of a process that is killed after some writes: just before one, or just after it."""

    def __init__(self, table: Any, writes: int, *, after: bool) -> None:
        self._table, self._left, self._after = table, writes, after

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._table, name)
        if name not in {"put", "update", "delete", "transact"}:
            return method

        async def written(*given: Any) -> Any:
            self._left -= 1
            if self._left < 0 or (self._left == 0 and self._after):
                if self._left == 0:
                    await method(*given)
                raise TableUnavailable("killed")
            return await method(*given)

        return written


@pytest.mark.parametrize("after", [False, True])
async def test_killed_after_any_write_and_run_again_it_ends_the_same(
    messaging: MessagingContext, group: str, andrew: User, bayko: User, after: bool
) -> None:
    for writes in range(12):
        dying = beside(messaging, Killed(messaging.table, writes, after=after))
        await sweep_messages(dying)
        found = await find_group(beside(messaging), group)
        assert found is not None
        if found.expired_through:
            assert await listed(beside(messaging), bayko, group) == [4, 5]
    await sweep_messages(messaging)
    assert await stored(messaging, "message") == [keys.seq_sk(4), keys.seq_sk(5)]
    assert await texts(messaging, "old ") == []
    assert await differences(messaging) == []


async def test_a_change_of_the_group_at_the_same_time_loses_neither(
    messaging: MessagingContext, clock: Clock, trip: InboxRow, andrew: User
) -> None:
    uuid, elsewhere = trip.message_group_uuid, beside(messaging)
    clock.turn(days=DAYS, seconds=1)
    messaging.retention_days = DAYS

    async def expire() -> None:
        await expire_messages(messaging, uuid)

    slow = beside(messaging, Interrupted(messaging.table, "transact", expire))
    await rename_group(slow, andrew.user_uuid, uuid, "Lake")
    found = await find_group(elsewhere, uuid)
    assert found is not None
    assert (found.title, found.expired_through) == ("Lake", 1)


async def test_what_is_cleared_at_the_same_time_stays_cleared(
    messaging: MessagingContext, group: str, bayko: User
) -> None:
    async def clear() -> None:
        await clear_conversation(messaging, bayko.user_uuid, group, 4)

    await expire_messages(beside(messaging, Interrupted(messaging.table, "update", clear)), group)
    found = await find_group(beside(messaging), group)
    assert found is not None
    assert (found.clears, found.expired_through) == (2, 3)
    assert await listed(messaging, bayko, group) == [5]


async def test_four_at_once_end_the_same(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    swept = await asyncio.gather(*(sweep_messages(beside(messaging)) for _ in range(4)))
    assert sum(one.failed for one in swept) == 0
    assert await stored(messaging, "message") == [keys.seq_sk(4), keys.seq_sk(5)]
    assert await differences(messaging) == []


async def test_a_try_of_a_message_that_is_gone_is_not_stored_again(
    messaging: MessagingContext, group: str, andrew: User
) -> None:
    (third,) = (await list_messages(messaging, andrew.user_uuid, group, before=4, limit=1)).messages
    await expire_messages(messaging, group)
    for _ in range(2):
        with pytest.raises(Conflict, match="too old to be kept"):
            await send_message(
                messaging, andrew, group, "old 3", message_uuid=third.message_uuid, after=2
            )
        await sweep_messages(messaging)


async def test_nothing_is_hidden_without_a_rule(
    messaging: MessagingContext, group: str, andrew: User
) -> None:
    messaging.retention_days = 0
    assert await sweep_messages(messaging) == Swept()
    assert await listed(messaging, andrew, group) == [1, 2, 3, 4, 5]


async def set_rule(
    messaging: MessagingContext, user: User, group: InboxRow, days: int | None
) -> MessageGroup:
    wanted = GroupEdit(retention_days=days)
    return await edit_group(messaging, user.user_uuid, group.message_group_uuid, wanted)


@pytest.fixture
async def trip(messaging: MessagingContext, andrew: User, bayko: User) -> InboxRow:
    return await start_group(messaging, andrew, [bayko], "Trip")


async def test_a_group_has_a_shorter_rule_and_an_event_says_so(
    messaging: MessagingContext, clock: Clock, trip: InboxRow, andrew: User
) -> None:
    await send_message(messaging, andrew, trip.message_group_uuid, "old")
    for days in (7, 1, None):
        await set_rule(messaging, andrew, trip, days)
    page = await list_messages(messaging, andrew.user_uuid, trip.message_group_uuid, limit=3)
    assert [one.message for one in page.messages] == [
        "Andrew lets messages go after 7 days",
        "Andrew lets messages go after 1 day",
        "Andrew lets messages stay as long as the service keeps them",
    ]
    assert [one.event.days for one in page.messages if one.event] == [7, 1, None]
    clock.turn(days=8)
    assert (await sweep_messages(messaging)).messages == 0
    await set_rule(messaging, andrew, trip, 7)
    assert (await sweep_messages(messaging)).messages == 5
    assert await texts(messaging, "'old'") == []


async def test_who_sets_it_and_to_what(
    messaging: MessagingContext, trip: InboxRow, andrew: User, bayko: User
) -> None:
    with pytest.raises(Forbidden):
        await set_rule(messaging, bayko, trip, 7)
    messaging.retention_days = DAYS
    for days in (0, -1, 3651, DAYS + 1):
        with pytest.raises(Invalid):
            await set_rule(messaging, andrew, trip, days)
    assert (await set_rule(messaging, andrew, trip, DAYS)).retention_days == DAYS
    assert await stored(messaging, "retention") == [trip.message_group_uuid]
    await set_rule(messaging, andrew, trip, None)
    assert await stored(messaging, "retention") == []


async def test_one_of_many_processes_sweeps_once_a_day(
    messaging: MessagingContext, clock: Clock, group: str
) -> None:
    pauses = await asyncio.gather(*(sweep_when_due(beside(messaging)) for _ in range(4)))
    assert max(pauses) == EVERY_SECONDS
    assert await stored(messaging, "message") == [keys.seq_sk(4), keys.seq_sk(5)]
    clock.turn(days=1, seconds=-1)
    assert await sweep_when_due(messaging) == 1
    clock.turn(seconds=1)
    assert await sweep_when_due(messaging) == EVERY_SECONDS


async def test_another_process_goes_on_with_the_sweep_of_one_that_died(
    messaging: MessagingContext, clock: Clock, group: str
) -> None:
    with pytest.raises(TableUnavailable):
        await sweep_when_due(beside(messaging, Killed(messaging.table, 1, after=False)))
    assert await sweep_when_due(messaging) > 0
    assert len(await stored(messaging, "message")) == 5
    clock.turn(minutes=10)
    assert await sweep_when_due(messaging) == EVERY_SECONDS
    assert await stored(messaging, "message") == [keys.seq_sk(4), keys.seq_sk(5)]


async def test_a_conversation_that_fails_is_tried_again_soon(
    messaging: MessagingContext, clock: Clock, group: str
) -> None:
    class Failing:
        def __getattr__(self, name: str) -> Any:
            return getattr(messaging.table, name)

        async def update(self, update: Update) -> None:
            if "expired_through" in update.values:
                raise TableUnavailable("this one fails")
            await messaging.table.update(update)

    assert await sweep_when_due(beside(messaging, Failing())) == 600
    clock.turn(minutes=10)
    assert await due_at(messaging) <= clock().timestamp()
