"""Receipts are known to those who share theirs too, and to nobody else."""

import asyncio
from collections.abc import Sequence

import pytest
from tests.stage import Clock, Stream, beside, person
from tests.subscriptions import next_event, subscribed

from cruddur.domain.errors import NotFound
from cruddur.domain.model import User
from cruddur.domain.receipts import shares_receipts
from cruddur.domain.row_settings import RowSettings
from cruddur.identity.context import IdentityContext
from cruddur.identity.share_receipts import share_receipts
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.change_row_settings import change_row_settings
from cruddur.messaging.inbox.list_changes_and_receipts import list_changes_and_receipts
from cruddur.messaging.inbox.list_receipts import list_receipts
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Delete, Put
from cruddur.schema import items, keys, receipt_keys

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def group(messaging: MessagingContext, andrew: User, bayko: User, mallory: User) -> str:
    """A group of Andrew and Bayko with the messages 1 to 3 of Andrew. Mallory is a stranger."""
    for user in (andrew, bayko, mallory):
        for item in items.person_items(user):
            await messaging.table.put(Put(item))
    group = (await start_group(messaging, andrew, [bayko], "Lake")).message_group_uuid
    for text in "123":
        await send_message(messaging, andrew, group, text)
    return group


async def known(messaging: MessagingContext, reader: User, group: str) -> Sequence[tuple[str, int]]:
    profile = await messaging.table.get(keys.user_key(reader.user_uuid))
    shares = profile is not None and shares_receipts(profile.get("receipts_from"))
    marks = await list_receipts(beside(messaging), reader.user_uuid, group, shares=shares)
    return [(mark.user_uuid, mark.read_seq) for mark in marks]


async def read(messaging: MessagingContext, user: User, group: str, seq: int) -> None:
    await mark_read(messaging, user.user_uuid, group, seq, shares=True)


async def test_others_know_what_was_read_and_when(
    messaging: MessagingContext,
    stream: Stream,
    clock: Clock,
    group: str,
    *,
    andrew: User,
    bayko: User,
) -> None:
    async with subscribed(messaging.bus, channel(andrew.user_uuid)) as device:
        await read(messaging, bayko, group, 2)
        event = await next_event(device)
    assert (event.type, b'"read_seq":2' in event.data) == ("receipt", True)
    at = messaging.now()
    clock.turn(minutes=1)
    await read(messaging, bayko, group, 1)
    (mark,) = await list_receipts(messaging, andrew.user_uuid, group, shares=True)
    assert (mark.user_uuid, mark.read_seq, mark.read_at) == (bayko.user_uuid, 2, at)
    assert await known(messaging, bayko, group) == []
    await stream.project(messaging)
    assert [one async for one in verify_inboxes(messaging)] == []


async def test_a_mark_never_goes_back_and_a_crash_before_it_is_mended(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    await mark_read(messaging, bayko.user_uuid, group, 3)  # the process dies before the receipt
    await read(messaging, bayko, group, 3)
    assert await known(messaging, andrew, group) == [(bayko.user_uuid, 3)]
    await asyncio.gather(*(read(beside(messaging), bayko, group, seq) for seq in (1, 3, 2)))
    assert await known(messaging, andrew, group) == [(bayko.user_uuid, 3)]


async def test_who_switches_them_off_is_known_by_none_and_knows_none(
    messaging: MessagingContext, clock: Clock, group: str, andrew: User, bayko: User
) -> None:
    identity = IdentityContext(messaging.table, b"secret", clock=clock)
    for user in (andrew, bayko):
        await read(messaging, user, group, 2)
    await share_receipts(identity, bayko.user_uuid, shares=False)
    assert await known(messaging, andrew, group) == []
    assert await known(messaging, bayko, group) == []
    clock.turn(seconds=1)
    await share_receipts(identity, bayko.user_uuid, shares=True)
    assert await known(messaging, andrew, group) == []  # what was given before does not come back
    assert await known(messaging, bayko, group) == [(andrew.user_uuid, 2)]
    await read(messaging, bayko, group, 3)
    assert await known(messaging, andrew, group) == [(bayko.user_uuid, 3)]


async def test_strangers_newcomers_and_those_who_left_know_nothing(
    messaging: MessagingContext, group: str, andrew: User, bayko: User, mallory: User
) -> None:
    await read(messaging, bayko, group, 3)
    with pytest.raises(NotFound):
        await list_receipts(messaging, mallory.user_uuid, group, shares=True)
    await add_members(messaging, andrew.user_uuid, group, [mallory])
    assert await known(messaging, mallory, group) == []
    seq = (await send_message(messaging, andrew, group, "4")).seq
    async with subscribed(messaging.bus, channel(mallory.user_uuid)) as device:
        await read(messaging, andrew, group, 2)
        await read(messaging, andrew, group, seq)
        assert f'"read_seq":{seq}'.encode() in (await next_event(device)).data
    assert await known(messaging, mallory, group) == [(andrew.user_uuid, seq)]
    await leave_group(messaging, andrew.user_uuid, group)
    assert await known(messaging, mallory, group) == []
    with pytest.raises(NotFound):
        await list_receipts(messaging, andrew.user_uuid, group, shares=True)
    await add_members(messaging, bayko.user_uuid, group, [andrew])
    assert await known(messaging, mallory, group) == []  # they have not read what came since


async def test_what_one_has_cleared_nobody_tells_one_of(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    await read(messaging, bayko, group, 3)
    await change_row_settings(messaging, andrew.user_uuid, group, RowSettings(cleared_seq=3))
    assert await known(messaging, andrew, group) == []


async def test_between_two_people_and_after_one_account_is_gone(
    messaging: MessagingContext, group: str, andrew: User
) -> None:
    maya = person("maya")
    await messaging.table.put(Put(items.user_item(maya)))
    first = await start_direct_group(messaging, andrew, maya, "Hello")
    await read(messaging, maya, first.message_group_uuid, 1)
    assert await known(messaging, andrew, first.message_group_uuid) == [(maya.user_uuid, 1)]
    await messaging.table.delete(Delete(keys.user_key(maya.user_uuid)))
    assert await known(messaging, andrew, first.message_group_uuid) == []


async def test_a_send_writes_no_mark(messaging: MessagingContext, group: str, andrew: User) -> None:
    key = receipt_keys.read_mark_key(group, andrew.user_uuid)
    assert await messaging.table.get(key, consistent=True) is None


async def test_a_page_gets_them_with_the_changes_of_a_conversation_of_two(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    first = await start_direct_group(messaging, andrew, bayko, "One")
    two = first.message_group_uuid
    await edit_message(messaging, andrew.user_uuid, two, 1, "Uno")
    for conversation in (two, group):
        await read(messaging, bayko, conversation, 1)
    cases = [(two, True, 0), (two, True, 1), (two, False, 0), (group, True, 0)]
    asked = [
        await list_changes_and_receipts(
            beside(messaging), andrew.user_uuid, conversation, shares=shares, applied=applied
        )
        for conversation, shares, applied in cases
    ]
    assert [([m.seq for m in found.messages], found.last_change_seq) for found, _ in asked] == [
        ([1], 1), ([], 1), ([1], 1), ([], 0),
    ]  # fmt: skip
    marks = [None if of is None else [(m.user_uuid, m.read_seq) for m in of] for _, of in asked]
    assert marks == [[(bayko.user_uuid, 1)], [(bayko.user_uuid, 1)], [], None]


@pytest.mark.parametrize("others", [8, 9, 20])
async def test_the_whole_minute_comes_with_them_however_much_was_changed(
    messaging: MessagingContext, andrew: User, bayko: User, group: str, *, others: int
) -> None:
    two = (await start_direct_group(messaging, andrew, bayko, "0")).message_group_uuid
    for number in range(1, others):
        await send_message(messaging, andrew, two, f"{number}")
    for seq in range(1, others + 1):
        await edit_message(messaging, andrew.user_uuid, two, seq, "edited")
    await read(messaging, bayko, two, 1)
    found, marks = await list_changes_and_receipts(messaging, andrew.user_uuid, two, shares=True)
    assert [one.seq for one in found.messages] == [*range(1, others + 1)]
    assert [mark.read_seq for mark in marks or ()] == [1]


async def test_a_change_after_the_one_that_a_page_has_is_told_however_old(
    messaging: MessagingContext, clock: Clock, andrew: User, bayko: User, group: str
) -> None:
    two = (await start_direct_group(messaging, andrew, bayko, "One")).message_group_uuid
    for text in ("Two", "Three"):
        await edit_message(messaging, andrew.user_uuid, two, 1, text)
    clock.turn(hours=1)
    for applied, seqs in ((0, [1]), (1, [1]), (2, []), (3, [])):
        found, _ = await list_changes_and_receipts(
            messaging, bayko.user_uuid, two, shares=True, applied=applied
        )
        assert [one.seq for one in found.messages] == seqs
