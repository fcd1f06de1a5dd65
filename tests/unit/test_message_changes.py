"""Edits and deletions have numbers without a gap, are stored once, and reach their messages."""

import asyncio
import uuid

import pytest
from tests.stage import Clock, Stream, beside, person

from cruddur.domain.errors import Invalid, NotFound, OutcomeUnknown, TableUnavailable
from cruddur.domain.item import Item
from cruddur.domain.model import User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import Try, edit_message
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.list_edits import MessageText, list_edits
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Delete, Put, Table, Update
from cruddur.schema import keys

pytestmark = pytest.mark.every_engine


class CrashesAfterThePut:
    """A real table on which a process dies between the log and the message."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.transactions_cost_more = True

    def __getattr__(self, name: str) -> object:
        return getattr(self._table, name)

    async def update(self, update: Update) -> None:
        raise TableUnavailable("the process has crashed")


class LosesTheAnswer:
    """A real table whose first answer to a write is lost."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.transactions_cost_more = True
        self.lost = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._table, name)

    async def put(self, put: Put) -> None:
        await self._table.put(put)
        if not self.lost:
            self.lost = True
            raise OutcomeUnknown("no answer")


async def test_changes_are_numbered_in_a_conversation(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await send_message(messaging, bayko, group, "Hello")
    first = await edit_message(messaging, andrew.user_uuid, group, 1, "One")
    other = await edit_message(messaging, bayko.user_uuid, group, 2, "Two")
    gone = await delete_message(messaging, andrew.user_uuid, group, 1)
    assert [first.change_seq, other.change_seq, gone.change_seq] == [1, 2, 3]
    assert await shown(messaging, andrew, group) == [("", 3), ("Two", 2)]
    assert await differences(messaging) == []


async def test_the_same_text_again_is_no_change(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    for _ in range(2):
        changed = await edit_message(messaging, andrew.user_uuid, group, 1, "One")
        assert changed.change_seq == 1
    for _ in range(2):
        assert (await delete_message(messaging, andrew.user_uuid, group, 1)).change_seq == 2


@pytest.mark.parametrize("others", [0, 10, 100])
async def test_a_retry_is_known_by_its_uuid_however_many_changes_followed(
    messaging: MessagingContext, andrew: User, bayko: User, others: int
) -> None:
    group = await conversation(messaging, andrew, bayko)
    attempt = Try(str(uuid.uuid4()), 0)
    await edit_message(messaging, andrew.user_uuid, group, 1, "Mine", attempt=attempt)
    for n in range(others):
        await edit_message(messaging, andrew.user_uuid, group, 1, f"Other {n}")
    for process in (messaging, MessagingContext(messaging.table, messaging.bus)):
        again = await edit_message(process, andrew.user_uuid, group, 1, "Mine", attempt=attempt)
        assert again.change_seq == 1 + others
    assert (await list_changes(messaging, andrew.user_uuid, group)).last_change_seq == 1 + others


async def test_an_id_of_a_change_is_a_uuid(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    with pytest.raises(Invalid, match="not a UUID"):
        await edit_message(messaging, andrew.user_uuid, group, 1, "One", attempt=Try("no uuid"))


async def test_a_lost_answer_doubles_no_change(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    changed = await edit_message(
        beside(messaging, LosesTheAnswer(table)), andrew.user_uuid, group, 1, "One"
    )
    assert changed.change_seq == 1
    assert await shown(messaging, andrew, group) == [("One", 1)]
    assert (await list_changes(messaging, andrew.user_uuid, group)).last_change_seq == 1
    assert await differences(messaging) == []


async def test_many_processes_at_once_leave_no_gap_and_lose_nothing(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    for n in range(7):
        await send_message(messaging, andrew, group, str(n))
    processes = [MessagingContext(table, messaging.bus) for _ in range(4)]
    changed = await asyncio.gather(
        *(
            edit_message(process, andrew.user_uuid, group, seq, f"By {n}")
            for n, process in enumerate(processes)
            for seq in (1 + n, 5 + n)
        )
    )
    assert sorted(message.change_seq for message in changed) == list(range(1, 9))
    assert await differences(messaging) == []


async def test_the_next_change_heals_a_crash_between_the_two_writes(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group = await crashed(messaging, table, andrew, bayko)
    await send_message(messaging, andrew, group, "Another")
    await edit_message(messaging, andrew.user_uuid, group, 2, "Edited")
    assert await shown(messaging, andrew, group) == [("Lost?", 1), ("Edited", 2)]
    assert await differences(messaging) == []


async def test_so_does_that_of_a_process_that_changed_something_before(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    """It learns of the other process's change only when its own number turns out to be taken."""
    group = await conversation(messaging, andrew, bayko)
    for text in ("Another", "A third"):
        await send_message(messaging, andrew, group, text)
    await edit_message(messaging, andrew.user_uuid, group, 2, "Edited")
    await crash(messaging, table, andrew, group)
    await edit_message(messaging, andrew.user_uuid, group, 3, "Edited too")
    assert await shown(messaging, andrew, group) == [
        ("Lost?", 2),
        ("Edited", 1),
        ("Edited too", 3),
    ]


async def test_the_projector_heals_it(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await crashed(messaging, table, andrew, bayko)
    await stream.project(messaging)
    assert await shown(messaging, andrew, group) == [("Lost?", 1)]
    await stream.project(messaging)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert (row.message, row.last_change_seq) == ("Lost?", 1)
    assert await differences(messaging) == []


async def test_catching_up_shows_a_change_that_was_not_applied(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group = await crashed(messaging, table, andrew, bayko)
    found = await list_changes(messaging, bayko.user_uuid, group, after=0)
    assert ([one.message for one in found.messages], found.last_change_seq) == (["Lost?"], 1)
    found = await list_changes(messaging, bayko.user_uuid, group)
    assert ([one.message for one in found.messages], found.last_change_seq) == (["Lost?"], 1)


async def test_a_device_that_begins_gets_it_however_long_ago_that_was(
    messaging: MessagingContext, table: Table, clock: Clock, andrew: User, bayko: User
) -> None:
    group = await crashed(messaging, table, andrew, bayko)
    clock.turn(hours=1)
    found = await list_changes(messaging, bayko.user_uuid, group)
    assert ([one.message for one in found.messages], found.last_change_seq) == (["Lost?"], 1)


async def test_rebuild_applies_it(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await stream.project(messaging)
    await crash(messaging, table, andrew, group)
    found = await differences(messaging)
    assert any("has change 0 instead of 1" in what for what in found)
    assert all([one.is_mended async for one in rebuild_inboxes(messaging)])
    assert await differences(messaging) == []
    assert await shown(messaging, andrew, group) == [("Lost?", 1)]


async def test_catching_up_by_pages_tells_each_message_as_it_is_now(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await send_message(messaging, andrew, group, "Second")
    for n in range(5):
        await edit_message(messaging, andrew.user_uuid, group, 1 + n % 2, f"Edit {n}")
    first = await list_changes(messaging, bayko.user_uuid, group, after=0, limit=2)
    assert [one.message for one in first.messages] == ["Edit 4", "Edit 3"]
    assert (first.last_change_seq, first.has_more) == (3, True)
    rest = await list_changes(messaging, bayko.user_uuid, group, after=3, limit=2)
    assert ([one.message for one in rest.messages], rest.last_change_seq) == (
        ["Edit 4", "Edit 3"],
        5,
    )
    none = await list_changes(messaging, bayko.user_uuid, group, after=5)
    assert (none.messages, none.last_change_seq) == ([], 5)


async def test_a_number_that_the_log_has_not_reached_is_answered_with_its_end(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    """The device has seen a later state than the store: an older backup was restored."""
    group = await conversation(messaging, andrew, bayko)
    await edit_message(messaging, andrew.user_uuid, group, 1, "One")
    found = await list_changes(messaging, bayko.user_uuid, group, after=9)
    assert (found.last_change_seq, found.has_more) == (1, False)


async def test_who_came_later_gets_no_change_of_what_was_before(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    carla = person("carla")
    group = (await start_group(messaging, andrew, [bayko], "Lake")).message_group_uuid
    await send_message(messaging, andrew, group, "Secret")
    await add_members(messaging, andrew.user_uuid, group, [carla])
    await edit_message(messaging, andrew.user_uuid, group, 2, "Still secret")
    for after in (None, 0):
        found = await list_changes(messaging, carla.user_uuid, group, after=after)
        assert (found.messages, found.last_change_seq) == ([], 1)
    with pytest.raises(NotFound):
        await list_edits(messaging, carla.user_uuid, group, 2)
    await stream.project(messaging)
    (row,) = (await list_inbox(messaging, carla.user_uuid)).rows
    assert row.last_change_seq == 0
    assert await differences(messaging) == []


async def test_edits_keep_their_history_by_pages(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    assert await history(messaging, bayko, group) == ["First"]
    for text in ("A", "B", "C"):
        await edit_message(messaging, andrew.user_uuid, group, 1, text)
    assert await history(messaging, bayko, group) == ["First", "A", "B", "C"]
    newest = await list_edits(messaging, bayko.user_uuid, group, 1, limit=2)
    assert ([text.message for text in newest.texts], newest.has_more) == (["B", "C"], True)
    rest = await list_edits(
        messaging, bayko.user_uuid, group, 1, before=newest.texts[0].change_seq, limit=2
    )
    assert ([text.message for text in rest.texts], rest.has_more) == (["First", "A"], False)


async def test_a_deletion_erases_the_texts_from_the_log(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    for text in ("Secret", "Secret too"):
        await edit_message(messaging, andrew.user_uuid, group, 1, text)
    await delete_message(messaging, andrew.user_uuid, group, 1)
    assert await history(messaging, bayko, group) == []
    stored = [item async for item in table.scan() if item["pk"] == keys.messages_pk(group)]
    assert not any("Secret" in str(item) or "First" in str(item) for item in stored)
    assert await differences(messaging) == []


async def test_the_projector_erases_what_a_crash_has_left(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await edit_message(messaging, andrew.user_uuid, group, 1, "Secret")
    await delete_message(messaging, andrew.user_uuid, group, 1)
    edit = await stored_change(table, group, 1)
    await table.put(Put({**edit, "message": "Secret", "before": "First"}))
    assert any(
        "keeps a text of the deleted message" in what for what in await differences(messaging)
    )
    await stream.project(messaging)
    assert await differences(messaging) == []


async def test_verify_says_what_is_wrong_with_the_log(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    for text in ("A", "B"):
        await edit_message(messaging, andrew.user_uuid, group, 1, text)
    await stream.project(messaging)
    await table.update(Update(keys.message_key(group, 1), {"message": "Not B"}))
    assert any("not as change 2 says" in what for what in await differences(messaging))
    assert [one.is_mended async for one in rebuild_inboxes(messaging)] == [True]
    assert await shown(messaging, andrew, group) == [("B", 2)]
    await table.delete(Delete(keys.change_key(group, 1)))
    assert any("change 1 is missing: 2 follows" in what for what in await differences(messaging))


async def test_an_edit_of_an_older_version_stays_as_it_is(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    old = {"message": "Edited then", "edited_at": "2026-11-23T09:00:01.000Z"}
    await table.update(Update(keys.message_key(group, 1), old))
    assert await history(messaging, bayko, group) == ["Edited then"]
    await edit_message(messaging, andrew.user_uuid, group, 1, "Edited now")
    assert await history(messaging, bayko, group) == ["Edited then", "Edited now"]
    assert await shown(messaging, andrew, group) == [("Edited now", 1)]
    again = {"message": "Edited by the old one", "edited_at": "2026-11-23T10:00:00.000Z"}
    await table.update(Update(keys.message_key(group, 1), again))
    assert not [one async for one in rebuild_inboxes(messaging) if one.changes]
    assert await shown(messaging, andrew, group) == [("Edited by the old one", 1)]


async def conversation(messaging: MessagingContext, one: User, other: User) -> str:
    return (await start_direct_group(messaging, one, other, "First")).message_group_uuid


async def crashed(messaging: MessagingContext, table: Table, one: User, other: User) -> str:
    group = await conversation(messaging, one, other)
    await crash(messaging, table, one, group)
    return group


async def crash(messaging: MessagingContext, table: Table, user: User, group: str) -> None:
    dying = beside(messaging, CrashesAfterThePut(table))
    with pytest.raises(TableUnavailable):
        await edit_message(dying, user.user_uuid, group, 1, "Lost?")


async def shown(messaging: MessagingContext, user: User, group: str) -> list[tuple[str, int]]:
    page = await list_messages(messaging, user.user_uuid, group)
    return [(message.message, message.change_seq) for message in page.messages]


async def history(messaging: MessagingContext, user: User, group: str) -> list[str]:
    page = await list_edits(messaging, user.user_uuid, group, 1)
    return [text.message for text in page.texts]


async def stored_change(table: Table, group: str, change_seq: int) -> Item:
    item = await table.get(keys.change_key(group, change_seq), consistent=True)
    assert item is not None
    return item


async def differences(messaging: MessagingContext) -> list[str]:
    """Those of the messages and the log; rows may wait for a projector."""
    found = [difference async for difference in verify_inboxes(messaging)]
    return [one.what for one in found if not one.is_behind]


async def test_a_message_that_was_never_edited_has_the_text_of_its_time(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    first = await start_direct_group(messaging, andrew, bayko, "one")
    page = await list_edits(messaging, bayko.user_uuid, first.message_group_uuid, 1)
    assert page.texts == [MessageText(change_seq=0, message="one", at=first.created_at)]
