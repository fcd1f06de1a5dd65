"""What happens between two steps of somebody else's work."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest
from tests.stage import Interrupted, Stream, beside, come_back, rename_group
from tests.subscriptions import Subscriber, next_event, subscribed

from cruddur.domain.errors import NotFound, TableUnavailable
from cruddur.domain.model import User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.append_message import appends_held_back
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message, uuid7
from cruddur.ports.table import Delete, Table
from cruddur.schema import keys

PATIENCE_SECONDS = 10

pytestmark = pytest.mark.every_engine


async def differences(messaging: MessagingContext) -> list[str]:
    return [difference.what async for difference in verify_inboxes(messaging)]


async def texts(messaging: MessagingContext, user: User, group: str) -> list[str]:
    page = await list_messages(messaging, user.user_uuid, group, after=0)
    return [message.message for message in page.messages]


async def types_of(subscription: Subscriber) -> list[str]:
    """Of all events until the bus was closed."""
    types = []
    with suppress(StopAsyncIteration):
        while True:
            types.append((await next_event(subscription)).type)
    return types


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():  # noqa: ASYNC110  what is waited for tells nobody
            await asyncio.sleep(0)


async def titles(messaging: MessagingContext, user: User) -> list[str | None]:
    return [row.title for row in (await list_inbox(messaging, user.user_uuid)).rows]


async def test_a_member_who_leaves_while_a_row_is_written_gets_no_row_back(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Soup?")

    async def leave() -> None:
        await leave_group(messaging, bayko.user_uuid, group)

    between = beside(messaging, Interrupted(table, "update", leave))
    assert not await project(between, await stream.take())
    assert await titles(messaging, bayko) == []
    await stream.project(messaging)
    assert await differences(messaging) == []


async def test_a_member_who_leaves_while_a_lost_row_is_made_gets_none(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Soup?")
    await table.delete(Delete(keys.inbox_row_key(bayko.user_uuid, group)))

    async def leave() -> None:
        await leave_group(messaging, bayko.user_uuid, group)

    between = beside(messaging, Interrupted(table, "transact", leave))
    assert not await project(between, await stream.take())
    assert await titles(messaging, bayko) == []
    await stream.project(messaging)
    assert await differences(messaging) == []


async def test_a_message_that_another_process_stores_while_somebody_joins_is_from_before_they_came(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Before")

    async def send() -> None:
        await send_message(messaging, andrew, group, "Meanwhile")
        await stream.project(messaging)

    between = beside(messaging, Interrupted(table, "transact", send))
    await add_members(between, andrew.user_uuid, group, [bayko])
    await send_message(messaging, andrew, group, "After")
    await stream.project(messaging)
    assert await texts(messaging, bayko, group) == ["Andrew added Bayko", "After"]
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert (row.message, row.unread) == ("After", 1)
    assert await differences(messaging) == []


async def test_somebody_can_join_while_messages_come_without_a_pause(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [], "Lunch")).message_group_uuid
    is_over = asyncio.Event()
    sent = []

    async def chatter() -> None:
        while not is_over.is_set():
            sent.append(await send_message(messaging, andrew, group, "x"))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(chatter())
        await until(lambda: len(sent) >= 20)
        changed = await add_members(messaging, andrew.user_uuid, group, [bayko])
        is_over.set()
    after = [message.seq for message in sent if message.seq > sent[19].seq]
    assert changed.members[bayko.user_uuid].joined_seq in {sent[19].seq, *after}
    await stream.project(messaging)
    assert await differences(messaging) == []


async def test_whoever_came_or_left_while_a_message_waited_is_told_accordingly(
    messaging: MessagingContext, andrew: User, bayko: User, mallory: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    tail = messaging.tails.of(group)
    async with (
        subscribed(messaging.bus, channel(bayko.user_uuid)) as leaver,
        subscribed(messaging.bus, channel(mallory.user_uuid)) as newcomer,
    ):
        async with appends_held_back(messaging, group):
            sending = asyncio.create_task(send_message(messaging, andrew, group, "Soup?"))
            await until(lambda: bool(tail.waiting))
            changes = [
                leave_group(messaging, bayko.user_uuid, group),
                add_members(messaging, andrew.user_uuid, group, [mallory]),
            ]
            changing = [asyncio.create_task(one) for one in changes]
            await until(lambda: len(tail.visitors) == len(changing))
        await asyncio.gather(sending, *changing)
        await messaging.bus.close()
        assert await types_of(leaver) == ["left"]
        assert sorted(await types_of(newcomer)) == ["group", "message", "message"]


async def test_whoever_gives_up_adding_people_holds_up_no_message(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [], "Lunch")).message_group_uuid
    tail = messaging.tails.of(group)
    async with appends_held_back(messaging, group):
        adds = [add_members(messaging, andrew.user_uuid, group, [bayko]) for _ in range(2)]
        waiting = [asyncio.create_task(add) for add in adds]
        sending = asyncio.create_task(send_message(messaging, andrew, group, "Soup?"))
        await until(lambda: len(tail.visitors) == len(adds) and bool(tail.waiting))
        waiting[0].cancel()
    waiting[1].cancel()  # whose turn it is by now
    await asyncio.gather(*waiting, return_exceptions=True)
    assert (await asyncio.wait_for(sending, PATIENCE_SECONDS)).seq == 2


async def test_an_edit_of_what_was_said_before_they_came_shows_newcomers_nothing(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Secret")
    await add_members(messaging, andrew.user_uuid, group, [bayko])
    await edit_message(messaging, andrew.user_uuid, group, 2, "Still secret")
    await stream.project(messaging)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert row.message == "Andrew added Bayko"
    await stream.project(messaging)
    assert await differences(messaging) == []


async def test_a_projector_that_knows_them_from_before_they_left_shows_who_came_back_nothing(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Secret")
    await edit_message(messaging, andrew.user_uuid, group, 2, "Still secret")

    async def leave_and_come_back() -> None:
        await leave_group(messaging, bayko.user_uuid, group)
        await come_back(messaging, andrew, group, bayko)

    between = beside(messaging, Interrupted(table, "get_many", leave_and_come_back))
    assert not await project(between, await stream.take())
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert row.message == "Bayko joined"
    await stream.project(messaging)
    assert await differences(messaging) == []


async def test_two_changes_of_a_group_at_once_both_stand(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [], "Lunch")).message_group_uuid

    async def rename() -> None:
        await rename_group(messaging, andrew.user_uuid, group, "Dinner")

    between = beside(messaging, Interrupted(table, "transact", rename))
    await add_members(between, andrew.user_uuid, group, [bayko])
    await stream.project(messaging)
    assert await titles(messaging, andrew) == ["Dinner"]
    assert await titles(messaging, bayko) == ["Dinner"]


async def test_two_edits_at_once_end_in_one_text_everywhere(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    first = await start_direct_group(messaging, andrew, bayko, "Tea?")
    group = first.message_group_uuid

    async def edit() -> None:
        await edit_message(messaging, andrew.user_uuid, group, 1, "Coffee?")

    between = beside(messaging, Interrupted(table, _numbers_a_change(table), edit))
    await edit_message(between, andrew.user_uuid, group, 1, "Water?")
    await stream.project(messaging)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert row.message == "Water?"


async def test_a_put_whose_answer_was_lost_is_stored_once_by_the_retry(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "Tea?")).message_group_uuid
    uuid = uuid7()

    async def store_and_say_nothing() -> None:
        await send_message(beside(messaging), andrew, group, "Once", message_uuid=uuid)
        raise TableUnavailable("the answer was lost")

    between = beside(messaging, Interrupted(table, "put", store_and_say_nothing))
    try:
        await send_message(between, andrew, group, "Once", message_uuid=uuid)
    except TableUnavailable:
        again = await send_message(between, andrew, group, "Once", message_uuid=uuid)
    assert again.seq == 2
    page = await list_messages(messaging, andrew.user_uuid, group)
    assert [message.seq for message in page.messages] == [1, 2]


async def test_an_edit_does_not_bring_a_message_back_that_is_deleted_meanwhile(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "Secret")).message_group_uuid

    async def delete() -> None:
        await delete_message(messaging, andrew.user_uuid, group, 1)

    between = beside(messaging, Interrupted(table, _numbers_a_change(table), delete))
    with pytest.raises(NotFound):
        await edit_message(between, andrew.user_uuid, group, 1, "Secret!")
    (message,) = (await list_messages(messaging, bayko.user_uuid, group)).messages
    assert (message.message, message.edited_at) == ("", None)
    assert message.deleted_at


def _numbers_a_change(table: Table) -> str:
    """The call by which an edit gets its number."""
    return "put" if table.transactions_cost_more else "transact"
