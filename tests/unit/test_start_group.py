"""Starting conversations: of two people, with oneself, and of many."""

import asyncio
from contextlib import suppress

import pytest
from tests.stage import Stream, come_back, rename_group
from tests.subscriptions import Subscriber, next_event, subscribed

from cruddur.domain.errors import Conflict, Invalid, NotFound
from cruddur.domain.model import User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message, uuid7
from cruddur.ports.bus import Event

pytestmark = pytest.mark.every_engine


async def inbox(messaging: MessagingContext, user: User) -> list[tuple[str, str, int]]:
    page = await list_inbox(messaging, user.user_uuid)
    return [(row.user_handle or row.title or "", row.message, row.unread) for row in page.rows]


async def test_both_people_see_a_new_conversation_at_once(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    await start_direct_group(messaging, andrew, bayko, "Hello")
    assert await inbox(messaging, andrew) == [("bayko", "Hello", 0)]
    assert await inbox(messaging, bayko) == [("andrew", "Hello", 1)]


async def test_two_who_start_at_the_same_moment_meet_in_one_conversation(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    elsewhere = MessagingContext(table=messaging.table, bus=messaging.bus, clock=messaging.clock)
    one, other = await asyncio.gather(
        start_direct_group(messaging, andrew, bayko, "Hi Bayko"),
        start_direct_group(elsewhere, bayko, andrew, "Hi Andrew"),
    )
    assert one.message_group_uuid == other.message_group_uuid
    assert {one.seq, other.seq} == {1, 2}


async def test_starting_again_goes_on_and_a_retry_is_still_one_message(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    uuid = uuid7()
    await start_direct_group(messaging, andrew, bayko, "Hello", message_uuid=uuid)
    elsewhere = MessagingContext(table=messaging.table, bus=messaging.bus, clock=messaging.clock)
    again = await start_direct_group(elsewhere, andrew, bayko, "Hello", message_uuid=uuid)
    more = await start_direct_group(messaging, bayko, andrew, "Hello to you")
    assert (again.seq, more.seq) == (1, 2)


async def test_a_note_to_oneself_is_a_conversation_of_one(
    messaging: MessagingContext, andrew: User
) -> None:
    await start_direct_group(messaging, andrew, andrew, "Buy milk")
    assert await inbox(messaging, andrew) == [("andrew", "Buy milk", 0)]


async def test_a_group_appears_in_every_inbox_under_its_title(
    messaging: MessagingContext, andrew: User, bayko: User, mallory: User
) -> None:
    await start_group(messaging, andrew, [bayko, mallory], "Lunch")
    for user in (andrew, bayko, mallory):
        assert await inbox(messaging, user) == [("Lunch", "Andrew made the group “Lunch”", 0)]


async def test_a_renamed_group_is_renamed_in_every_inbox(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    row = await start_group(messaging, andrew, [bayko], "Lunch")
    await rename_group(messaging, bayko.user_uuid, row.message_group_uuid, "Dinner")
    row, _ = await find_inbox_row(messaging, andrew.user_uuid, row.message_group_uuid)
    assert row.title == "Dinner"  # a conversation by itself has its title at once
    await stream.project(messaging)
    assert await inbox(messaging, andrew) == [("Dinner", "Bayko renamed the group to “Dinner”", 0)]


async def test_a_newcomer_sees_what_is_written_from_then_on(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User, mallory: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Before")
    await add_members(messaging, andrew.user_uuid, group, [mallory, bayko])
    await send_message(messaging, andrew, group, "After")
    await stream.project(messaging)
    page = await list_messages(messaging, mallory.user_uuid, group)
    assert [message.message for message in page.messages] == ["Andrew added Mallory", "After"]
    assert not page.has_more
    assert await inbox(messaging, mallory) == [("Lunch", "After", 1)]
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_whoever_is_added_again_stays_as_they_are(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User, mallory: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Before")
    await stream.project(messaging)
    for people, last in (([bayko], "Before"), ([bayko, mallory], "Andrew added Mallory")):
        changed = await add_members(messaging, andrew.user_uuid, group, people)
        assert changed.members[bayko.user_uuid].joined_seq == 0
        await stream.project(messaging)
        assert await inbox(messaging, bayko) == [("Lunch", last, 1)]
    page = await list_messages(messaging, bayko.user_uuid, group)
    texts = [message.message for message in page.messages]
    assert texts == ["Andrew made the group “Lunch”", "Before", "Andrew added Mallory"]
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_whoever_comes_back_is_a_newcomer_for_changes_that_were_on_their_way(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Secret")
    await edit_message(messaging, andrew.user_uuid, group, 2, "Still secret")
    late = await stream.take()
    await leave_group(messaging, bayko.user_uuid, group)
    await come_back(messaging, andrew, group, bayko)
    assert not await project(messaging, late)
    assert await inbox(messaging, bayko) == [("Lunch", "Bayko joined", 0)]
    await stream.project(messaging)
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_who_has_left_is_let_in_no_more_and_gets_no_row_back(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Soup?")
    changes = await stream.take()
    await leave_group(messaging, bayko.user_uuid, group)
    assert not await project(messaging, changes)
    assert await inbox(messaging, bayko) == []
    with pytest.raises(NotFound):
        await find_inbox_row(messaging, bayko.user_uuid, group)
    await stream.project(messaging)
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_a_conversation_of_two_can_be_neither_left_nor_grown(
    messaging: MessagingContext, andrew: User, bayko: User, mallory: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "Hello")).message_group_uuid
    with pytest.raises(Conflict):
        await leave_group(messaging, andrew.user_uuid, group)
    with pytest.raises(Conflict):
        await add_members(messaging, andrew.user_uuid, group, [mallory])


async def test_a_group_has_fifty_people_at_most(messaging: MessagingContext, andrew: User) -> None:
    people = [
        User(user_uuid=uuid7(), handle=f"p{n}", display_name="P", created_at="") for n in range(50)
    ]
    await start_group(messaging, andrew, people[:49], "Just right")
    with pytest.raises(Invalid) as refused:
        await start_group(messaging, andrew, people, "One too many")
    assert refused.value.code == "members_exceed_max_50"


async def test_all_members_hear_of_each_change_and_a_leaver_of_nothing_more(
    messaging: MessagingContext, andrew: User, bayko: User, mallory: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    async with (
        subscribed(messaging.bus, channel(andrew.user_uuid)) as stayer,
        subscribed(messaging.bus, channel(bayko.user_uuid)) as leaver,
    ):
        await add_members(messaging, andrew.user_uuid, group, [mallory])
        await leave_group(messaging, bayko.user_uuid, group)
        await rename_group(messaging, mallory.user_uuid, group, "Dinner")
        await messaging.bus.close()
        assert [event.type for event in await heard(stayer)] == ["group_changed", "message"] * 3
        assert [event.type for event in await heard(leaver)] == ["group_changed", "message", "left"]


async def heard(subscription: Subscriber) -> list[Event]:
    events = []
    with suppress(StopAsyncIteration):
        while True:
            events.append(await next_event(subscription))
    return events
