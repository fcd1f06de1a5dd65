"""Several writes, all or nothing."""

import asyncio

import pytest

from cruddur.domain.errors import ConditionFailed, TransactionFailed
from cruddur.domain.item import Item, Key
from cruddur.ports.table import (
    IF_NEW,
    Check,
    Delete,
    Equals,
    Exists,
    Less,
    Put,
    Query,
    Table,
    Update,
    Write,
)


async def items(table: Table, pk: str) -> list[Item]:
    return list((await table.query(Query(pk, consistent=True))).items)


async def test_a_transaction_does_all_its_writes(table: Table, pk: str) -> None:
    for sk in ("changed", "checked", "deleted"):
        await table.put(Put({"pk": pk, "sk": sk, "n": 1}))
    await table.transact(
        [
            Put({"pk": pk, "sk": "made", "n": 2}, IF_NEW),
            Update(Key(pk, "changed"), {"n": 3}, condition=[Equals("n", 1)]),
            Delete(Key(pk, "deleted"), [Exists("pk")]),
            Check(Key(pk, "checked"), [Less("n", 2)]),
        ]
    )
    found = {item["sk"]: item["n"] for item in await items(table, pk)}
    assert found == {"changed": 3, "checked": 1, "made": 2}


async def test_one_failed_condition_stops_all_and_is_named(table: Table, pk: str) -> None:
    await table.put(Put({"pk": pk, "sk": "there", "n": 1}))
    with pytest.raises(TransactionFailed) as failure:
        await table.transact(
            [
                Put({"pk": pk, "sk": "a"}),
                Put({"pk": pk, "sk": "there"}, IF_NEW),
                Update(Key(pk, "b"), {"n": 1}),
                Check(Key(pk, "c"), [Exists("pk")]),
                Delete(Key(pk, "d")),
            ]
        )
    assert failure.value.failed == (1, 3)
    assert await items(table, pk) == [{"pk": pk, "sk": "there", "n": 1}]


async def test_a_failed_transaction_is_a_failed_condition(table: Table, pk: str) -> None:
    with pytest.raises(ConditionFailed):
        await table.transact([Delete(Key(pk, "1"), [Exists("pk")]), Put({"pk": pk, "sk": "2"})])


async def test_a_transaction_has_room_for_a_hundred_writes(table: Table, pk: str) -> None:
    await table.transact([Put({"pk": pk, "sk": f"{n:03d}"}) for n in range(100)])
    assert len(await items(table, pk)) == 100


@pytest.mark.parametrize("count", [0, 101])
async def test_a_transaction_of_none_or_too_many_is_refused(
    table: Table, pk: str, count: int
) -> None:
    with pytest.raises(ValueError, match="transaction"):
        await table.transact([Put({"pk": pk, "sk": f"{n:03d}"}) for n in range(count)])
    assert await items(table, pk) == []


@pytest.mark.parametrize("second", [Delete, lambda key: Check(key, IF_NEW)])
async def test_a_transaction_names_a_key_once(table: Table, pk: str, second: type[Delete]) -> None:
    with pytest.raises(ValueError, match="once"):
        await table.transact([Put({"pk": pk, "sk": "1"}), second(Key(pk, "1"))])
    assert await items(table, pk) == []


async def test_of_transactions_for_one_key_one_wins(table: Table, pk: str) -> None:
    def claim(by: int) -> list[Write]:
        return [
            Put({"pk": pk, "sk": "claim", "by": by}, IF_NEW),
            Put({"pk": pk, "sk": f"by-{by}"}),
        ]

    outcomes = await asyncio.gather(
        *[table.transact(claim(by)) for by in range(8)], return_exceptions=True
    )
    assert all(outcome is None or isinstance(outcome, TransactionFailed) for outcome in outcomes)
    winners = [f"by-{by}" for by, outcome in enumerate(outcomes) if outcome is None]
    assert len(winners) <= 1  # all may lose where a conflict fails both sides
    assert [item["sk"] for item in await items(table, pk) if item["sk"] != "claim"] == winners


@pytest.mark.parametrize("sk", ["", 7, None])
async def test_each_write_of_a_transaction_has_a_key_that_is_text(
    table: Table, pk: str, sk: object
) -> None:
    with pytest.raises(ValueError, match="key"):
        await table.transact([Put({"pk": pk, "sk": "good"}), Put({"pk": pk, "sk": sk})])
    assert await items(table, pk) == []
