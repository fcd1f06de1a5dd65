"""What a stranger begins lies apart until it is accepted, and tells neither side anything."""

import asyncio
import time
from collections.abc import AsyncIterator

import msgspec
import pytest
from tests.stage import Stream, beside, person
from tests.subscriptions import next_event, subscribed

from cruddur.domain.errors import Forbidden, NotFound
from cruddur.domain.model import InboxRow, User
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.all_rows import all_rows
from cruddur.messaging.inbox.count_requests import Waiting, count_requests
from cruddur.messaging.inbox.find_acquaintances import find_acquaintances
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.list_requests import list_requests
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.inbox.missed_events import MissedEvents
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.search_inbox import search_inbox
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.seen_by import RequestUnanswered
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.people.accept_request import accept_request
from cruddur.messaging.people.block_person import block_person
from cruddur.messaging.people.decline_request import decline_request
from cruddur.messaging.people.unblock_person import unblock_person
from cruddur.messaging.publishing import publish_typing
from cruddur.ports.bus import Event
from cruddur.ports.metering import Units, measured
from cruddur.ports.table import Put
from cruddur.schema import items

pytestmark = pytest.mark.every_engine

START = "2026-01-01T00:00:00.000Z"


def asks_first(user: User, rule: str = "request") -> User:
    return msgspec.structs.replace(user, who_may_write=rule)


async def rows(messaging: MessagingContext, user: User) -> list[InboxRow]:
    return list((await list_inbox(messaging, user.user_uuid)).rows)


async def requests(messaging: MessagingContext, user: User) -> list[InboxRow]:
    return list((await list_requests(messaging, user.user_uuid)).rows)


async def texts(messaging: MessagingContext, user: User, group: str) -> list[str]:
    page = await list_messages(messaging, user.user_uuid, group)
    return [message.message for message in page.messages]


async def is_sound(messaging: MessagingContext) -> bool:
    return [one async for one in verify_inboxes(messaging)] == []


async def begun(messaging: MessagingContext, stream: Stream, andrew: User, bayko: User) -> str:
    """Bayko is a stranger to Andrew, and writes to him."""
    first = await start_direct_group(messaging, bayko, asks_first(andrew), "hello")
    await send_message(messaging, bayko, first.message_group_uuid, "are you there?")
    await stream.project(messaging)
    return first.message_group_uuid


@pytest.fixture
async def group(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> AsyncIterator[str]:
    yield await begun(messaging, stream, andrew, bayko)
    await stream.project(messaging)
    assert await is_sound(messaging)
    assert [one async for one in rebuild_inboxes(messaging)] == []


async def test_it_lies_apart_and_can_be_read(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    assert await rows(messaging, andrew) == []
    (row,) = await requests(messaging, andrew)
    assert await count_requests(messaging, andrew.user_uuid) == Waiting(1, has_more=False)
    assert (row.message_group_uuid, row.message, row.unread) == (group, "are you there?", 2)
    assert row.is_request
    assert await texts(messaging, andrew, group) == ["hello", "are you there?"]
    assert await search_inbox(messaging, andrew.user_uuid, "bayko") == []
    assert await all_rows(messaging, andrew.user_uuid) == []
    (own,) = await rows(messaging, bayko)
    assert (own.message, own.is_request) == ("are you there?", False)
    assert await requests(messaging, bayko) == []


async def test_it_makes_no_event_and_gives_no_sign(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    channels = channel(andrew.user_uuid), channel(bayko.user_uuid)
    async with (
        subscribed(messaging.bus, channels[0]) as his,
        subscribed(messaging.bus, channels[1]) as hers,
    ):
        await send_message(messaging, bayko, group, "hello?")
        conversation = await access_group(messaging, andrew.user_uuid, group)
        await publish_typing(messaging, conversation, bayko)
        await publish_typing(messaging, conversation, andrew)
        await mark_read(messaging, andrew.user_uuid, group, 3, shares=True)
        await messaging.bus.publish(channels, Event("end", b""))
        assert [(await next_event(his)).type for _ in range(2)] == ["read", "end"]  # his own mark
        assert [(await next_event(hers)).type for _ in range(2)] == ["message", "end"]
    assert await MissedEvents(messaging, andrew.user_uuid, START).find() == []
    for process in (messaging, beside(messaging)):
        for one, other in ((andrew, bayko), (bayko, andrew)):
            await list_inbox(process, one.user_uuid)
            await list_requests(process, one.user_uuid)
            assert not await find_acquaintances(process, one.user_uuid, [other.user_uuid])


async def test_accepting_makes_it_a_conversation_like_any_other(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    async with subscribed(messaging.bus, channel(andrew.user_uuid)) as his:
        for _ in range(2):
            row, conversation = await accept_request(messaging, andrew, group)
            assert (await next_event(his)).type == "group"
        await send_message(messaging, bayko, group, "thanks")
        assert (await next_event(his)).type == "message"
    assert (row.message, row.is_request) == ("are you there?", False)
    assert conversation.shown_version == 1
    assert await requests(messaging, andrew) == []
    await stream.project(messaging)
    (row,) = await rows(messaging, andrew)
    assert row.message == "thanks"
    await send_message(messaging, andrew, group, "hi")
    await stream.project(messaging)
    for one, other in ((andrew, bayko), (bayko, andrew)):
        assert await find_acquaintances(beside(messaging), one.user_uuid, [other.user_uuid])
        await list_inbox(messaging, one.user_uuid)
        assert await find_acquaintances(messaging, one.user_uuid, [other.user_uuid])


async def test_declining_hides_what_was_written_and_the_next_is_another_request(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    both = [channel(bayko.user_uuid), channel(andrew.user_uuid)]
    async with (
        subscribed(messaging.bus, both[0]) as hers,
        subscribed(messaging.bus, both[1]) as his,
    ):
        for _ in range(2):
            await decline_request(messaging, andrew.user_uuid, group)
        await messaging.bus.publish(both, Event("end", b""))
        assert (await next_event(hers)).type == "end"
        assert (await next_event(his)).type == "left"
    assert await requests(messaging, andrew) == []
    assert await texts(messaging, andrew, group) == []
    assert await is_sound(messaging)
    await send_message(messaging, bayko, group, "please")
    await stream.project(messaging)
    (row,) = await requests(messaging, andrew)
    assert (row.message, row.unread) == ("please", 1)
    assert await texts(messaging, andrew, group) == ["please"]
    assert await texts(messaging, bayko, group) == ["hello", "are you there?", "please"]


async def test_a_block_takes_the_request_away(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await block_person(messaging, andrew, bayko)
    assert await requests(messaging, andrew) == []
    await send_message(messaging, bayko, group, "3")
    await stream.project(messaging)
    assert await requests(messaging, andrew) == []
    await unblock_person(messaging, andrew, bayko.user_uuid)
    await send_message(messaging, bayko, group, "4")
    await stream.project(messaging)
    (row,) = await requests(messaging, andrew)
    assert (row.message, row.unread) == ("4", 1)
    assert await texts(messaging, andrew, group) == ["4"]


async def test_who_has_not_accepted_writes_nothing(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    with pytest.raises(RequestUnanswered):
        await send_message(messaging, andrew, group, "hi")
    with pytest.raises(RequestUnanswered):
        await start_direct_group(beside(messaging), andrew, bayko, "hi")


async def test_a_conversation_from_before_goes_on(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    first = await start_direct_group(messaging, andrew, bayko, "1")
    for rule in ("request", "nobody"):
        sent = await start_direct_group(beside(messaging), bayko, asks_first(andrew, rule), "2")
        assert sent.message_group_uuid == first.message_group_uuid
    await stream.project(messaging)
    (row,) = await rows(messaging, andrew)
    assert row.last_seq == 3


async def test_nobody_begins_anything_with_somebody_who_takes_nothing(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    shut = asks_first(andrew, "nobody")
    with pytest.raises(Forbidden) as refused:
        await start_direct_group(messaging, bayko, shut, "hello")
    assert (refused.value.code, refused.value.field) == ("strangers_refused", "handle")
    with pytest.raises(Forbidden):
        await start_group(messaging, bayko, [shut], "Lake")
    await start_direct_group(messaging, shut, shut, "a note to myself")
    with pytest.raises(NotFound):
        await access_group(messaging, mallory_uuid(), "0" * 8)


def mallory_uuid() -> str:
    return person("mallory").user_uuid


async def test_the_services_rule_holds_for_who_has_none(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    messaging.who_may_write = "request"
    await start_direct_group(messaging, bayko, andrew, "hello")
    assert len(await requests(messaging, andrew)) == 1
    open_to_all = asks_first(person("chloe"), "everybody")
    await start_direct_group(messaging, bayko, open_to_all, "hello")
    assert len(await rows(messaging, open_to_all)) == 1


async def test_groups_follow_the_same_rule(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    made = await start_group(messaging, bayko, [asks_first(andrew)], "Lake")
    chloe = asks_first(person("chloe"))
    group = made.message_group_uuid
    async with subscribed(messaging.bus, channel(chloe.user_uuid)) as hers:
        await add_members(messaging, bayko.user_uuid, group, [chloe])
        await send_message(messaging, bayko, group, "hello")
        await messaging.bus.publish([channel(chloe.user_uuid)], Event("end", b""))
        assert (await next_event(hers)).type == "end"
    await stream.project(messaging)
    for user in (andrew, chloe):
        assert await rows(messaging, user) == []
        (row,) = await requests(messaging, user)
        assert (row.title, row.message) == ("Lake", "hello")
    assert await is_sound(messaging)
    await accept_request(messaging, andrew, group)
    (row,) = await rows(messaging, andrew)
    assert row.title == "Lake"
    await decline_request(messaging, chloe.user_uuid, group)
    assert await requests(messaging, chloe) == []
    with pytest.raises(NotFound):
        await access_group(messaging, chloe.user_uuid, group, fresh=True)
    await stream.project(messaging)
    assert await is_sound(messaging)
    friend = asks_first(person("dora"))
    await start_direct_group(messaging, friend, bayko, "we know each other")
    await add_members(messaging, bayko.user_uuid, group, [friend])
    assert len(await rows(messaging, friend)) == 2
    assert await requests(messaging, friend) == []


async def test_accepting_while_messages_come_loses_none(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    other = beside(messaging)
    await asyncio.gather(
        accept_request(messaging, andrew, group),
        *(send_message(other, bayko, group, str(number)) for number in range(3)),
        stream.project(beside(messaging)),
    )
    await stream.project(messaging)
    (row,) = await rows(messaging, andrew)
    assert (row.last_seq, await requests(messaging, andrew)) == (5, [])


async def flooded(messaging: MessagingContext, user: User, count: int) -> None:
    """So many strangers, one request each, as the transaction that begins it stores the row."""
    first = await start_direct_group(messaging, person("stranger"), asks_first(user), "buy this")
    key = items.member_row_key(
        await access_group(messaging, user.user_uuid, first.message_group_uuid), user.user_uuid
    )
    item = await messaging.table.get(key)
    assert item is not None
    for start in range(0, count, 100):
        uuids = [person(f"group {n}").user_uuid for n in range(start, start + 100)]
        part = [Put({**item, "sk": uuid, "message_group_uuid": uuid}) for uuid in uuids]
        await messaging.table.transact(part)


async def opened(messaging: MessagingContext, user: User) -> tuple[Units, float]:
    process = beside(messaging)
    with measured() as units:
        began = time.perf_counter()
        await list_inbox(process, user.user_uuid)
        await search_inbox(process, user.user_uuid, "person")
        await all_rows(process, user.user_uuid)
        took = time.perf_counter() - began
    return units, took


async def test_a_flood_of_requests_costs_the_inbox_nothing(
    messaging: MessagingContext, andrew: User
) -> None:
    for number in range(20):
        await start_direct_group(messaging, person(f"person {number}"), andrew, "hello")
    before, fast = await opened(messaging, andrew)
    await flooded(messaging, andrew, 10_000)
    after, slow = await opened(messaging, andrew)
    print(f"{before.read} read units, then {after.read}; {slow / fast:.2f} of the time")  # noqa: T201
    assert after.read <= 1.1 * before.read
    assert await count_requests(messaging, andrew.user_uuid) == Waiting(99, has_more=True)
    assert len(await requests(messaging, andrew)) == 20
