"""What happens to a group stands among its messages: numbered, once, and never as unread."""

import asyncio
from itertools import permutations

import pytest
from tests.stage import Interrupted, Stream, beside, rename_group

from cruddur.domain.errors import Conflict, OutcomeUnknown
from cruddur.domain.group_event import GroupEvent
from cruddur.domain.model import InboxRow, Message, MessageGroup, User
from cruddur.domain.row_settings import RowSettings
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.edit_group import GroupEdit, edit_group
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.remove_member import remove_member
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.change_row_settings import change_row_settings
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.messaging.inbox.inbox_rows import advance, new_row
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Update, Write
from cruddur.schema import items, keys

pytestmark = pytest.mark.every_engine


async def lunch(messaging: MessagingContext, andrew: User, *others: User) -> str:
    return (await start_group(messaging, andrew, others, "Lunch")).message_group_uuid


async def log_of(messaging: MessagingContext, user: User, group: str) -> list[tuple[int, str]]:
    page = await list_messages(messaging, user.user_uuid, group, limit=100)
    return [(message.seq, message.message) for message in page.messages]


async def row_of(messaging: MessagingContext, user: User, group: str) -> InboxRow:
    return (await find_inbox_row(messaging, user.user_uuid, group))[0]


async def test_each_change_of_a_group_is_a_numbered_line_in_its_log(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User, mallory: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await send_message(messaging, bayko, group, "Soup?")
    await rename_group(messaging, bayko.user_uuid, group, "Dinner")
    await add_members(messaging, andrew.user_uuid, group, [mallory])
    await edit_group(messaging, andrew.user_uuid, group, GroupEdit(emoji="🍲", colour=3))
    await remove_member(messaging, andrew.user_uuid, group, mallory.user_uuid)
    await leave_group(messaging, bayko.user_uuid, group)
    assert await log_of(messaging, andrew, group) == [
        (1, "Andrew made the group “Lunch”"),
        (2, "Soup?"),
        (3, "Bayko renamed the group to “Dinner”"),
        (4, "Andrew added Mallory"),
        (5, "Andrew changed the picture of the group"),
        (6, "Andrew removed Mallory"),
        (7, "Bayko left"),
    ]
    page = await list_messages(messaging, andrew.user_uuid, group)
    assert page.messages[3].event == GroupEvent(type="added", user_uuids=(mallory.user_uuid,))
    assert [message.kind for message in page.messages[:3]] == ["event", "text", "event"]
    await stream.project(messaging)
    row = await row_of(messaging, andrew, group)
    assert (row.message, row.last_kind, row.emoji, row.colour) == ("Bayko left", "event", "🍲", 3)
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_nothing_is_added_to_the_log_if_nothing_was_changed(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await rename_group(messaging, andrew.user_uuid, group, "Lunch")
    await add_members(messaging, andrew.user_uuid, group, [bayko])
    found = await find_group(messaging, group)
    assert found is not None
    assert (len(await log_of(messaging, andrew, group)), found.version) == (1, 1)


async def test_an_event_can_be_neither_edited_nor_deleted_nor_answered(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await rename_group(messaging, andrew.user_uuid, group, "Dinner")
    for seq in (1, 2):
        acts = [
            edit_message(messaging, andrew.user_uuid, group, seq, "Something else"),
            delete_message(messaging, andrew.user_uuid, group, seq),
            send_message(beside(messaging), andrew, group, "Really?", reply_to_seq=seq),
        ]
        for act in acts:
            with pytest.raises(Conflict) as refused:
                await act
            assert refused.value.code == "message_is_event"
    assert [seq for seq, _ in await log_of(messaging, bayko, group)] == [1, 2]


async def test_an_event_raises_no_unread_count_whenever_it_comes(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    assert (await row_of(messaging, bayko, group)).unread == 0
    await send_message(messaging, andrew, group, "One")
    await rename_group(messaging, andrew.user_uuid, group, "Dinner")
    await send_message(messaging, andrew, group, "Two")
    await rename_group(messaging, andrew.user_uuid, group, "Supper")
    await stream.project(messaging)
    row = await row_of(messaging, bayko, group)
    assert (row.last_seq, row.unread, row.unread_events) == (5, 2, [1, 3, 5])
    await mark_read(messaging, bayko.user_uuid, group, 2)
    assert (await row_of(messaging, bayko, group)).unread == 1
    # What one does to a group is not what one has read.
    await rename_group(messaging, bayko.user_uuid, group, "Picnic")
    await stream.project(messaging)
    row = await row_of(messaging, bayko, group)
    assert (row.unread, row.read_seq) == (1, 2)
    assert [d async for d in verify_inboxes(messaging)] == []


def test_a_row_counts_the_same_in_whatever_order_its_events_come(andrew: User, bayko: User) -> None:
    members = {user.user_uuid: items.member_of(user) for user in (andrew, bayko)}
    group = MessageGroup(message_group_uuid="g", kind="group", members=members, created_at="")
    kinds = ["event", "text", "event", "text", "event"]
    messages = [_message(seq, kind, andrew) for seq, kind in enumerate(kinds, start=1)]
    states = set()
    for order in permutations(messages):
        row = new_row(group, bayko.user_uuid, at="2026-11-23T09:00:00.000Z")
        for message in [*order, order[0]]:
            row = advance(row, [message])
        states.add((row.event_seqs, row.unread, row.last_seq))
    assert states == {("1 3 5", 2, 5)}


async def test_an_archived_conversation_stays_there_when_its_group_is_renamed(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await change_row_settings(messaging, bayko.user_uuid, group, RowSettings(archived=True))
    await rename_group(messaging, andrew.user_uuid, group, "Dinner")
    await stream.project(messaging)
    assert (await row_of(messaging, bayko, group)).archived_at is not None
    await send_message(messaging, andrew, group, "Soup?")
    await stream.project(messaging)
    assert (await row_of(messaging, bayko, group)).archived_at is None


class Lost:
    """A table whose next transaction is lost, or done and its answer lost."""

    def __init__(self, messaging: MessagingContext, *, is_done: bool) -> None:
        self._table = messaging.table
        self._is_done = is_done

    def __getattr__(self, name: str) -> object:
        return getattr(self._table, name)

    async def transact(self, writes: list[Write]) -> None:
        if self._is_done:
            await self._table.transact(writes)
        raise OutcomeUnknown("killed")


@pytest.mark.parametrize("is_done", [False, True])
async def test_a_crash_leaves_the_change_and_its_event_or_neither_and_a_retry_adds_one(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User, *, is_done: bool
) -> None:
    group = await lunch(messaging, andrew, bayko)
    killed = beside(messaging, Lost(messaging, is_done=is_done))
    with pytest.raises(OutcomeUnknown):
        await rename_group(killed, andrew.user_uuid, group, "Dinner")
    found = await find_group(messaging, group)
    events = [text for _, text in await log_of(messaging, bayko, group)][1:]
    assert found is not None
    assert (found.title == "Dinner") == bool(events) == is_done
    for process in (messaging, killed):
        process.table = messaging.table
        await rename_group(process, andrew.user_uuid, group, "Dinner")
    await send_message(killed, andrew, group, "Soup?")
    assert [seq for seq, _ in await log_of(messaging, bayko, group)] == [1, 2, 3]
    await stream.project(messaging)
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_many_changes_and_messages_at_once_from_two_processes_have_no_gap(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User, mallory: User
) -> None:
    group, elsewhere = await lunch(messaging, andrew, bayko), beside(messaging)
    await asyncio.gather(
        *(send_message(messaging, andrew, group, f"a{n}") for n in range(5)),
        *(send_message(elsewhere, bayko, group, f"b{n}") for n in range(5)),
        add_members(messaging, andrew.user_uuid, group, [mallory]),
        add_members(elsewhere, bayko.user_uuid, group, [mallory]),
        rename_group(elsewhere, bayko.user_uuid, group, "Dinner"),
    )
    log = await log_of(messaging, andrew, group)
    assert [seq for seq, _ in log] == list(range(1, 14))
    assert sum("added Mallory" in text for _, text in log) == 1
    seen = await log_of(messaging, mallory, group)
    assert "added Mallory" in seen[0][1]
    await stream.project(messaging)
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_a_message_that_takes_the_number_first_comes_before_the_event(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group, elsewhere = await lunch(messaging, andrew, bayko), beside(messaging)
    faster = Interrupted(
        messaging.table, "transact", lambda: send_message(elsewhere, bayko, group, "First")
    )
    await rename_group(beside(messaging, faster), andrew.user_uuid, group, "Dinner")
    assert [text for _, text in await log_of(messaging, andrew, group)][1:] == [
        "First", "Andrew renamed the group to “Dinner”",
    ]  # fmt: skip


async def test_a_title_reaches_the_rows_with_its_event_by_one_write_each(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await stream.take()
    await rename_group(messaging, andrew.user_uuid, group, "Dinner")
    counted = _CountedUpdates(messaging)
    assert not await project(beside(messaging, counted), await stream.take())
    assert counted.updates == 2
    assert (await row_of(messaging, bayko, group)).title_version == 2


async def test_a_lost_event_of_a_row_is_mended(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await stream.project(messaging)
    key = keys.inbox_row_key(bayko.user_uuid, group)
    await messaging.table.update(Update(key, {}, remove=["event_seqs"]))
    assert [d.where async for d in rebuild_inboxes(messaging)] == [f"{bayko.user_uuid}/{group}"]
    assert (await row_of(messaging, bayko, group)).unread == 0


class _CountedUpdates:
    def __init__(self, messaging: MessagingContext) -> None:
        self._table = messaging.table
        self.updates = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._table, name)

    async def update(self, update: Update) -> None:
        self.updates += 1
        await self._table.update(update)


def _message(seq: int, kind: str, author: User) -> Message:
    return Message(
        message_group_uuid="g",
        seq=seq,
        message_uuid=str(seq),
        message=f"{kind} {seq}",
        user_uuid=author.user_uuid,
        user_handle=author.handle,
        user_display_name=author.display_name,
        created_at=f"2026-11-23T09:00:0{seq}.000Z",
        event=GroupEvent(type="renamed") if kind == "event" else None,
    )
