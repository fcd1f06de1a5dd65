"""What a device missed is told by the messages: rows may lag, and nobody corrects a number once told."""

import pytest
from tests.stage import Clock, Counted, Interrupted, Stream, beside, person

from cruddur.domain.member import Member
from cruddur.domain.model import MessageGroup, User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import GroupInInbox, MessageSent
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.missed_events import (
    GROUPS_MAX,
    MESSAGES_MAX,
    MESSAGES_OF_A_GROUP_MAX,
    MissedEvents,
)
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.moved_groups import REMEMBERED, MovedGroups
from cruddur.ports.table import Table

pytestmark = pytest.mark.every_engine


async def told(missed: MissedEvents) -> list[tuple[str, int]]:
    """Each event's type, and how far it says that its conversation has come."""
    return [(event.type, seq_of(event)) for event in await missed.find()]


def seq_of(event: GroupInInbox | MessageSent) -> int:
    return event.row.last_seq if isinstance(event, GroupInInbox) else event.message.seq


@pytest.fixture
async def group(messaging: MessagingContext, clock: Clock, andrew: User, bayko: User) -> str:
    """A conversation of yesterday, whose row is nowhere near the top of the index."""
    uuid = (await start_direct_group(messaging, andrew, bayko, "Yesterday")).message_group_uuid
    clock.turn(days=1)
    return uuid


def elsewhere(messaging: MessagingContext) -> MessagingContext:
    """Another process, of which nothing is heard here."""
    return MessagingContext(table=messaging.table, bus=MemoryBus(), clock=messaging.clock)


async def test_numbers_and_messages_are_told_while_the_row_still_stands_still(
    messaging: MessagingContext, andrew: User, bayko: User, group: str
) -> None:
    missed = MissedEvents(messaging, bayko.user_uuid, messaging.now())
    for text in ("One", "Two"):
        await send_message(messaging, andrew, group, text)
    (event, *_) = await missed.find()
    assert isinstance(event, GroupInInbox)
    row = event.row
    assert (row.last_seq, row.unread, row.message) == (3, 3, "Two")
    again = MissedEvents(messaging, bayko.user_uuid, messaging.now())
    assert await told(again) == [("group", 3), ("message", 2), ("message", 3)]


async def test_of_a_conversation_in_which_much_was_missed_only_its_number_is_told(
    messaging: MessagingContext, andrew: User, bayko: User, group: str
) -> None:
    missed = MissedEvents(messaging, bayko.user_uuid, messaging.now())
    for number in range(MESSAGES_OF_A_GROUP_MAX + 1):
        await send_message(messaging, andrew, group, str(number))
    assert await told(missed) == [("group", 2 + MESSAGES_OF_A_GROUP_MAX)]


async def test_what_another_process_sent_is_told_as_soon_as_the_row_has_moved_and_once(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User, group: str
) -> None:
    missed = MissedEvents(messaging, bayko.user_uuid, messaging.now())
    await send_message(elsewhere(messaging), andrew, group, "From elsewhere")
    assert await told(missed) == []
    await stream.project(messaging)
    assert await told(missed) == [("group", 2), ("message", 2)]
    assert await told(missed) == []


async def test_what_another_process_sent_is_told_where_there_was_talk_within_the_hour(
    messaging: MessagingContext, clock: Clock, stream: Stream, bayko: User, group: str
) -> None:
    andrew = person("andrew")
    await send_message(elsewhere(messaging), andrew, group, "A while ago")
    await stream.project(messaging)
    clock.turn(minutes=50)
    missed = MissedEvents(messaging, bayko.user_uuid, messaging.now())
    await send_message(elsewhere(messaging), andrew, group, "From elsewhere")
    assert await told(missed) == []  # the row stands still, and its messages are not read
    await stream.project(messaging)
    assert await told(missed) == [("group", 3), ("message", 3)]


async def test_what_stood_still_since_is_not_told(
    messaging: MessagingContext, clock: Clock, stream: Stream, bayko: User, group: str
) -> None:
    await send_message(messaging, person("andrew"), group, "A while ago")
    await stream.project(messaging)
    clock.turn(minutes=50)
    assert await told(MissedEvents(messaging, bayko.user_uuid, messaging.now())) == []


async def test_messages_come_in_the_order_in_which_they_were_sent(
    messaging: MessagingContext, clock: Clock, andrew: User, bayko: User, group: str
) -> None:
    mallory = person("mallory")
    missed = MissedEvents(messaging, bayko.user_uuid, messaging.now())
    other = (await start_direct_group(messaging, mallory, bayko, "A")).message_group_uuid
    for into, sender, text in ((group, andrew, "B"), (other, mallory, "C"), (group, andrew, "D")):
        clock.turn(seconds=1)
        await send_message(messaging, sender, into, text)
    events = await missed.find()
    sent = [event for event in events if isinstance(event, MessageSent)]
    assert [event.message.message for event in sent] == ["A", "B", "C", "D"]
    assert [event.type for event in events[:2]] == ["group", "group"]
    assert [event.resume_at for event in sent] == sorted(event.resume_at for event in sent)


async def test_no_more_messages_are_told_than_a_device_may_want_at_once(
    messaging: MessagingContext, clock: Clock, bayko: User
) -> None:
    missed = MissedEvents(messaging, bayko.user_uuid, messaging.now())
    talks = MESSAGES_MAX // MESSAGES_OF_A_GROUP_MAX + 1
    for sender in (person(f"sender{number}") for number in range(talks)):
        clock.turn(seconds=1)
        for _ in range(MESSAGES_OF_A_GROUP_MAX):
            await start_direct_group(messaging, sender, bayko, "Hello")
    types = [event.type for event in await missed.find()]
    assert types == ["group"] * talks + ["message"] * MESSAGES_MAX


async def test_only_what_was_spoken_of_lately_is_looked_at(
    messaging: MessagingContext, clock: Clock, table: Table, bayko: User
) -> None:
    for number in range(30):
        await start_direct_group(messaging, person(f"sender{number}"), bayko, "Long ago")
    clock.turn(hours=2)
    counted = Counted(table)
    missed = MissedEvents(beside(messaging, counted), bayko.user_uuid, messaging.now())
    await start_direct_group(messaging, person("new"), bayko, "Hello")
    assert await told(missed) == [("group", 1), ("message", 1)]
    index, messages = 1, 1
    assert counted.calls.count("query") == index + messages
    assert await told(missed) == []
    assert counted.calls.count("query") == 2 * index + messages


async def test_more_conversations_than_are_told_are_not_all(
    messaging: MessagingContext, stream: Stream, clock: Clock, bayko: User
) -> None:
    since = messaging.now()
    for number in range(GROUPS_MAX):
        clock.turn(seconds=1)
        await start_direct_group(messaging, person(f"sender{number}"), bayko, "Hello")
    await stream.project(messaging)
    for process in (messaging, beside(messaging)):
        missed = MissedEvents(process, bayko.user_uuid, since)
        assert len(await told(missed)) == 2 * GROUPS_MAX
        assert missed.is_complete
    await start_direct_group(messaging, person("one more"), bayko, "Hello")
    await stream.project(messaging)
    for process in (messaging, beside(messaging)):
        missed = MissedEvents(process, bayko.user_uuid, since)
        assert len(await told(missed)) == 2 * GROUPS_MAX
        assert not missed.is_complete


async def test_an_edit_is_told_while_the_row_still_stands_still(
    messaging: MessagingContext, andrew: User, bayko: User, group: str
) -> None:
    missed = MissedEvents(messaging, bayko.user_uuid, messaging.now())
    await edit_message(messaging, andrew.user_uuid, group, 1, "Today")
    (event,) = await missed.find(only_remembered=True)
    assert isinstance(event, GroupInInbox)
    assert (event.row.message, event.row.last_change_seq) == ("Today", 1)


async def test_the_index_is_not_asked_for_what_is_remembered(
    messaging: MessagingContext, table: Table, bayko: User
) -> None:
    counted = Counted(table)
    missed = MissedEvents(beside(messaging, counted), bayko.user_uuid, messaging.now())
    assert await missed.find(only_remembered=True) == []
    assert counted.calls == []


async def test_whoever_left_or_came_meanwhile_is_told_accordingly(
    messaging: MessagingContext, andrew: User, bayko: User, mallory: User, group: str
) -> None:
    since = messaging.now()
    lunch = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, lunch, "Before")
    await add_members(messaging, andrew.user_uuid, lunch, [mallory])
    await leave_group(messaging, bayko.user_uuid, lunch)
    await send_message(messaging, andrew, lunch, "After")
    assert await told(MissedEvents(messaging, bayko.user_uuid, since)) == []
    newcomer = MissedEvents(messaging, mallory.user_uuid, since)
    assert await told(newcomer) == [("group", 5), ("message", 3), ("message", 4), ("message", 5)]


async def test_whoever_leaves_while_it_is_looked_for_is_told_nothing(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    lunch = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid

    async def leave() -> None:
        await leave_group(messaging, bayko.user_uuid, lunch)

    between = beside(messaging, Interrupted(table, "get", leave))
    assert await told(MissedEvents(between, bayko.user_uuid, messaging.now())) == []


def test_what_this_process_told_is_remembered_so_far_back_as_is_asked() -> None:
    moved = MovedGroups()
    for number in range(REMEMBERED + 1):
        people = {"andrew" if number % 2 else "bayko": Member(handle="x", display_name="X")}
        group = MessageGroup(
            message_group_uuid=str(number), kind="group", members=people, created_at=""
        )
        moved.remember(group, f"{number:05d}")
    assert moved.since(f"{REMEMBERED - 3:05d}", "andrew") == [
        f"{REMEMBERED - 1}",
        f"{REMEMBERED - 3}",
    ]
    assert len(moved.since("", "andrew")) + len(moved.since("", "bayko")) == REMEMBERED
