"""Reactions of many at once, of several processes, through crashes: none is lost, none is doubled."""

import asyncio
from collections.abc import Sequence

import msgspec
import pytest
from tests.stage import Counted, Stream, beside, old_group, person
from tests.unit.test_message_changes import (
    CrashesAfterThePut,
    LosesTheAnswer,
    conversation,
    differences,
)
from tests.unit.test_reactions import HEART, THUMB, TWELVE, last_change, react, shown, take_back

from cruddur.domain.errors import ApiError, NotFound, TableUnavailable
from cruddur.domain.model import Message, User
from cruddur.domain.reactions import by_emoji
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Put, Table, Update
from cruddur.schema import items, keys
from cruddur.schema.attribute_values import item_bytes, item_to_attribute_values

pytestmark = pytest.mark.every_engine

FIFTY = [person(f"person-{number}") for number in range(50)]


class Lagging:
    """A real table whose replica has not seen the newest changes of one message."""

    def __init__(self, table: Table, item: object) -> None:
        self._table = table
        self._old = item

    def __getattr__(self, name: str) -> object:
        return getattr(self._table, name)

    async def get_many(self, wanted: Sequence[object], *, consistent: bool = False) -> object:
        found = await self._table.get_many(wanted, consistent=consistent)  # type: ignore[arg-type]
        return found if consistent else dict.fromkeys(found, self._old)


@pytest.mark.parametrize("processes", [1, 4])
async def test_none_is_lost_when_fifty_react_to_one_message_at_once(
    messaging: MessagingContext, stream: Stream, processes: int
) -> None:
    group = await old_group(messaging, FIFTY[0], FIFTY[1:], "All")
    await send_message(messaging, FIFTY[0], group, "Who comes?")
    each = [messaging, *(beside(messaging) for _ in range(processes - 1))]
    reacted = await asyncio.gather(
        *(
            react(each[number % processes], user, group, TWELVE[number % 12])
            for number, user in enumerate(FIFTY)
        )
    )
    assert sorted(message.change_seq for message in reacted) == list(range(1, 51))
    (found,) = await shown(beside(messaging), FIFTY[0], group)
    assert {uuid for people in found.values() for uuid in people} == {u.user_uuid for u in FIFTY}
    assert sum(map(len, found.values())) == 50
    await stream.project(messaging)
    assert await differences(messaging) == []


async def test_one_process_stores_many_reactions_with_few_reads_and_writes(
    messaging: MessagingContext, table: Table
) -> None:
    group = await old_group(messaging, FIFTY[0], FIFTY[1:], "All")
    await send_message(messaging, FIFTY[0], group, "Who comes?")
    await react(messaging, FIFTY[0], group, THUMB)
    counted = Counted(table, transactions_cost_more=table.transactions_cost_more)
    busy = beside(messaging, counted)
    await react(busy, FIFTY[1], group, THUMB)
    counted.calls.clear()
    await asyncio.gather(*(react(busy, user, group, THUMB) for user in FIFTY[2:]))
    reads = [name for name in counted.calls if name in {"get", "get_many", "query"}]
    writes = [name for name in counted.calls if name in {"put", "update", "transact"}]
    if table.transactions_cost_more:
        assert (len(reads), len(writes)) == (2 * 48, 2 * 48)  # of the group and of the message
    else:
        assert writes == ["transact"] * 4  # three alone, which do not wait, and all others together


async def test_a_change_that_is_refused_fails_alone_among_many(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await send_message(messaging, bayko, group, "Second")
    outcomes = await asyncio.gather(
        react(messaging, andrew, group, THUMB),
        react(messaging, bayko, group, HEART),
        react(messaging, bayko, group, THUMB, seq=9),
        edit_message(messaging, andrew.user_uuid, group, 2, "Not mine"),
        edit_message(messaging, andrew.user_uuid, group, 1, "Mine"),
        react(messaging, andrew, group, HEART, seq=2),
        delete_message(messaging, bayko.user_uuid, group, 2),
        react(messaging, andrew, group, THUMB, seq=2),
        return_exceptions=True,
    )
    refused = [one.code if isinstance(one, ApiError) else None for one in outcomes]
    missing, not_yours = "message_not_found", "message_not_yours"
    assert refused == [None, None, missing, not_yours, None, None, None, missing]
    assert await shown(messaging, andrew, group) == [
        {THUMB: [andrew.user_uuid], HEART: [bayko.user_uuid]},
        {},
    ]
    assert await last_change(messaging, andrew, group) == 5
    assert await differences(messaging) == []


async def test_what_waits_behind_a_caller_who_left_is_stored(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    tasks = [asyncio.create_task(react(messaging, andrew, group, one)) for one in TWELVE[:6]]
    await asyncio.sleep(0)
    for task in tasks[:3]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    (found,) = await shown(messaging, bayko, group)
    assert set(TWELVE[3:6]) <= set(found)
    assert await differences(messaging) == []


async def test_another_process_that_took_it_back_is_not_overlooked(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    """This process heard no event."""
    group = await conversation(messaging, andrew, bayko)
    unaware = beside(messaging)
    await react(unaware, bayko, group, THUMB)
    await take_back(messaging, bayko, group, THUMB)
    await react(unaware, bayko, group, THUMB)
    assert await shown(messaging, andrew, group) == [{THUMB: [bayko.user_uuid]}]
    await delete_message(messaging, andrew.user_uuid, group, 1)
    with pytest.raises(NotFound):
        await react(unaware, bayko, group, HEART)


async def test_a_lost_answer_doubles_no_reaction(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await react(beside(messaging, LosesTheAnswer(table)), bayko, group, THUMB)
    assert await shown(messaging, andrew, group) == [{THUMB: [bayko.user_uuid]}]
    assert await last_change(messaging, andrew, group) == 1
    assert await differences(messaging) == []


async def crashed(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> tuple[str, Message]:
    """A conversation with one reaction that is stored and one that only the log has."""
    group = await conversation(messaging, andrew, bayko)
    await react(messaging, bayko, group, HEART)
    with pytest.raises(TableUnavailable):
        await react(beside(messaging, CrashesAfterThePut(table)), bayko, group, THUMB)
    return group, (await list_changes(messaging, andrew.user_uuid, group, after=1)).messages[0]


async def test_a_crash_between_the_two_writes_is_healed_by_the_next_reaction(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group, told = await crashed(messaging, table, andrew, bayko)
    assert by_emoji(told.reactions) == {HEART: [bayko.user_uuid], THUMB: [bayko.user_uuid]}
    await react(beside(messaging), andrew, group, THUMB)
    both = [bayko.user_uuid, andrew.user_uuid]
    assert await shown(messaging, andrew, group) == [{HEART: both[:1], THUMB: both}]
    assert await differences(messaging) == []


async def test_the_projector_heals_it_and_a_replay_changes_nothing(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group, _ = await crashed(messaging, table, andrew, bayko)
    for _ in range(2):
        await stream.project(messaging)
    await take_back(messaging, bayko, group, HEART)
    stream._taken = 0
    await stream.project(messaging)
    assert await shown(messaging, andrew, group) == [{THUMB: [bayko.user_uuid]}]
    assert await differences(messaging) == []


async def test_rebuild_folds_reactions_and_texts(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    await react(messaging, bayko, group, THUMB)
    await edit_message(messaging, andrew.user_uuid, group, 1, "Edited")
    await react(messaging, andrew, group, HEART)
    await stream.project(messaging)
    right = await table.get(keys.message_key(group, 1), consistent=True)
    wrong = {"message": "Other", "reactions": [THUMB, f"{andrew.user_uuid} a"]}
    await table.update(Update(keys.message_key(group, 1), wrong, ["edit_seq"]))
    assert any("not as change 3 says" in what for what in await differences(messaging))
    assert [one.is_mended async for one in rebuild_inboxes(messaging)] == [True]
    assert await table.get(keys.message_key(group, 1), consistent=True) == right
    assert await differences(messaging) == []


async def test_a_replica_that_lags_by_two_changes_hides_no_reaction(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    """Only the last of the two is among what is asked for."""
    group = await conversation(messaging, andrew, bayko)
    old = await table.get(keys.message_key(group, 1), consistent=True)
    await react(messaging, andrew, group, THUMB)
    await react(messaging, bayko, group, HEART)
    lagging = beside(messaging, Lagging(table, old))
    (told,) = (await list_changes(lagging, andrew.user_uuid, group, after=1)).messages
    assert by_emoji(told.reactions) == {THUMB: [andrew.user_uuid], HEART: [bayko.user_uuid]}


async def test_fifty_people_with_twelve_emoji_each_take_three_kilobytes(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group = await conversation(messaging, andrew, bayko)
    bare = await table.get(keys.message_key(group, 1), consistent=True)
    assert bare is not None
    # As long as an emoji gets, though twelve such ones do not exist.
    longest = [f"{number:x}" + "\u200d" * 11 + "e" for number in range(12)]
    full = {user.user_uuid: tuple(longest) for user in FIFTY}
    item = items.message_item(msgspec.structs.replace(items.message_from(bare), reactions=full))
    sizes = [item_bytes(item_to_attribute_values(one)) for one in (bare, item)]
    assert sizes[1] - sizes[0] <= 3100
    await table.put(Put(item))
    stored = await table.get(keys.message_key(group, 1), consistent=True)
    assert items.message_from(stored or {}).reactions == full
