"""Reactions are numbered changes: each person's are one register of a message, and none is lost."""

from collections.abc import Sequence

import pytest
from tests.stage import Clock, Counted, Stream, beside
from tests.subscriptions import next_event, subscribed
from tests.unit.test_message_changes import conversation, differences

from cruddur.domain.emoji import checked_emoji
from cruddur.domain.errors import Conflict, Forbidden, Invalid, NotFound
from cruddur.domain.model import Message, User
from cruddur.domain.reactions import by_emoji
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.list_edits import list_edits
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.messages.set_reaction import set_reaction
from cruddur.messaging.people.block_person import block_person
from cruddur.ports.table import Table

pytestmark = pytest.mark.every_engine

THUMB, HEART, WAVE = "\U0001f44d", "\u2764\ufe0f", "\U0001f44b"
TWELVE = [chr(code) for code in range(0x1F600, 0x1F60C)]


async def react(
    messaging: MessagingContext, user: User, group: str, emoji: str, *, seq: int = 1
) -> Message:
    return await set_reaction(messaging, user.user_uuid, group, seq, emoji, wanted=True)


async def take_back(messaging: MessagingContext, user: User, group: str, emoji: str) -> Message:
    return await set_reaction(messaging, user.user_uuid, group, 1, emoji, wanted=False)


async def shown(messaging: MessagingContext, user: User, group: str) -> list[dict[str, list[str]]]:
    page = await list_messages(messaging, user.user_uuid, group, limit=100)
    return [by_emoji(message.reactions) for message in page.messages]


async def last_change(messaging: MessagingContext, user: User, group: str) -> int:
    return (await list_changes(messaging, user.user_uuid, group)).last_change_seq


async def test_people_react_with_several_emoji_and_take_them_back(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    a, b = andrew.user_uuid, bayko.user_uuid
    await react(messaging, bayko, group, THUMB)
    await react(messaging, andrew, group, HEART)
    third = await react(messaging, andrew, group, THUMB)
    assert (by_emoji(third.reactions), third.change_seq) == ({THUMB: [b, a], HEART: [a]}, 3)
    await take_back(messaging, bayko, group, THUMB)
    assert await shown(messaging, bayko, group) == [{HEART: [a], THUMB: [a]}]
    await take_back(messaging, andrew, group, HEART)
    await take_back(messaging, andrew, group, THUMB)
    assert await shown(messaging, bayko, group) == [{}]
    assert await last_change(messaging, bayko, group) == 6
    assert await differences(messaging) == []


async def test_what_is_so_already_is_no_change_and_writes_nothing(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await take_back(messaging, bayko, group, THUMB)
    await react(messaging, bayko, group, THUMB)
    counted = Counted(table)
    for process in (messaging, beside(messaging, counted)):
        again = await react(process, bayko, group, THUMB)
        assert (again.change_seq, by_emoji(again.reactions)) == (1, {THUMB: [bayko.user_uuid]})
    assert {"put", "update", "transact"} & set(counted.calls) == set()
    assert await last_change(messaging, bayko, group) == 1


@pytest.mark.parametrize("given", ["\u2764", "\u2764\ufe0f", "\u2764\ufe0e"])
async def test_an_emoji_has_one_form_with_and_without_selector(
    messaging: MessagingContext, andrew: User, bayko: User, given: str
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await react(messaging, bayko, group, given)
    assert await shown(messaging, andrew, group) == [{HEART: [bayko.user_uuid]}]
    await take_back(messaging, bayko, group, HEART)
    assert await shown(messaging, andrew, group) == [{}]


def test_skin_tones_are_emoji_of_their_own() -> None:
    assert checked_emoji(WAVE + "\U0001f3fd") == WAVE + "\U0001f3fd" != checked_emoji(WAVE)


@pytest.mark.parametrize(
    "text", ["", " ", "a", "1", THUMB * 2, THUMB + " ", "\ufe0f", "\U0001f3fd", "#", "x" * 10_000]
)
async def test_what_is_not_one_emoji_is_refused(
    messaging: MessagingContext, andrew: User, bayko: User, text: str
) -> None:
    group = await conversation(messaging, andrew, bayko)
    with pytest.raises(Invalid) as refused:
        await react(messaging, bayko, group, text)
    assert (refused.value.code, refused.value.field) == ("emoji_unknown", "emoji")


async def test_a_message_takes_twelve_different_emoji(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    for emoji in TWELVE:
        await react(messaging, bayko, group, emoji)
    with pytest.raises(Conflict) as refused:
        await react(messaging, andrew, group, THUMB)
    assert refused.value.code == "reactions_full"
    await react(messaging, andrew, group, TWELVE[3])
    await take_back(messaging, bayko, group, TWELVE[0])
    await react(messaging, andrew, group, THUMB)
    assert len((await shown(messaging, andrew, group))[0]) == 12


async def test_a_deletion_takes_reactions_away_and_lets_none_follow(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await react(messaging, bayko, group, THUMB)
    await delete_message(messaging, andrew.user_uuid, group, 1)
    assert await shown(messaging, bayko, group) == [{}]
    with pytest.raises(NotFound, match="deleted"):
        await react(messaging, bayko, group, HEART)
    (changed,) = (await list_changes(messaging, bayko.user_uuid, group, after=0)).messages
    assert (changed.reactions, changed.change_seq) == (None, 2)
    assert await differences(messaging) == []


async def test_only_members_who_can_see_a_message_react(
    messaging: MessagingContext, andrew: User, bayko: User, mallory: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lake")).message_group_uuid
    await send_message(messaging, andrew, group, "Secret")
    with pytest.raises(NotFound):
        await react(messaging, mallory, group, THUMB)
    await add_members(messaging, andrew.user_uuid, group, [mallory])
    for seq in (0, 1, 2, 4, 10**12):
        with pytest.raises(NotFound):
            await react(messaging, mallory, group, THUMB, seq=seq)
    for seq in (1, 3):
        with pytest.raises(Conflict):
            await react(messaging, andrew, group, THUMB, seq=seq)
    await react(messaging, bayko, group, THUMB, seq=2)
    assert (await list_changes(messaging, mallory.user_uuid, group, after=0)).messages == []


async def test_a_reaction_moves_the_change_number_of_rows_and_nothing_else(
    messaging: MessagingContext, stream: Stream, clock: Clock, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await stream.project(messaging)
    (before,) = (await list_inbox(messaging, andrew.user_uuid)).rows
    clock.turn(hours=2)
    await react(messaging, bayko, group, THUMB)
    await stream.project(messaging)
    (row,) = (await list_inbox(messaging, andrew.user_uuid)).rows
    assert row.last_change_seq == 1
    assert (row.unread, row.message, row.last_message_at, row.last_changed_at) == (
        before.unread,
        before.message,
        before.last_message_at,
        before.last_changed_at,
    )
    assert await differences(messaging) == []


async def test_the_history_of_a_text_knows_nothing_of_reactions(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await react(messaging, bayko, group, THUMB)
    assert await texts(messaging, bayko, group) == ["First"]
    for text in ("A", "B"):
        await edit_message(messaging, andrew.user_uuid, group, 1, text)
        await react(messaging, bayko, group, HEART if text == "A" else WAVE)
    assert await texts(messaging, bayko, group) == ["First", "A", "B"]
    for before, count in {2: 1, 3: 2, 4: 2, 5: 3}.items():
        found = await list_edits(messaging, bayko.user_uuid, group, 1, before=before)
        assert [one.message for one in found.texts] == ["First", "A", "B"][:count]
    await delete_message(messaging, andrew.user_uuid, group, 1)
    log = [item async for item in messaging.table.scan() if "CHANGE" in item["sk"]]
    assert [item.get("message") for item in log if item["kind"] == "edited"] == ["", ""]
    assert await differences(messaging) == []


async def texts(messaging: MessagingContext, user: User, group: str) -> Sequence[str]:
    page = await list_edits(messaging, user.user_uuid, group, 1)
    return [one.message for one in page.texts]


async def test_who_blocks_a_person_sees_no_reaction_of_theirs(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await react(messaging, andrew, group, HEART)
    await block_person(messaging, andrew, bayko)
    async with subscribed(messaging.bus, channel(andrew.user_uuid)) as device:
        await react(messaging, bayko, group, THUMB)
        with pytest.raises(Forbidden):
            await react(messaging, andrew, group, WAVE)
        assert await shown(messaging, andrew, group) == [{HEART: [andrew.user_uuid]}]
        (changed,) = (await list_changes(messaging, andrew.user_uuid, group, after=1)).messages
        assert by_emoji(changed.reactions) == {HEART: [andrew.user_uuid]}
        taken = await take_back(messaging, andrew, group, HEART)
        assert by_emoji(taken.reactions) == {}
        event = await next_event(device)
    assert (event.change_seq, THUMB.encode() in event.data) == (3, False)
    assert await shown(messaging, bayko, group) == [{THUMB: [bayko.user_uuid]}]
