"""What a person has set on a row survives all that others write to it."""

import asyncio

import pytest
from tests.stage import Clock, Stream, beside, rename_group
from tests.subscriptions import next_event, subscribed

from cruddur.domain.errors import Invalid, NotFound
from cruddur.domain.model import InboxRow, User
from cruddur.domain.row_settings import ALWAYS, RowSettings
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.change_row_settings import change_row_settings
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Update
from cruddur.schema import keys

pytestmark = pytest.mark.every_engine

MUTED = RowSettings(muted_until=ALWAYS)
UNMUTED = RowSettings(muted_until=None)


@pytest.fixture
async def group(messaging: MessagingContext, stream: Stream, andrew: User, bayko: User) -> str:
    first = await start_direct_group(messaging, andrew, bayko, "1")
    await stream.project(messaging)
    return first.message_group_uuid


async def row_of(messaging: MessagingContext, user: User) -> InboxRow:
    (row,) = (await list_inbox(messaging, user.user_uuid)).rows
    return row


async def settings_of(messaging: MessagingContext, user: User) -> tuple[str | None, int]:
    row = await row_of(messaging, user)
    return row.muted_until, row.settings_version


async def test_a_mute_stays_until_it_is_ended_and_is_ones_own(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    muted = await change_row_settings(messaging, bayko.user_uuid, group, MUTED)
    assert (muted.muted_until, muted.settings_version, muted.last_seq) == (ALWAYS, 1, 1)
    assert await settings_of(messaging, bayko) == (ALWAYS, 1)
    assert await settings_of(messaging, andrew) == (None, 0)
    await change_row_settings(messaging, bayko.user_uuid, group, UNMUTED)
    assert await settings_of(messaging, bayko) == (None, 2)


async def test_it_survives_whatever_the_projector_writes(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    made = await start_group(messaging, andrew, [bayko], "Lake")
    group = made.message_group_uuid
    await change_row_settings(messaging, bayko.user_uuid, group, MUTED)
    await send_message(messaging, andrew, group, "1")
    await stream.project(messaging)
    await rename_group(messaging, andrew.user_uuid, group, "Sea")
    await mark_read(messaging, bayko.user_uuid, group, 2)
    assert not await project(messaging, await stream.all())
    row = await row_of(messaging, bayko)
    assert (row.last_seq, row.title, row.read_seq) == (3, "Sea", 2)
    assert (row.muted_until, row.settings_version) == (ALWAYS, 1)


async def test_a_change_meanwhile_is_not_undone(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    """Sends, read marks and settings of three devices, all at once."""
    uuid = bayko.user_uuid
    await asyncio.gather(
        *(send_message(messaging, andrew, group, str(number)) for number in range(2, 6)),
        *(change_row_settings(beside(messaging), uuid, group, MUTED) for _ in range(3)),
        mark_read(messaging, uuid, group, 1),
        stream.project(messaging),
    )
    await stream.project(messaging)
    row = await row_of(messaging, bayko)
    assert (row.last_seq, row.read_seq) == (5, 1)
    assert (row.muted_until, row.settings_version) == (ALWAYS, 1)


async def test_a_mute_that_is_set_already_is_written_and_told_once(
    messaging: MessagingContext, group: str, bayko: User
) -> None:
    async with subscribed(messaging.bus, channel(bayko.user_uuid)) as device:
        for settings in (MUTED, MUTED, UNMUTED):
            await change_row_settings(messaging, bayko.user_uuid, group, settings)
        told = [(await next_event(device)).data for _ in range(2)]
    assert [b'"muted_until":"always"' in told[0], b'"muted_until":null' in told[1]] == [True, True]


async def test_rebuild_mends_the_row_and_keeps_what_was_set(
    messaging: MessagingContext, group: str, bayko: User
) -> None:
    await change_row_settings(messaging, bayko.user_uuid, group, MUTED)
    assert [one async for one in verify_inboxes(messaging)] == []
    key = keys.inbox_row_key(bayko.user_uuid, group)
    await messaging.table.update(Update(key, {"message": "wrong"}))
    assert [one.is_mended async for one in rebuild_inboxes(messaging)] == [True]
    row = await row_of(messaging, bayko)
    assert (row.message, row.muted_until, row.settings_version) == ("1", ALWAYS, 1)


async def test_the_end_of_a_mute_is_kept_in_utc(
    messaging: MessagingContext, clock: Clock, group: str, bayko: User
) -> None:
    until = RowSettings(muted_until="2026-11-23T11:00:00+01:00")  # an hour from now
    await change_row_settings(messaging, bayko.user_uuid, group, until)
    row = await row_of(messaging, bayko)
    assert (row.muted_until, row.unread) == ("2026-11-23T10:00:00.000Z", 1)
    assert row.is_muted(messaging.now())
    clock.turn(hours=1)
    assert not row.is_muted(messaging.now())


@pytest.mark.parametrize(
    "until",
    [
        "",
        "soon",
        "Always",
        "2026-11-23T12:00:00",
        "2026-11-23T09:00:00Z",
        "0001-01-01T00:00:00+23:59",
    ],
)
async def test_an_end_that_is_no_time_to_come_is_refused(
    messaging: MessagingContext, group: str, bayko: User, until: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await change_row_settings(messaging, bayko.user_uuid, group, RowSettings(muted_until=until))
    assert (refused.value.code, refused.value.field) == ("mute_invalid", "muted_until")
    assert await settings_of(messaging, bayko) == (None, 0)


async def test_somebody_who_has_left_gets_no_row_back(
    messaging: MessagingContext, andrew: User, bayko: User, mallory: User
) -> None:
    made = await start_group(messaging, andrew, [bayko], "Lake")
    group = made.message_group_uuid
    await change_row_settings(messaging, bayko.user_uuid, group, MUTED)
    await leave_group(messaging, bayko.user_uuid, group)
    for stranger in (bayko, mallory):
        with pytest.raises(NotFound):
            await change_row_settings(messaging, stranger.user_uuid, group, MUTED)
        assert (await list_inbox(messaging, stranger.user_uuid)).rows == []


async def test_a_mark_as_unread_lasts_until_its_owner_reads_on(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await mark_read(messaging, bayko.user_uuid, group, 1)
    marked = RowSettings(marked_unread=True)
    await change_row_settings(messaging, bayko.user_uuid, group, marked)
    await send_message(messaging, andrew, group, "2")
    await stream.project(messaging)
    row = await row_of(messaging, bayko)
    assert (row.is_marked_unread, row.read_seq, row.unread) == (True, 1, 1)
    assert [one async for one in verify_inboxes(messaging)] == []
    await mark_read(messaging, bayko.user_uuid, group, 2)
    assert not (await row_of(messaging, bayko)).is_marked_unread
    await change_row_settings(messaging, bayko.user_uuid, group, marked)
    assert (await row_of(messaging, bayko)).is_marked_unread
    unmarked = RowSettings(marked_unread=False)
    row = await change_row_settings(messaging, bayko.user_uuid, group, unmarked)
    assert (row.is_marked_unread, row.read_seq) == (False, 2)
