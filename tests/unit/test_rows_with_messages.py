"""On SQLite the inbox rows of a direct conversation are in the commit of its messages and changes."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from tests.stage import Clock, Stream, beside, person

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.model import InboxRow, User, direct_group_uuid
from cruddur.engines.sqlite import SqliteChangeFeeds, SqliteTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.insert_with_rows import change_with_rows, insert_with_rows
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.messages.set_reaction import set_reaction
from cruddur.messaging.people.block_person import block_person
from cruddur.ports.change_feed import PROJECTOR, Change, Consumer
from cruddur.ports.table import Delete, Put, Update
from cruddur.schema import items, keys


@pytest.fixture(autouse=True)
def with_rows(messaging: MessagingContext, table: SqliteTable) -> None:
    messaging.insert_with_rows = insert_with_rows(table.insert_with_rows)
    messaging.change_with_rows = change_with_rows(table.transact_with_rows)


@pytest.fixture
async def group(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> AsyncIterator[str]:
    uuid = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    await stream.project(messaging)
    yield uuid
    await stream.project(messaging)
    assert [difference async for difference in verify_inboxes(messaging)] == []


async def row_of(messaging: MessagingContext, owner: User, group: str) -> InboxRow:
    item = await messaging.table.get(keys.inbox_row_key(owner.user_uuid, group))
    assert item is not None
    return items.inbox_row_from(item)


async def test_no_projector_is_needed(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await send_message(messaging, andrew, group, "2")
    mine, theirs = [await row_of(messaging, owner, group) for owner in (andrew, bayko)]
    assert (mine.message, mine.last_seq, mine.unread) == ("2", 2, 0)
    assert (theirs.message, theirs.last_seq, theirs.unread) == ("2", 2, 2)
    assert await stream.take() == []


async def test_nor_for_edits_and_reactions_alone_or_together(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await edit_message(messaging, andrew.user_uuid, group, 1, "edited")
    await asyncio.gather(
        *(
            set_reaction(messaging, user.user_uuid, group, 1, emoji, wanted=True)
            for user in (andrew, bayko)
            for emoji in ("\U0001f44d", "\u2764\ufe0f")
        ),
        edit_message(messaging, andrew.user_uuid, group, 1, "edited again"),
    )
    for row in [await row_of(messaging, owner, group) for owner in (andrew, bayko)]:
        assert (row.message, row.last_change_seq) == ("edited again", 6)
    assert await stream.take() == []


async def test_a_deletion_and_a_change_without_a_row_are_left_to_the_projector(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    await stream.project(messaging)
    await messaging.table.delete(Delete(keys.inbox_row_key(bayko.user_uuid, group)))
    await set_reaction(messaging, bayko.user_uuid, group, 1, "\U0001f44d", wanted=True)
    assert {change.key.sk for change in await stream.all()} >= {keys.change_sk(1), keys.seq_sk(1)}
    await stream.project(messaging)
    assert (await row_of(messaging, bayko, group)).last_change_seq == 1
    await delete_message(messaging, andrew.user_uuid, group, 1)
    assert [change.key.sk for change in await stream.take()] == [keys.change_sk(2), keys.seq_sk(1)]


async def test_messages_that_are_stored_together_bring_the_rows_to_the_last_one(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    sends = (send_message(messaging, (andrew, bayko)[n % 2], group, "x") for n in range(30))
    last = max(await asyncio.gather(*sends), key=lambda message: message.seq)
    assert (await row_of(messaging, andrew, group)).last_seq == last.seq == 31
    assert await stream.take() == []


@pytest.mark.parametrize("has_row", [True, False])
async def test_who_is_blocked_is_stored_with_as_much_done(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User, has_row: bool
) -> None:
    if has_row:
        await start_direct_group(messaging, andrew, bayko, "1")
    await block_person(messaging, bayko, andrew)
    uuid = direct_group_uuid(andrew.user_uuid, bayko.user_uuid)
    await send_message(messaging, andrew, uuid, "hidden")
    await stream.project(messaging)
    key = keys.inbox_row_key(bayko.user_uuid, uuid)
    before = await messaging.table.get(key)
    await send_message(messaging, andrew, uuid, "hidden as well")
    assert await stream.take() == []
    assert await messaging.table.get(key) == before
    assert (await row_of(messaging, andrew, uuid)).message == "hidden as well"


async def test_another_consumer_still_gets_each_message(
    messaging: MessagingContext, table: SqliteTable, stream: Stream, group: str, andrew: User
) -> None:
    feed = await SqliteChangeFeeds(table).open(Consumer("search", frozenset({"message"})), "now")
    before = await row_of(messaging, andrew, group)
    sent = await send_message(messaging, andrew, group, "2")
    (change,) = await feed.read(10)
    assert change.new == items.message_item(sent)
    after = await row_of(messaging, andrew, group)
    await stream.project(messaging)  # the projector gets it, too, and finds the rows ahead
    assert before.last_seq < after.last_seq
    assert await row_of(messaging, andrew, group) == after


async def test_a_row_follows_the_message_for_a_consumer_that_wants_rows(
    messaging: MessagingContext, table: SqliteTable, group: str, andrew: User
) -> None:
    feed = await SqliteChangeFeeds(table).open(Consumer("push", frozenset({"inbox-row"})), "now")
    await send_message(messaging, andrew, group, "2")
    changes = await feed.read(10)
    assert [(change.kind, (change.new or {})["last_seq"]) for change in changes] == [
        ("modify", 2)
    ] * 2


async def make_unreadable(messaging: MessagingContext, owner: User, group: str) -> None:
    key = keys.inbox_row_key(owner.user_uuid, group)
    await messaging.table.update(Update(key, {"last_seq": "many"}))


async def remove(messaging: MessagingContext, owner: User, group: str) -> None:
    await messaging.table.delete(Delete(keys.inbox_row_key(owner.user_uuid, group)))


async def test_a_missing_row_is_left_to_the_projector(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await remove(messaging, bayko, group)
    await send_message(messaging, andrew, group, "2")
    assert (await row_of(messaging, andrew, group)).last_seq == 1
    await stream.project(messaging)
    assert [(await row_of(messaging, one, group)).last_seq for one in (andrew, bayko)] == [2, 2]


async def test_a_row_of_another_program_holds_up_no_message(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    good = items.inbox_row_item(await row_of(messaging, bayko, group))
    await make_unreadable(messaging, bayko, group)
    before = len(await stream.all())
    assert (await send_message(messaging, andrew, group, "2")).seq == 2
    assert len(await stream.all()) == before + 1
    await messaging.table.put(Put(good))


async def test_what_a_newer_version_added_to_a_row_stays(
    messaging: MessagingContext, group: str, andrew: User
) -> None:
    key = keys.inbox_row_key(andrew.user_uuid, group)
    await messaging.table.update(Update(key, {"shade": "red"}))
    await send_message(messaging, andrew, group, "2")
    item = await messaging.table.get(key)
    assert item is not None
    assert (item["shade"], item["last_seq"]) == ("red", 2)


async def test_a_number_that_is_taken_changes_no_row(
    messaging: MessagingContext, table: SqliteTable, group: str, andrew: User
) -> None:
    sent = await send_message(messaging, andrew, group, "2")
    before = await row_of(messaging, andrew, group)
    known = messaging.direct_groups.get(group)
    assert messaging.insert_with_rows is not None
    assert known is not None
    with pytest.raises(ConditionFailed):
        await messaging.insert_with_rows(known, [msgspec.structs.replace(sent, message="other")])
    assert await row_of(messaging, andrew, group) == before


async def test_processes_that_write_at_once_leave_both_rows_right(
    messaging: MessagingContext, table: SqliteTable, stream: Stream, group: str, andrew: User
) -> None:
    other = beside(messaging, table)
    other.insert_with_rows = messaging.insert_with_rows
    processes = [messaging, other] * 10
    await asyncio.gather(*(send_message(one, andrew, group, "x") for one in processes))
    assert (await row_of(messaging, andrew, group)).last_seq == 21
    assert await stream.take() == []


async def test_the_rows_of_a_group_are_left_to_the_projector(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await start_group(messaging, andrew, [bayko, person("mallory")], "Lake")
    await stream.take()
    await send_message(messaging, andrew, group.message_group_uuid, "1")
    (change,) = (one for one in await stream.take() if is_message(one))
    assert change.kind == "insert"


def is_message(change: Change) -> bool:
    return keys.is_seq_sk(change.key.sk)


async def test_a_place_in_the_index_lags_as_on_dynamodb(
    messaging: MessagingContext, clock: Clock, group: str, andrew: User
) -> None:
    """The items of both engines are the same (decision 37)."""
    began = (await row_of(messaging, andrew, group)).indexed_at
    clock.turn(minutes=59)
    await send_message(messaging, andrew, group, "2")
    assert (await row_of(messaging, andrew, group)).indexed_at == began
    clock.turn(minutes=2)
    sent = await send_message(messaging, andrew, group, "3")
    assert (await row_of(messaging, andrew, group)).indexed_at == sent.created_at


async def test_the_projector_is_behind_nothing(
    messaging: MessagingContext, table: SqliteTable, group: str, andrew: User
) -> None:
    known = {state.name: state for state in await SqliteChangeFeeds(table).states()}
    before = known[PROJECTOR].behind_records
    await send_message(messaging, andrew, group, "2")
    (state,) = (one for one in await SqliteChangeFeeds(table).states() if one.name == PROJECTOR)
    assert state.behind_records == before
