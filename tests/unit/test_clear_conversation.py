"""What a person has cleared is hidden from them alone, by whatever shows messages."""

import asyncio

import pytest
from tests.stage import Clock, Stream, beside, come_back, old_group, rename_group
from tests.subscriptions import next_event, subscribed

from cruddur.domain.errors import Invalid, NotFound
from cruddur.domain.model import InboxRow, User
from cruddur.domain.row_settings import RowSettings
from cruddur.messaging.context import SHOWN_SECONDS, MessagingContext
from cruddur.messaging.events import PROCESSES, channel
from cruddur.messaging.groups.edit_group import GroupEdit, edit_group
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.change_row_settings import change_row_settings
from cruddur.messaging.inbox.export_messages import export_messages, exported_rows
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.open_page import open_page
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.list_edits import list_edits
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.list_quoted import list_quoted
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Update
from cruddur.schema import keys

pytestmark = pytest.mark.every_engine


@pytest.fixture(params=["direct", "group"])
async def group(
    request: pytest.FixtureRequest,
    messaging: MessagingContext,
    stream: Stream,
    andrew: User,
    bayko: User,
) -> str:
    """A conversation with the messages 1 to 3 of Andrew."""
    if request.param == "direct":
        first = await start_direct_group(messaging, andrew, bayko, "1")
        group = first.message_group_uuid
    else:
        group = await old_group(messaging, andrew, [bayko], "Lake")
        await send_message(messaging, andrew, group, "1")
    for text in ("2", "3"):
        await send_message(messaging, andrew, group, text)
    await stream.project(messaging)
    return group


async def clear(messaging: MessagingContext, user: User, group: str, seq: int) -> InboxRow:
    settings = RowSettings(cleared_seq=seq)
    return await change_row_settings(messaging, user.user_uuid, group, settings)


async def row_of(messaging: MessagingContext, user: User) -> InboxRow:
    (row,) = (await list_inbox(messaging, user.user_uuid)).rows
    return row


async def listed(messaging: MessagingContext, user: User, group: str) -> list[int]:
    """The numbers that every way of reading shows to the user, one as the other."""
    uuid = user.user_uuid
    newest = await list_messages(messaging, uuid, group)
    seqs = [one.seq for one in newest.messages]
    later = await list_messages(messaging, uuid, group, after=0)
    earlier = await list_messages(messaging, uuid, group, before=100)
    quoted = await list_quoted(messaging, uuid, group, range(1, 100))
    opened = await open_page(messaging, uuid, group)
    assert opened.conversation
    exported = export_messages(messaging, await exported_rows(messaging, uuid))
    ways = [later.messages, earlier.messages, quoted, opened.conversation.first.messages]
    for way in (*ways, [message async for _, message in exported]):
        assert [one.seq for one in way] == seqs
    return seqs


async def test_it_is_hidden_from_oneself_and_from_nobody_else(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    row = await clear(messaging, bayko, group, 3)
    assert (row.cleared_seq, row.message, row.last_user_uuid, row.unread) == (3, "", None, 0)
    assert await row_of(messaging, bayko) == row
    assert await listed(messaging, bayko, group) == []
    assert await listed(beside(messaging), bayko, group) == []
    assert await listed(messaging, andrew, group) == [1, 2, 3]
    assert (await row_of(messaging, andrew)).message == "3"
    assert [one async for one in verify_inboxes(messaging)] == []


async def test_new_messages_appear_as_usual(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await clear(messaging, bayko, group, 3)
    await send_message(messaging, andrew, group, "4", reply_to_seq=2)
    await stream.project(messaging)
    row = await row_of(messaging, bayko)
    assert (row.message, row.last_seq, row.unread) == ("4", 4, 1)
    assert await listed(messaging, bayko, group) == [4]
    assert [one async for one in verify_inboxes(messaging)] == []


async def test_what_came_while_one_was_asked_stays(
    messaging: MessagingContext, group: str, bayko: User
) -> None:
    row = await clear(messaging, bayko, group, 2)
    assert (row.message, row.last_seq, row.read_seq, row.unread) == ("3", 3, 2, 1)
    assert await listed(messaging, bayko, group) == [3]


async def test_neither_an_edit_nor_a_replay_brings_it_back(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await edit_message(messaging, andrew.user_uuid, group, 3, "before")
    await clear(messaging, bayko, group, 3)
    async with subscribed(messaging.bus, channel(bayko.user_uuid)) as device:
        await edit_message(messaging, andrew.user_uuid, group, 3, "after")
        await send_message(messaging, andrew, group, "4")
        event = await next_event(device)
    assert event.type == "message"
    await stream.project(messaging)
    assert not await project(beside(messaging), await stream.all())
    assert (await row_of(messaging, bayko)).message == "4"
    changes = await list_changes(messaging, bayko.user_uuid, group, after=0)
    assert (changes.messages, changes.last_change_seq) == ([], 2)
    with pytest.raises(NotFound):
        await list_edits(messaging, bayko.user_uuid, group, 3)
    with pytest.raises(NotFound):
        await edit_message(messaging, bayko.user_uuid, group, 3, "mine")


async def test_a_late_projector_shows_none_of_it(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await send_message(messaging, andrew, group, "4")
    row = await clear(messaging, bayko, group, 4)
    assert (row.last_seq, row.unread, row.message) == (4, 0, "")
    await stream.project(messaging)
    assert (await row_of(messaging, bayko)).message == ""
    assert [one async for one in verify_inboxes(messaging)] == []


async def test_it_never_goes_back_and_hides_nothing_to_come(
    messaging: MessagingContext, group: str, bayko: User, mallory: User
) -> None:
    row = await clear(messaging, bayko, group, 3)
    assert await clear(messaging, bayko, group, 1) == row
    for process in (messaging, beside(messaging)):
        with pytest.raises(Invalid) as refused:
            await clear(process, bayko, group, 4)
        assert (refused.value.code, refused.value.field) == ("seq_unknown", "cleared_seq")
    with pytest.raises(NotFound):
        await clear(messaging, mallory, group, 1)
    assert await row_of(messaging, bayko) == row


async def test_both_people_and_whoever_changes_the_group_meanwhile_lose_nothing(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await asyncio.gather(
        *(clear(beside(messaging), user, group, 2) for user in (andrew, bayko)),
        *(send_message(messaging, andrew, group, text) for text in "45"),
    )
    await stream.project(messaging)
    for user in (andrew, bayko):
        assert await listed(beside(messaging), user, group) == [3, 4, 5]
    assert [one async for one in verify_inboxes(messaging)] == []


async def test_another_process_learns_of_it_by_an_event_and_otherwise_within_a_minute(
    messaging: MessagingContext, group: str, bayko: User
) -> None:
    other = beside(messaging)
    assert await listed(other, bayko, group) == [1, 2, 3]
    async with subscribed(messaging.bus, PROCESSES) as process:
        await clear(messaging, bayko, group, 3)
        event = await next_event(process)
    assert (event.type, group.encode() in event.data) == ("row_settings", True)
    other.direct_groups.doubt(group)
    assert await listed(other, bayko, group) == []
    assert SHOWN_SECONDS <= 60


async def test_rebuild_mends_the_row_of_what_was_cleared(
    messaging: MessagingContext, group: str, bayko: User
) -> None:
    row = await clear(messaging, bayko, group, 3)
    key = keys.inbox_row_key(bayko.user_uuid, group)
    await messaging.table.update(Update(key, {"message": "3", "cleared_seq": 1}))
    assert [one.is_mended async for one in rebuild_inboxes(messaging)] == [True]
    assert await row_of(messaging, bayko) == row


async def test_who_leaves_and_comes_back_begins_anew(
    messaging: MessagingContext, clock: Clock, andrew: User, bayko: User
) -> None:
    made = await start_group(messaging, andrew, [bayko], "Lake")
    group = made.message_group_uuid
    await send_message(messaging, andrew, group, "1")
    await rename_group(messaging, andrew.user_uuid, group, "Sea")
    await clear(messaging, bayko, group, 3)
    await edit_group(messaging, andrew.user_uuid, group, GroupEdit(who_may_add="admins"))
    assert (await list_messages(messaging, bayko.user_uuid, group)).messages == []
    await leave_group(messaging, bayko.user_uuid, group)
    await send_message(messaging, andrew, group, "2")
    await come_back(messaging, andrew, group, bayko)
    await send_message(messaging, andrew, group, "3")
    assert await listed(messaging, bayko, group) == [6, 7]
