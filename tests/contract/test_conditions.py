"""A write happens if its condition holds, and otherwise leaves no trace."""

import asyncio
from typing import Any

import pytest

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.item import Key
from cruddur.ports.table import (
    IF_NEW,
    Condition,
    Delete,
    Equals,
    Exists,
    Less,
    LessOrMissing,
    Missing,
    Put,
    Table,
    Update,
)

HOLD = [
    [],
    [Exists("pk")],
    [Exists("text")],
    [Missing("other")],
    [Equals("text", "b")],
    [Equals("number", 5)],
    [Equals("flag", True)],
    [Less("number", 6)],
    [Less("text", "c")],
    [Less("text", "ba")],
    [LessOrMissing("number", 6)],
    [LessOrMissing("other", 6)],
    [LessOrMissing("other", 6), Equals("number", 5)],
    [Exists("pk"), Missing("other"), Equals("number", 5), Less("number", 10)],
]
FAIL = [
    IF_NEW,
    [Missing("text")],
    [Exists("other")],
    [Equals("text", "a")],
    [Equals("text", "B")],
    [Equals("number", 6)],
    [Equals("number", "5")],
    [Equals("flag", False)],
    [Equals("flag", 1)],
    [Equals("other", 5)],
    [Less("number", 5)],
    [Less("number", "6")],
    [Less("text", "b")],
    [Less("other", 6)],
    [LessOrMissing("number", 5)],
    [LessOrMissing("number", "6")],
    [LessOrMissing("other", 6), Equals("number", 6)],
    [Exists("pk"), Equals("number", 6)],
    [Equals("number", 6), Exists("pk")],
]


@pytest.fixture
async def key(table: Table, pk: str) -> Key:
    await table.put(Put({"pk": pk, "sk": "1", "text": "b", "number": 5, "flag": True}))
    return Key(pk, "1")


@pytest.mark.parametrize("condition", HOLD, ids=repr)
async def test_a_condition_that_holds_lets_the_write_through(
    table: Table, key: Key, condition: Condition
) -> None:
    await table.update(Update(key, {"seen": 1}, condition=condition))
    await table.put(Put({**(await found(table, key)), "seen": 2}, condition))
    assert (await found(table, key))["seen"] == 2
    await table.delete(Delete(key, condition))
    assert await table.get(key, consistent=True) is None


@pytest.mark.parametrize("condition", FAIL, ids=repr)
async def test_a_condition_that_fails_leaves_the_item_alone(
    table: Table, key: Key, condition: Condition
) -> None:
    before = await table.get(key, consistent=True)
    with pytest.raises(ConditionFailed):
        await table.update(Update(key, {"seen": 1}, ["text"], condition))
    with pytest.raises(ConditionFailed):
        await table.put(Put({"pk": key.pk, "sk": key.sk}, condition))
    with pytest.raises(ConditionFailed):
        await table.delete(Delete(key, condition))
    assert await table.get(key, consistent=True) == before


@pytest.mark.parametrize("part", [Exists("pk"), Equals("n", 1), Less("n", 1), Less("t", "z")])
async def test_only_missing_holds_for_an_item_that_is_not_there(
    table: Table, pk: str, part: Exists | Equals | Less
) -> None:
    with pytest.raises(ConditionFailed):
        await table.update(Update(Key(pk, "1"), {"a": 1}, condition=[part]))
    with pytest.raises(ConditionFailed):
        await table.delete(Delete(Key(pk, "1"), [part]))
    assert await table.get(Key(pk, "1"), consistent=True) is None
    await table.update(Update(Key(pk, "1"), {"a": 1}, condition=[Missing("pk"), Missing("n")]))
    assert await table.get(Key(pk, "1"), consistent=True)


async def test_of_many_puts_to_one_free_key_one_wins(table: Table, pk: str) -> None:
    puts = [Put({"pk": pk, "sk": "1", "by": by}, IF_NEW) for by in range(20)]
    outcomes = await asyncio.gather(*map(table.put, puts), return_exceptions=True)
    winners = [by for by, outcome in enumerate(outcomes) if outcome is None]
    assert len(winners) == 1
    assert sum(isinstance(outcome, ConditionFailed) for outcome in outcomes) == 19
    assert (await found(table, Key(pk, "1")))["by"] == winners[0]


async def test_counting_by_condition_loses_nothing(table: Table, pk: str) -> None:
    key = Key(pk, "1")
    await table.put(Put({"pk": pk, "sk": "1", "n": 0}))

    async def count(times: int) -> None:
        while times:
            n = (await found(table, key))["n"]
            try:
                await table.update(Update(key, {"n": n + 1}, condition=[Equals("n", n)]))
                times -= 1
            except ConditionFailed:
                continue

    await asyncio.gather(*[count(5) for _ in range(8)])
    assert (await found(table, key))["n"] == 40


async def found(table: Table, key: Key) -> dict[str, Any]:
    item = await table.get(key, consistent=True)
    assert item is not None
    return dict(item)
