"""A block hides what follows, for good, and nothing tells the person who is blocked."""

import asyncio

import pytest
from tests.stage import Clock, Stream, beside, person
from tests.subscriptions import next_event, subscribed

from cruddur.domain.errors import Conflict, Forbidden, Invalid
from cruddur.domain.hidden import Hidden, visible_parts
from cruddur.domain.model import InboxRow, User, direct_group_uuid
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.export_messages import export_messages, exported_rows
from cruddur.messaging.inbox.find_acquaintances import find_acquaintances
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.invalidated import on_group_invalidated
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.list_edits import list_edits
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.list_quoted import list_quoted
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.people.block_person import block_person
from cruddur.messaging.people.list_blocks import list_blocks
from cruddur.messaging.people.unblock_person import HIDDEN_MOST, unblock_person
from cruddur.messaging.publishing import publish_typing
from cruddur.messaging.signs import find_people_apart
from cruddur.ports.bus import Event
from cruddur.ports.metering import measured
from cruddur.ports.table import Put
from cruddur.schema import items, keys

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def group(messaging: MessagingContext, stream: Stream, andrew: User, bayko: User) -> str:
    first = await start_direct_group(messaging, andrew, bayko, "1")
    await send_message(messaging, bayko, first.message_group_uuid, "2")
    await stream.project(messaging)
    return first.message_group_uuid


async def texts(messaging: MessagingContext, user: User, group: str, **place: int) -> list[str]:
    page = await list_messages(messaging, user.user_uuid, group, **place)
    return [message.message for message in page.messages]


async def row_of(messaging: MessagingContext, user: User) -> InboxRow:
    (row,) = (await list_inbox(messaging, user.user_uuid)).rows
    return row


def clock_of(messaging: MessagingContext) -> Clock:
    assert isinstance(messaging.clock, Clock)
    return messaging.clock


async def is_sound(messaging: MessagingContext) -> bool:
    return [one async for one in verify_inboxes(messaging)] == []


async def test_what_follows_a_block_is_seen_by_its_sender_alone_for_good(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await block_person(messaging, andrew, bayko)
    sent = await send_message(messaging, bayko, group, "3")
    assert sent.seq == 3
    await stream.project(messaging)
    assert await texts(messaging, andrew, group) == ["1", "2"]
    assert await texts(messaging, bayko, group) == ["1", "2", "3"]
    blocker, blocked = await row_of(messaging, andrew), await row_of(messaging, bayko)
    assert (blocker.last_seq, blocker.message) == (2, "2")
    assert (blocked.last_seq, blocked.message) == (3, "3")
    assert await is_sound(messaging)
    await unblock_person(messaging, andrew, bayko.user_uuid)
    assert await is_sound(messaging)
    await send_message(messaging, bayko, group, "4")
    await stream.project(messaging)
    assert await texts(messaging, andrew, group) == ["1", "2", "4"]
    assert await texts(messaging, andrew, group, after=2) == ["4"]
    assert await texts(messaging, andrew, group, before=4) == ["1", "2"]
    blocker = await row_of(messaging, andrew)
    assert (blocker.last_seq, blocker.unread, blocker.message) == (4, 1, "4")
    assert await is_sound(messaging)


async def test_pages_of_somebody_who_has_blocked_skip_what_is_hidden(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    for _ in range(2):
        await block_person(messaging, andrew, bayko)
        for _ in range(3):
            await send_message(messaging, bayko, group, "hidden")
        await unblock_person(messaging, andrew, bayko.user_uuid)
        await send_message(messaging, bayko, group, "shown")
    seqs = [1, 2, 6, 10]
    for limit in (1, 2, 3, 4, 5):
        pages: list[list[int]] = []
        before: int | None = None
        while True:
            page = await list_messages(
                messaging, andrew.user_uuid, group, before=before, limit=limit
            )
            pages = [[message.seq for message in page.messages], *pages]
            if not page.has_more:
                break
            before = pages[0][0]
        assert [seq for one in pages for seq in one] == seqs
        forward, after, more = [], 0, True
        while more:
            page = await list_messages(messaging, andrew.user_uuid, group, after=after, limit=limit)
            forward += [message.seq for message in page.messages]
            after, more = forward[-1], page.has_more
        assert forward == seqs


async def test_a_block_before_any_conversation_holds_for_its_first_message(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    await block_person(messaging, andrew, bayko)
    assert (await list_inbox(messaging, andrew.user_uuid)).rows == []
    assert (await list_inbox(messaging, bayko.user_uuid)).rows == []
    assert await is_sound(messaging)
    other = beside(messaging)
    sent = await start_direct_group(other, bayko, andrew, "hello")
    assert sent.seq == 1
    await stream.project(messaging)
    assert (await list_inbox(messaging, andrew.user_uuid)).rows == []
    assert (await row_of(messaging, bayko)).message == "hello"
    assert await texts(messaging, bayko, sent.message_group_uuid) == ["hello"]
    assert await texts(messaging, andrew, sent.message_group_uuid) == []
    assert await is_sound(messaging)


async def test_nothing_of_the_blocked_reaches_a_device_and_nothing_tells_them(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    channels = channel(andrew.user_uuid), channel(bayko.user_uuid)
    async with (
        subscribed(messaging.bus, channels[0]) as blocker,
        subscribed(messaging.bus, channels[1]) as blocked,
    ):
        await block_person(messaging, andrew, bayko)
        await send_message(messaging, bayko, group, "3")
        await edit_message(messaging, bayko.user_uuid, group, 2, "edited")
        await messaging.bus.publish(channels, Event("end", b""))
        heard = [[(await next_event(one)).type] for one in (blocker, blocked)]
        for one, types in ((blocker, heard[0]), (blocked, heard[1])):
            while types[-1] != "end":
                types.append((await next_event(one)).type)
    assert heard[0] == ["block", "signs_ended", "end"]
    assert heard[1] == ["signs_ended", "message", "message_changed", "end"]


async def test_an_edit_of_an_older_message_says_nothing_to_who_has_blocked(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    clock = clock_of(messaging)
    await block_person(messaging, andrew, bayko)
    clock.turn(seconds=1)
    await edit_message(messaging, bayko.user_uuid, group, 2, "insult")
    await stream.project(messaging)
    clock.turn(seconds=1)
    uuid = andrew.user_uuid
    assert await texts(messaging, andrew, group) == ["1", ""]
    assert (await row_of(messaging, andrew)).message == ""
    assert await is_sound(messaging)
    found = [
        *(await list_changes(messaging, uuid, group, after=0)).messages,
        *(await list_changes(messaging, uuid, group)).messages,
        *await list_quoted(messaging, uuid, group, [2]),
    ]
    history = (await list_edits(messaging, uuid, group, 2)).texts
    assert {one.message for one in found} == {""}
    assert [one.message for one in history] == ["2"]
    exported = export_messages(messaging, await exported_rows(messaging, uuid))
    assert [message.message async for _, message in exported] == ["1", ""]
    await unblock_person(messaging, andrew, bayko.user_uuid)
    assert await texts(messaging, andrew, group) == ["1", ""]
    clock.turn(seconds=1)
    await edit_message(messaging, bayko.user_uuid, group, 2, "sorry")
    assert await texts(messaging, andrew, group) == ["1", "sorry"]


async def test_who_has_blocked_writes_nothing_and_may_delete(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    await block_person(messaging, andrew, bayko)
    for other in (messaging, beside(messaging)):
        with pytest.raises(Forbidden) as refused:
            await send_message(other, andrew, group, "3")
        assert refused.value.code == "person_blocked"
        with pytest.raises(Forbidden):
            await start_direct_group(other, andrew, bayko, "3")
        with pytest.raises(Forbidden):
            await edit_message(other, andrew.user_uuid, group, 1, "edited")
    assert (await delete_message(messaging, andrew.user_uuid, group, 1)).deleted_at


async def test_blocks_that_are_repeated_or_both_ways_change_nothing_more(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    for _ in range(2):
        await block_person(messaging, andrew, bayko)
    await block_person(messaging, bayko, andrew)
    for user in (andrew, bayko):
        with pytest.raises(Forbidden):
            await send_message(messaging, user, group, "3")
    for _ in range(2):
        await unblock_person(messaging, andrew, bayko.user_uuid)
    with pytest.raises(Forbidden):
        await send_message(messaging, bayko, group, "3")
    await send_message(messaging, andrew, group, "3")
    await unblock_person(messaging, bayko, andrew.user_uuid)
    assert await texts(messaging, bayko, group) == ["1", "2"]
    await stream.project(messaging)
    assert await is_sound(messaging)


async def test_nobody_blocks_themselves_and_not_without_an_end(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    with pytest.raises(Invalid):
        await block_person(messaging, andrew, andrew)
    key = keys.group_key(group)
    stored = items.group_from(await messaging.table.get(key) or {})
    ended = Hidden(after=0, since="a", until=0, ended="b")
    member = items.group_item(stored)["members"][andrew.user_uuid]
    hidden = [{"after": 0, "since": "a", "until": 0, "ended": "b"}] * HIDDEN_MOST
    assert ended.has(1) is False
    members = {
        **items.group_item(stored)["members"],
        andrew.user_uuid: {**member, "hidden": hidden},
    }
    await messaging.table.put(Put({**items.group_item(stored), "members": members}))
    await block_person(messaging, andrew, bayko)
    with pytest.raises(Conflict) as refused:
        await unblock_person(messaging, andrew, bayko.user_uuid)
    assert refused.value.code == "blocks_exceed_max_64"


async def test_neither_sees_the_other_come_and_go(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    pairs = ((andrew, bayko), (bayko, andrew))
    for one, other in pairs:
        assert await find_acquaintances(messaging, one.user_uuid, [other.user_uuid])
    await block_person(messaging, andrew, bayko)
    for process in (messaging, beside(messaging)):
        for one, other in pairs:
            await list_inbox(process, one.user_uuid)
            assert not await find_acquaintances(process, one.user_uuid, [other.user_uuid])
    await unblock_person(messaging, andrew, bayko.user_uuid)
    for one, other in pairs:
        assert await find_acquaintances(messaging, one.user_uuid, [other.user_uuid])


async def test_a_group_stays_and_tells_nothing_of_who_is_typing(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    row = await start_group(messaging, andrew, [bayko], "Lake")
    await block_person(messaging, andrew, bayko)
    await send_message(messaging, bayko, row.message_group_uuid, "hello")
    assert (await texts(messaging, andrew, row.message_group_uuid))[-1] == "hello"
    group = await access_group(messaging, andrew.user_uuid, row.message_group_uuid)
    channels = channel(andrew.user_uuid), channel(bayko.user_uuid)
    async with (
        subscribed(messaging.bus, channels[0]) as one,
        subscribed(messaging.bus, channels[1]) as other,
    ):
        await publish_typing(messaging, group, andrew)
        await publish_typing(messaging, group, bayko)
        await mark_read(messaging, andrew.user_uuid, row.message_group_uuid, 2, shares=True)
        await messaging.bus.publish(channels, Event("end", b""))
        assert [(await next_event(one)).type for _ in range(2)] == ["read", "end"]  # his own mark
        assert (await next_event(other)).type == "end"


async def test_another_process_follows_the_event_and_the_feed_repeats_it(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    other = beside(messaging)
    assert await texts(other, andrew, group) == ["1", "2"]  # it remembers the conversation now
    async with subscribed(messaging.bus, "sessions") as processes:
        await block_person(messaging, andrew, bayko)
        told = await next_event(processes)
        assert not await project(messaging, await stream.take())
        assert await next_event(processes) == told
    on_group_invalidated(other, told)
    await send_message(other, bayko, group, "3")
    assert await texts(other, andrew, group) == ["1", "2"]


async def test_a_warm_send_to_somebody_who_has_blocked_costs_what_any_does(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    await block_person(messaging, andrew, bayko)
    await send_message(messaging, bayko, group, "3")
    with measured() as units:
        await send_message(messaging, bayko, group, "4")
    assert units.read == 0


async def test_messages_and_blocks_at_once_end_the_same_for_all(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    processes = [beside(messaging) for _ in range(3)]
    await asyncio.gather(
        *(send_message(one, bayko, group, str(n)) for n, one in enumerate(processes)),
        block_person(messaging, andrew, bayko),
        send_message(messaging, bayko, group, "more"),
    )
    await stream.project(messaging)
    row = await row_of(messaging, andrew)
    seen = await list_messages(beside(messaging), andrew.user_uuid, group)
    assert seen.messages[-1].seq == row.last_seq
    assert [one async for one in rebuild_inboxes(messaging)] == []


async def test_the_list_has_the_names_of_now(
    messaging: MessagingContext, andrew: User, bayko: User, clock: Clock
) -> None:
    chloe = person("chloe")
    for user in (bayko, chloe):
        await messaging.table.put(Put(items.user_item(user)))
        await block_person(messaging, andrew, user)
        clock.turn(seconds=1)
    found = await list_blocks(messaging, andrew.user_uuid)
    assert [one.user.handle for one in found] == ["chloe", "bayko"]
    assert await list_blocks(messaging, bayko.user_uuid) == []
    assert await find_people_apart(messaging, bayko.user_uuid) == {andrew.user_uuid}
    await unblock_person(messaging, andrew, bayko.user_uuid)
    assert await find_people_apart(messaging, bayko.user_uuid) == set()


async def test_a_conversation_shows_no_version_of_its_own_after_a_block(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    await block_person(messaging, andrew, bayko)
    stored = items.group_from(
        await messaging.table.get(
            keys.group_key(direct_group_uuid(andrew.user_uuid, bayko.user_uuid))
        )
        or {}
    )
    assert (stored.version, stored.shown_version) == (2, 1)


def test_parts_between_what_is_hidden() -> None:
    hidden = [
        Hidden(after=2, since="", until=4, ended=""),
        Hidden(after=4, since="", until=4, ended=""),
        Hidden(after=6, since=""),
    ]
    assert visible_parts(hidden, 1, 99) == [(1, 2), (5, 6)]
    assert visible_parts(hidden, 3, 99) == [(5, 6)]
    assert visible_parts(hidden, 1, 5) == [(1, 2), (5, 5)]
    assert visible_parts(hidden[:1], 1, 99) == [(1, 2), (5, 99)]
    assert visible_parts((), 4, 3) == []
