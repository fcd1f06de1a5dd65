"""Where a transaction costs no more, a reaction does not wait for the answer to the one before it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

import msgspec
import pytest
from tests.stage import beside, old_group, person
from tests.unit.test_message_changes import conversation, differences
from tests.unit.test_reactions import HEART, THUMB, TWELVE, WAVE, last_change, react, shown

from cruddur.domain.errors import Conflict
from cruddur.domain.model import InboxRow, Message, User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.inbox_rows import advance
from cruddur.messaging.inbox.insert_with_rows import only_counts
from cruddur.messaging.messages.edit_message import Try, edit_message
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Table, Write
from cruddur.schema import items

Meanwhile = Callable[[], Awaitable[object]]


async def nothing() -> None:
    """Happens meanwhile."""


class Slow:
    """A real table that executes a transaction only when the next one was sent, in their order."""

    def __init__(self, table: Table, meanwhile: Meanwhile = nothing) -> None:
        self._table = table
        self._meanwhile = meanwhile
        self._calls = 0
        self._is_followed, self._is_done = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._table, name)

    async def transact(self, writes: Sequence[Write]) -> None:
        self._calls += 1
        if self._calls == 1:
            await asyncio.shield(self._first(writes))
        else:
            self._is_followed.set()
            await self._is_done.wait()
            await self._table.transact(writes)

    async def _first(self, writes: Sequence[Write]) -> None:
        await self._is_followed.wait()
        try:
            await self._meanwhile()
            await self._table.transact(writes)
        finally:
            self._is_done.set()


async def slow_process(
    messaging: MessagingContext, user: User, group: str, meanwhile: Meanwhile = nothing
) -> MessagingContext:
    """A process on a slow table, which has changed the first two messages."""
    process = beside(messaging)
    for seq in (1, 2):
        await react(process, user, group, WAVE, seq=seq)
    process.table = Slow(messaging.table, meanwhile)  # type: ignore[assignment]
    return process


@pytest.fixture
async def group(messaging: MessagingContext, andrew: User, bayko: User) -> str:
    group = await conversation(messaging, andrew, bayko)
    await send_message(messaging, andrew, group, "Second")
    return group


@pytest.mark.parametrize("seq", [1, 2])
async def test_a_reaction_does_not_wait_for_the_one_before_it(
    messaging: MessagingContext, group: str, andrew: User, bayko: User, seq: int
) -> None:
    process = await slow_process(messaging, andrew, group)
    both = react(process, andrew, group, THUMB), react(process, bayko, group, HEART, seq=seq)
    assert [message.change_seq for message in await asyncio.gather(*both)] == [3, 4]
    assert process.change_tails.last_seq(group) == 4
    assert await differences(messaging) == []


@pytest.mark.parametrize("seq", [1, 2])
async def test_it_is_stored_anew_if_another_process_took_the_number_before_it(
    messaging: MessagingContext, group: str, andrew: User, bayko: User, seq: int
) -> None:
    other = beside(messaging)
    process = await slow_process(
        messaging, andrew, group, lambda: react(other, bayko, group, THUMB)
    )
    both = react(process, andrew, group, THUMB), react(process, bayko, group, HEART, seq=seq)
    numbers = [message.change_seq for message in await asyncio.gather(*both)]
    assert sorted(numbers) == [4, 5]
    first, second = await shown(messaging, andrew, group)
    assert (first, second)[seq - 1][HEART] == [bayko.user_uuid]
    assert set(first[THUMB]) == {bayko.user_uuid, andrew.user_uuid}
    assert await differences(messaging) == []


async def test_it_stands_if_the_caller_of_the_one_before_it_leaves(
    messaging: MessagingContext, group: str, andrew: User, bayko: User
) -> None:
    process = await slow_process(messaging, andrew, group)
    first = asyncio.create_task(react(process, andrew, group, THUMB))
    second = asyncio.create_task(react(process, bayko, group, HEART))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    assert process.change_tails.of(group).is_behind  # it does not know what the first one stored
    attempt = Try("6f2d5a52-94f5-4d0c-8f5b-8a5e6c1f7c11", 0)
    for _ in range(2):
        await edit_message(process, andrew.user_uuid, group, 2, "Once", attempt=attempt)
    last = await last_change(messaging, andrew, group)
    assert process.change_tails.last_seq(group) == last
    assert second.result().change_seq < last
    assert await differences(messaging) == []


async def test_what_would_be_refused_behind_another_one_waits_for_it(
    messaging: MessagingContext,
) -> None:
    people = [person(f"person-{number}") for number in range(12)]
    group = await old_group(messaging, people[0], people[1:], "All")
    await send_message(messaging, people[0], group, "Who comes?")
    for number in range(11):
        await react(messaging, people[number], group, TWELVE[number])
    outcomes = await asyncio.gather(
        react(messaging, people[0], group, TWELVE[11]),
        react(messaging, people[1], group, THUMB),
        react(messaging, people[2], group, TWELVE[0]),
        return_exceptions=True,
    )
    assert [isinstance(one, Conflict) for one in outcomes] == [False, True, False]
    assert await last_change(messaging, people[0], group) == 13
    assert await differences(messaging) == []


def some_row(rng: random.Random) -> InboxRow:
    at, number = "2026-11-28T07:00:00.000Z", rng.randint(1, 4)
    archived_at = rng.choice([None, None, None, at])
    return InboxRow(
        owner_uuid="andrew",
        message_group_uuid="group",
        kind=rng.choice(["direct", "group"]),
        last_message_at=at,
        indexed_at=f"archived#{at}" if archived_at else at,
        created_at=at,
        message="Hello!",
        last_user_uuid=rng.choice([None, "andrew", "bayko"]),
        last_changed_at=rng.choice([None, at]),
        last_seq=number,
        read_seq=rng.randint(0, number),
        last_change_seq=rng.randint(0, 9),
        archived_at=archived_at,
    )


def some_message(rng: random.Random) -> Message:
    return Message(
        message_group_uuid="group",
        seq=rng.randint(1, 5),
        message_uuid="uuid",
        message="Hello!",
        user_uuid=rng.choice(["andrew", "bayko"]),
        user_handle="somebody",
        user_display_name="Somebody",
        created_at="2026-11-28T07:00:00.000Z",
        edited_at=rng.choice([None, "2026-11-28T07:00:00.000Z", "2026-11-28T08:00:00.000Z"]),
        change_seq=rng.randint(1, 9),
        hidden_by=rng.choice([(), (), ("andrew",)]),
        mentions=rng.choice([{}, {}, {"andrew": "andrew"}]),
    )


def test_a_row_that_only_counts_a_change_is_as_advance_would_leave_it() -> None:
    rng = random.Random(119)
    counted = 0
    for _ in range(5000):
        row, message = some_row(rng), some_message(rng)
        if not only_counts(items.inbox_row_item(row), row.owner_uuid, message):
            continue
        counted += 1
        last = max(row.last_change_seq, message.change_seq)
        assert advance(row, [message]) == msgspec.structs.replace(row, last_change_seq=last)
    assert counted > 100
