"""A message that one deletes for oneself is gone for oneself, by every way, and for nobody else."""

import asyncio
from collections.abc import Collection

import pytest
from tests.stage import Clock, Counted, Stream, beside, old_group
from tests.subscriptions import next_event, subscribed

from cruddur.domain.errors import NotFound, TableUnavailable
from cruddur.domain.model import GROUP_MAX_MEMBERS, InboxRow, User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.inbox.export_messages import export_messages, exported_rows
from cruddur.messaging.inbox.hidden_previews import PreviewedRow
from cruddur.messaging.inbox.hide_messages import hide_messages
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.missed_events import MissedEvents
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.list_edits import list_edits
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.list_quoted import list_quoted
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Update
from cruddur.schema import keys

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def group(messaging: MessagingContext, stream: Stream, andrew: User, bayko: User) -> str:
    """Of two, with the messages 1 to 5, the odd ones of them Andrew's."""
    group = await old_group(messaging, andrew, [bayko], "Lake")
    for number in range(1, 6):
        sender = andrew if number % 2 else bayko
        await send_message(messaging, sender, group, f"Text {number}")
    await stream.project(messaging)
    return group


async def seqs(messaging: MessagingContext, user: User, group: str, **place: int) -> list[int]:
    page = await list_messages(messaging, user.user_uuid, group, **place)
    return [message.seq for message in page.messages]


async def row_of(messaging: MessagingContext, user: User) -> InboxRow:
    (row,) = (await list_inbox(messaging, user.user_uuid)).rows
    return row


async def hides(
    messaging: MessagingContext, user: User, group: str, numbers: Collection[int]
) -> InboxRow:
    return await hide_messages(messaging, user.user_uuid, group, numbers)


async def test_it_is_gone_from_every_list_for_oneself_alone(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    await edit_message(messaging, andrew.user_uuid, group, 3, "Other")
    before = await list_changes(messaging, bayko.user_uuid, group, after=0)
    assert [one.seq for one in before.messages] == [3]
    await hides(messaging, bayko, group, [3])
    mine = bayko.user_uuid
    assert await seqs(messaging, bayko, group) == [1, 2, 4, 5]
    assert await seqs(messaging, bayko, group, after=2) == [4, 5]
    for after in (None, 0):
        changed = await list_changes(messaging, mine, group, after=after)
        assert (changed.messages, changed.last_change_seq) == ([], 1)
    assert [one.seq for one in await list_quoted(messaging, mine, group, [2, 3])] == [2]
    with pytest.raises(NotFound):
        await list_edits(messaging, mine, group, 3)
    exported = export_messages(messaging, await exported_rows(messaging, mine))
    assert [one.seq async for _, one in exported] == [1, 2, 4, 5]
    assert await seqs(messaging, andrew, group) == [1, 2, 3, 4, 5]
    assert (await list_edits(messaging, andrew.user_uuid, group, 3)).texts[-1].message == "Other"


async def test_what_is_done_to_it_later_reaches_others_only(
    messaging: MessagingContext, clock: Clock, group: str, andrew: User, bayko: User
) -> None:
    async with subscribed(messaging.bus, channel(bayko.user_uuid)) as device:
        await hides(messaging, bayko, group, [3])
        heard = await next_event(device)
        assert heard.type == "messages_hidden"
        assert b'"seqs":[3],"hidden_version":1' in heard.data
        await edit_message(messaging, andrew.user_uuid, group, 3, "Other")
        await edit_message(messaging, andrew.user_uuid, group, 5, "Last")
        assert b'"seq":5' in (await next_event(device)).data
    clock.turn(minutes=1)
    missed = MissedEvents(messaging, bayko.user_uuid, "2026-01-01")
    told = [event.message.seq for event in await missed.find() if event.type == "message"]  # type: ignore[union-attr]
    assert told == [1, 2, 4, 5]


async def test_one_cannot_change_what_one_no_longer_sees(
    messaging: MessagingContext, group: str, andrew: User
) -> None:
    await hides(messaging, andrew, group, [3])
    with pytest.raises(NotFound):
        await edit_message(messaging, andrew.user_uuid, group, 3, "Other")
    with pytest.raises(NotFound):
        await delete_message(messaging, andrew.user_uuid, group, 3)


async def test_the_last_message_leaves_the_preview_and_a_late_projector_does_not_bring_it_back(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    row = await hides(messaging, bayko, group, [4, 5])
    assert isinstance(row, PreviewedRow)
    assert (row.message, row.preview_seq, row.last_seq, row.hidden_version) == ("Text 3", 3, 5, 1)
    changes = await stream.all()
    for order in (changes, changes[::-1], changes):
        assert not await project(messaging, order)
    assert (await row_of(messaging, bayko)).message == "Text 3"
    assert (await row_of(messaging, andrew)).message == "Text 5"
    assert [one async for one in verify_inboxes(messaging)] == []
    await send_message(messaging, andrew, group, "Text 6")
    await stream.project(messaging)
    assert (await row_of(messaging, bayko)).message == "Text 6"


async def test_a_message_that_was_hidden_before_it_was_projected_gets_no_preview(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await send_message(messaging, andrew, group, "Text 6")
    sent = await stream.take()
    await hides(messaging, bayko, group, [6])
    await edit_message(messaging, andrew.user_uuid, group, 6, "Edited")
    for part in (sent, await stream.take()):
        assert not await project(messaging, part)
    assert (await row_of(messaging, bayko)).message == "Text 5"
    assert (await row_of(messaging, andrew)).message == "Edited"
    assert [one async for one in verify_inboxes(messaging)] == []


async def test_the_projector_reads_no_other_rows_for_it(
    messaging: MessagingContext, stream: Stream, group: str, bayko: User
) -> None:
    await hides(messaging, bayko, group, [2])
    counted = Counted(messaging.table)
    read: list[int] = []

    async def get_many(wanted: Collection[object], **options: bool) -> object:
        read.append(len(wanted))
        return await messaging.table.get_many(list(wanted), **options)  # type: ignore[arg-type]

    counted.__dict__["get_many"] = get_many
    assert not await project(beside(messaging, counted), await stream.take())
    assert read == [1]


async def test_whole_pages_can_be_gone(messaging: MessagingContext, andrew: User) -> None:
    group = await old_group(messaging, andrew, [], "Notes")
    for number in range(1, 31):
        await send_message(messaging, andrew, group, str(number))
    await hides(messaging, andrew, group, range(3, 29))
    assert await seqs(messaging, andrew, group, before=25, limit=5) == [1, 2]
    assert await seqs(messaging, andrew, group, after=4, limit=5) == [29, 30]
    await hides(messaging, andrew, group, [1, 2])
    page = await list_messages(messaging, andrew.user_uuid, group, before=25, limit=5)
    assert (list(page.messages), page.has_more) == ([], False)


async def test_many_hide_one_message_at_once_on_many_processes(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    await asyncio.gather(
        *(hides(beside(messaging), user, group, [1, 2]) for user in (andrew, bayko) * 3)
    )
    for user in (andrew, bayko):
        assert await seqs(messaging, user, group) == [3, 4, 5]
    assert [one async for one in verify_inboxes(messaging)] == []


@pytest.mark.parametrize("number", [0, 6, 10**12 - 1])
async def test_a_number_that_no_message_has_hides_nothing(
    messaging: MessagingContext, group: str, bayko: User, number: int
) -> None:
    with pytest.raises(NotFound):
        await hides(messaging, bayko, group, [2, number])
    assert await seqs(messaging, bayko, group) == [1, 2, 3, 4, 5]


async def test_strangers_newcomers_and_those_who_left_hide_nothing(
    messaging: MessagingContext, group: str, andrew: User, bayko: User, mallory: User
) -> None:
    with pytest.raises(NotFound):
        await hides(messaging, mallory, group, [1])
    await add_members(messaging, andrew.user_uuid, group, [mallory])
    with pytest.raises(NotFound):
        await hides(messaging, mallory, group, [5])
    await leave_group(messaging, bayko.user_uuid, group)
    with pytest.raises(NotFound):
        await hides(messaging, bayko, group, [5])


async def test_a_try_that_died_in_the_middle_is_completed_by_the_next(
    messaging: MessagingContext, stream: Stream, group: str, bayko: User
) -> None:
    """The messages are marked, and the row is not: then the projector has hidden the preview already."""
    dying = _DyingBeforeTheRow(messaging.table)
    with pytest.raises(TableUnavailable):
        await hides(beside(messaging, dying), bayko, group, [5])
    assert not await project(messaging, await stream.all())
    row = await row_of(messaging, bayko)
    assert (row.message, row.hidden_version) == ("", 0)
    assert (await hides(messaging, bayko, group, [5])).hidden_version == 1
    assert [one async for one in verify_inboxes(messaging)] == []


class _DyingBeforeTheRow(Counted):
    async def update(self, update: Update) -> None:
        if update.key.pk.startswith(keys.INBOX_PREFIX):
            raise TableUnavailable("the process has died")
        await self._table.update(update)


async def test_rebuild_hides_the_preview_and_keeps_the_count(
    messaging: MessagingContext, group: str, bayko: User
) -> None:
    await hides(messaging, bayko, group, [5])
    key = keys.inbox_row_key(bayko.user_uuid, group)
    await messaging.table.update(Update(key, {"message": "Text 5"}))
    assert [one.is_mended async for one in rebuild_inboxes(messaging)] == [True]
    row = await row_of(messaging, bayko)
    assert (row.message, row.hidden_version) == ("Text 4", 1)


async def test_those_who_left_make_room_in_a_message_that_many_have_hidden(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    await hides(messaging, andrew, group, [1])
    gone = [f"gone-{number}" for number in range(GROUP_MAX_MEMBERS - 1)]
    key = keys.message_key(group, 1)
    await messaging.table.update(Update(key, {"hidden_by": [*gone, andrew.user_uuid]}))
    await hides(messaging, bayko, group, [1])
    item = await messaging.table.get(key, consistent=True)
    assert item
    assert item["hidden_by"] == [andrew.user_uuid, bayko.user_uuid]


async def test_the_preview_is_of_the_newest_message_that_is_seen_as_it_is_now(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    await hides(messaging, bayko, group, [5])
    shown = await row_of(messaging, bayko)
    assert (shown.message, shown.last_user_uuid) == ("Text 4", bayko.user_uuid)
    await edit_message(messaging, bayko.user_uuid, group, 4, "*Better*")
    assert (await row_of(messaging, bayko)).message == "Better"
    await delete_message(messaging, bayko.user_uuid, group, 4)
    assert (await row_of(messaging, bayko)).message == ""
    row = await hides(messaging, bayko, group, [4, 3])
    assert (row.message, row.last_user_uuid, row.last_seq) == ("Text 2", bayko.user_uuid, 5)
    assert (await row_of(messaging, andrew)).message == "Text 5"
    row = await hides(messaging, bayko, group, [1, 2])
    assert (row.message, row.last_user_uuid) == ("", andrew.user_uuid)  # nothing is left


async def test_what_somebody_may_not_see_is_no_preview(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, mallory: User
) -> None:
    await add_members(messaging, andrew.user_uuid, group, [mallory])
    sent = await send_message(messaging, andrew, group, "For all")
    await stream.project(messaging)
    row = await hides(messaging, mallory, group, [sent.seq])
    assert row.message != "Text 5"
