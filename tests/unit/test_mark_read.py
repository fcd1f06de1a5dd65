"""Read marks: they only grow, and only as far as there are messages."""

import pytest
from tests.stage import Stream, beside
from tests.subscriptions import next_event, subscribed

from cruddur.domain.errors import Forbidden, Invalid, NotFound
from cruddur.domain.model import User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def group(messaging: MessagingContext, stream: Stream, andrew: User, bayko: User) -> str:
    first = await start_direct_group(messaging, andrew, bayko, "1")
    for text in ("2", "3"):
        await send_message(messaging, andrew, first.message_group_uuid, text)
    await stream.project(messaging)
    return first.message_group_uuid


async def unread(messaging: MessagingContext, user: User) -> int:
    (row,) = (await list_inbox(messaging, user.user_uuid)).rows
    return row.unread


async def test_what_was_read_stays_read(
    messaging: MessagingContext, group: str, bayko: User
) -> None:
    await mark_read(messaging, bayko.user_uuid, group, 2)
    assert await unread(messaging, bayko) == 1
    await mark_read(messaging, bayko.user_uuid, group, 1)
    assert await unread(messaging, bayko) == 1


@pytest.mark.parametrize("seq", [-1, 4, 10**12])
async def test_a_number_that_no_message_has_cannot_be_read(
    messaging: MessagingContext, group: str, bayko: User, seq: int
) -> None:
    for process in (messaging, beside(messaging)):
        with pytest.raises(Invalid) as refused:
            await mark_read(process, bayko.user_uuid, group, seq)
        assert refused.value.code == "seq_unknown"
    assert await unread(messaging, bayko) == 3


async def test_a_strangers_mark_is_refused(
    messaging: MessagingContext, group: str, mallory: User
) -> None:
    with pytest.raises(NotFound):
        await mark_read(messaging, mallory.user_uuid, group, 1)


async def test_other_devices_hear_of_it_once(
    messaging: MessagingContext, group: str, bayko: User
) -> None:
    async with subscribed(messaging.bus, channel(bayko.user_uuid)) as device:
        await mark_read(messaging, bayko.user_uuid, group, 2)
        await mark_read(messaging, bayko.user_uuid, group, 2)
        await mark_read(messaging, bayko.user_uuid, group, 3)
        events = [await next_event(device) for _ in range(2)]
    assert [b'"seq":2' in events[0].data, b'"seq":3' in events[1].data] == [True, True]


async def test_a_deleted_message_keeps_its_number_and_shows_nobody_its_text(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    tombstone = await delete_message(messaging, andrew.user_uuid, group, 3)
    assert await delete_message(messaging, andrew.user_uuid, group, 3) == tombstone
    await stream.project(messaging)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert (tombstone.message, row.message, row.last_seq) == ("", "", 3)
    fourth = await send_message(messaging, andrew, group, "4")
    assert fourth.seq == 4


async def test_only_the_author_changes_a_message_and_none_that_was_deleted(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    with pytest.raises(Forbidden):
        await edit_message(messaging, bayko.user_uuid, group, 3, "I said this")
    await delete_message(messaging, andrew.user_uuid, group, 3)
    for seq in (3, 4, 0, 10**12):
        with pytest.raises(NotFound):
            await edit_message(messaging, andrew.user_uuid, group, seq, "Back again")
