"""An archived conversation is out of the inbox until a new message brings it back."""

import asyncio
from collections.abc import Sequence

import pytest
from tests.stage import Clock, Stream, beside, person

from cruddur.domain.model import InboxRow, User
from cruddur.domain.row_settings import ALWAYS, RowSettings
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.change_row_settings import change_row_settings
from cruddur.messaging.inbox.list_inbox import list_inbox, rows_since
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.search_inbox import search_inbox
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Update
from cruddur.schema import keys

pytestmark = pytest.mark.every_engine

ARCHIVED = RowSettings(archived=True)
BACK = RowSettings(archived=False)
MUTED_AND_ARCHIVED = RowSettings(archived=True, muted_until=ALWAYS)


@pytest.fixture
async def group(messaging: MessagingContext, stream: Stream, andrew: User, bayko: User) -> str:
    first = await start_direct_group(messaging, andrew, bayko, "1")
    await stream.project(messaging)
    return first.message_group_uuid


async def shown(messaging: MessagingContext, user: User, *, archived: bool) -> Sequence[InboxRow]:
    return (await list_inbox(messaging, user.user_uuid, archived=archived)).rows


async def where(messaging: MessagingContext, user: User) -> tuple[int, int]:
    """How many conversations are in the inbox, and in the archive; each is in one of the two."""
    here = await shown(messaging, user, archived=False)
    there = await shown(messaging, user, archived=True)
    assert [row.archived_at for row in here] == [None] * len(here)
    assert None not in [row.archived_at for row in there]
    assert [one async for one in verify_inboxes(messaging)] == []
    return len(here), len(there)


async def test_it_goes_and_comes_back_by_hand(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    row = await change_row_settings(messaging, bayko.user_uuid, group, ARCHIVED)
    assert (row.archived_seq, row.settings_version, row.unread) == (1, 1, 1)
    assert await where(messaging, bayko) == (0, 1)
    assert await where(messaging, andrew) == (1, 0)
    again = await change_row_settings(messaging, bayko.user_uuid, group, ARCHIVED)
    assert again == row
    await change_row_settings(messaging, bayko.user_uuid, group, BACK)
    assert await where(messaging, bayko) == (1, 0)


async def test_a_new_message_brings_it_back_and_an_old_one_or_an_edit_does_not(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await change_row_settings(messaging, bayko.user_uuid, group, ARCHIVED)
    await edit_message(messaging, andrew.user_uuid, group, 1, "One")
    await stream.project(messaging)
    assert not await project(messaging, await stream.all())
    assert await where(messaging, bayko) == (0, 1)
    await send_message(messaging, andrew, group, "2")
    await stream.project(messaging)
    assert await where(messaging, bayko) == (1, 0)


async def test_a_message_that_was_read_before_it_was_projected_does_not_bring_it_back(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await send_message(messaging, andrew, group, "2")
    await mark_read(messaging, bayko.user_uuid, group, 2)
    await change_row_settings(messaging, bayko.user_uuid, group, ARCHIVED)
    await stream.project(messaging)
    assert await where(messaging, bayko) == (0, 1)


async def test_what_is_muted_stays_and_moves_within_the_archive(
    messaging: MessagingContext, stream: Stream, clock: Clock, group: str, bayko: User
) -> None:
    andrew = person("andrew")
    other = await start_direct_group(messaging, person("maya"), bayko, "Hello")
    for uuid in (other.message_group_uuid, group):
        await change_row_settings(messaging, bayko.user_uuid, uuid, MUTED_AND_ARCHIVED)
    for hours in (0, 2):
        clock.turn(hours=hours, seconds=1)
        since = messaging.now()
        await send_message(messaging, andrew, group, "more")
        await stream.project(messaging)
        first, second = await shown(messaging, bayko, archived=True)
        assert [first.message_group_uuid, second.message] == [group, "Hello"]
        moved = await rows_since(messaging, bayko.user_uuid, since, 10)
        assert group in [row.message_group_uuid for row in moved]
    assert await where(messaging, bayko) == (0, 2)


async def test_unmuted_it_stays_until_the_next_message(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    await change_row_settings(messaging, bayko.user_uuid, group, MUTED_AND_ARCHIVED)
    await send_message(messaging, andrew, group, "2")
    await stream.project(messaging)
    await change_row_settings(messaging, bayko.user_uuid, group, RowSettings(muted_until=None))
    assert not await project(messaging, await stream.all())
    assert await where(messaging, bayko) == (0, 1)
    await send_message(messaging, andrew, group, "3")
    await stream.project(messaging)
    assert await where(messaging, bayko) == (1, 0)


async def test_the_archive_has_pages_and_is_found_by_a_search(
    messaging: MessagingContext, clock: Clock, bayko: User
) -> None:
    for number in range(7):
        clock.turn(minutes=20)
        first = await start_direct_group(messaging, person(f"person-{number}"), bayko, "Hello")
        if number % 2 == 0:
            await change_row_settings(
                messaging, bayko.user_uuid, first.message_group_uuid, ARCHIVED
            )
    page = await list_inbox(messaging, bayko.user_uuid, limit=3, archived=True)
    rest = await list_inbox(messaging, bayko.user_uuid, limit=3, cursor=page.cursor, archived=True)
    names = [row.user_handle for row in [*page.rows, *rest.rows]]
    assert names == ["person-6", "person-4", "person-2", "person-0"]
    assert rest.cursor is None
    assert len(await search_inbox(messaging, bayko.user_uuid, "person")) == 7


async def test_of_many_things_at_once_none_is_lost(
    messaging: MessagingContext, stream: Stream, group: str, andrew: User, bayko: User
) -> None:
    """Messages, two devices that archive and mute, and two projectors: the row is in one place."""
    uuid = bayko.user_uuid
    await asyncio.gather(
        *(send_message(messaging, andrew, group, str(number)) for number in range(2, 8)),
        *(change_row_settings(beside(messaging), uuid, group, ARCHIVED) for _ in range(2)),
        change_row_settings(messaging, uuid, group, RowSettings(muted_until=ALWAYS)),
        stream.project(messaging),
        project(beside(messaging), await stream.all()),
    )
    await stream.project(messaging)
    assert sum(await where(messaging, bayko)) == 1


async def test_rebuild_mends_a_row_in_the_archive_and_leaves_it_there(
    messaging: MessagingContext, group: str, bayko: User
) -> None:
    await change_row_settings(messaging, bayko.user_uuid, group, ARCHIVED)
    key = keys.inbox_row_key(bayko.user_uuid, group)
    wrong = {"message": "wrong", "indexed_at": f"{keys.ARCHIVED_PREFIX}2020-01-01T00:00:00.000Z"}
    await messaging.table.update(Update(key, wrong))
    assert [one.is_mended async for one in rebuild_inboxes(messaging)] == [True]
    assert await where(messaging, bayko) == (0, 1)


async def test_a_row_that_an_older_version_has_moved_is_in_the_inbox(
    messaging: MessagingContext, group: str, bayko: User
) -> None:
    row = await change_row_settings(messaging, bayko.user_uuid, group, ARCHIVED)
    key = keys.inbox_row_key(bayko.user_uuid, group)
    await messaging.table.update(Update(key, {"indexed_at": row.last_message_at}))
    assert await where(messaging, bayko) == (1, 0)
    await change_row_settings(messaging, bayko.user_uuid, group, ARCHIVED)
    assert await where(messaging, bayko) == (0, 1)
