"""At most five conversations stand above all others, in the order that their owner gives them."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest
from tests.stage import Clock, Stream, beside, person

from cruddur.domain.errors import Busy, Conflict, NotFound
from cruddur.domain.model import User
from cruddur.domain.row_settings import PINNED_MAX, RowSettings
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.change_row_settings import change_row_settings
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Update
from cruddur.schema import keys

pytestmark = pytest.mark.every_engine

PINNED = RowSettings(pinned=True)
UNPINNED = RowSettings(pinned=False)


@pytest.fixture
async def groups(messaging: MessagingContext, clock: Clock, andrew: User) -> Sequence[str]:
    """Thirty conversations of Andrew, the oldest first, two hours apart."""
    found = []
    for number in range(30):
        clock.turn(hours=2)
        first = await start_direct_group(messaging, person(f"person-{number}"), andrew, "Hello")
        found.append(first.message_group_uuid)
    return found


async def pinned(messaging: MessagingContext, user: User) -> Sequence[str]:
    page = await list_inbox(messaging, user.user_uuid)
    assert [one async for one in verify_inboxes(messaging)] == []
    return [row.message_group_uuid for row in page.pinned]


async def test_the_oldest_ones_are_on_the_first_page_in_their_own_order(
    messaging: MessagingContext, groups: Sequence[str], andrew: User
) -> None:
    first, second, third = groups[:3]
    for group in (second, first, third):
        await change_row_settings(messaging, andrew.user_uuid, group, PINNED)
    assert await pinned(messaging, andrew) == [second, first, third]
    await change_row_settings(messaging, andrew.user_uuid, third, RowSettings(pin_place=0))
    assert await pinned(messaging, andrew) == [third, second, first]
    await change_row_settings(messaging, andrew.user_uuid, third, RowSettings(pin_place=1))
    assert await pinned(messaging, andrew) == [second, third, first]
    await change_row_settings(messaging, andrew.user_uuid, third, UNPINNED)
    assert await pinned(messaging, andrew) == [second, first]


async def test_the_pages_of_the_inbox_stay_in_the_order_of_time(
    messaging: MessagingContext, groups: Sequence[str], andrew: User
) -> None:
    for group in (groups[0], groups[29]):
        await change_row_settings(messaging, andrew.user_uuid, group, PINNED)
    page = await list_inbox(messaging, andrew.user_uuid)
    rest = await list_inbox(messaging, andrew.user_uuid, cursor=page.cursor)
    listed = [row.message_group_uuid for row in (*page.rows, *rest.rows)]
    assert listed == [*reversed(groups)]
    assert [row.message_group_uuid for row in page.pinned_first()][:3] == [
        groups[0],
        groups[29],
        groups[28],
    ]


async def test_messages_move_it_and_leave_it_pinned(
    messaging: MessagingContext, stream: Stream, clock: Clock, groups: Sequence[str], andrew: User
) -> None:
    await change_row_settings(messaging, andrew.user_uuid, groups[0], PINNED)
    for hours in (0, 3):
        clock.turn(hours=hours, minutes=1)
        await send_message(messaging, person("person-0"), groups[0], "more")
        await stream.project(messaging)
        assert await pinned(messaging, andrew) == [groups[0]]
        page = await list_inbox(messaging, andrew.user_uuid)
        assert page.rows[0].message_group_uuid == groups[0]


async def test_a_sixth_one_is_refused_however_many_are_pinned_at_once(
    messaging: MessagingContext, groups: Sequence[str], andrew: User
) -> None:
    tries = await asyncio.gather(
        *(
            change_row_settings(beside(messaging), andrew.user_uuid, group, PINNED)
            for group in groups[:9]
        ),
        return_exceptions=True,
    )
    refused = [one for one in tries if isinstance(one, Exception)]
    assert {type(one) for one in refused} <= {Conflict, Busy}
    for group in groups[:9]:
        with suppress(Conflict):
            await change_row_settings(messaging, andrew.user_uuid, group, PINNED)
    with pytest.raises(Conflict) as full:
        await change_row_settings(messaging, andrew.user_uuid, groups[9], PINNED)
    assert full.value.code == "pins_full"
    assert len(await pinned(messaging, andrew)) == PINNED_MAX


async def test_what_was_archived_or_left_makes_room(
    messaging: MessagingContext,
    stream: Stream,
    groups: Sequence[str],
    andrew: User,
    bayko: User,
) -> None:
    made = await start_group(messaging, andrew, [bayko], "Lake")
    lake = made.message_group_uuid
    for group in (lake, *groups[:4]):
        await change_row_settings(messaging, andrew.user_uuid, group, PINNED)
    with pytest.raises(Conflict):
        await change_row_settings(messaging, andrew.user_uuid, groups[5], PINNED)
    await leave_group(messaging, andrew.user_uuid, lake)
    await stream.project(messaging)
    await change_row_settings(messaging, andrew.user_uuid, groups[5], PINNED)
    await change_row_settings(messaging, andrew.user_uuid, groups[0], RowSettings(archived=True))
    await change_row_settings(messaging, andrew.user_uuid, groups[6], PINNED)
    assert await pinned(messaging, andrew) == [*groups[1:4], *groups[5:7]]


async def test_what_is_archived_comes_back_when_it_is_pinned(
    messaging: MessagingContext, groups: Sequence[str], andrew: User
) -> None:
    archived = RowSettings(archived=True)
    await change_row_settings(messaging, andrew.user_uuid, groups[3], archived)
    row = await change_row_settings(messaging, andrew.user_uuid, groups[3], PINNED)
    assert (row.archived_at, row.pin_order) == (None, 1)
    assert await pinned(messaging, andrew) == [groups[3]]
    page = await list_inbox(messaging, andrew.user_uuid, archived=True)
    assert page.rows == []


async def test_nobody_pins_what_is_not_theirs(
    messaging: MessagingContext, groups: Sequence[str], mallory: User
) -> None:
    with pytest.raises(NotFound):
        await change_row_settings(messaging, mallory.user_uuid, groups[0], PINNED)
    assert await messaging.table.get(keys.pins_key(mallory.user_uuid)) is None


async def test_rebuild_leaves_it_pinned_and_an_older_version_may_move_it(
    messaging: MessagingContext, groups: Sequence[str], andrew: User
) -> None:
    row = await change_row_settings(messaging, andrew.user_uuid, groups[0], PINNED)
    key = keys.inbox_row_key(andrew.user_uuid, groups[0])
    await messaging.table.update(Update(key, {"message": "wrong"}))
    assert [one.is_mended async for one in rebuild_inboxes(messaging)] == [True]
    assert await pinned(messaging, andrew) == [groups[0]]
    await messaging.table.update(Update(key, {"indexed_at": row.last_message_at}))
    assert await pinned(messaging, andrew) == []
    await change_row_settings(messaging, andrew.user_uuid, groups[0], PINNED)
    assert await pinned(messaging, andrew) == [groups[0]]
