"""Each call's capacity units are counted, by whom it was made for."""

import asyncio

import pytest
from tests import engines

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.item import Key
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.ports.metering import Units, measured, on_units, within_access_pattern
from cruddur.ports.table import IF_NEW, Put, Query, Update

KEY = Key("GRP#1", "1")
ROW = {"pk": "GRP#1", "sk": "1", "indexed_at": "2026"}


async def test_a_write_costs_units_of_the_table_and_of_the_index(direct: DynamoTable) -> None:
    with measured() as plain:
        await direct.put(Put({"pk": "MSG#1", "sk": "1"}))
    with measured() as indexed:
        await direct.put(Put(ROW))
    with measured() as moved:
        await direct.update(Update(KEY, {"indexed_at": "2027"}))
    with measured() as still:
        await direct.update(Update(KEY, {"message": "Hello"}))
    assert plain == Units(table_write=1)
    assert indexed == Units(table_write=1, index_write=1)
    assert moved == Units(table_write=1, index_write=2)
    assert still == Units(table_write=1)


async def test_a_condition_that_fails_is_counted_as_the_write_that_aws_bills(
    direct: DynamoTable,
) -> None:
    once = Put({"pk": "MSG#1", "sk": "1"}, IF_NEW)
    await direct.put(once)
    with measured() as units, pytest.raises(ConditionFailed):
        await direct.put(once)
    assert units == Units(table_write=1)


async def test_a_read_costs_half_unless_it_is_strong(direct: DynamoTable) -> None:
    await direct.put(Put(ROW))
    with measured() as eventual:
        await direct.get(KEY)
    with measured() as strong:
        await direct.get(KEY, consistent=True)
    with measured() as many:
        await direct.get_many([KEY])
    with measured() as index:
        await direct.query(Query("GRP#1", index="inbox-index"))
    assert eventual == many == Units(table_read=0.5)
    assert strong == Units(table_read=1)
    assert index == Units(index_read=0.5)


async def test_a_transaction_costs_twice() -> None:
    # DynamoDB Local 3.1 reports a single unit for such a write.
    async with engines.fresh_table(engines.shared("dynoxide").url) as table:
        with measured() as units:
            await table.transact([Put(ROW), Put({"pk": "MSG#1", "sk": "2"})])
    assert units == Units(table_write=4, index_write=1)


async def test_tasks_are_counted_with_who_started_them(direct: DynamoTable) -> None:
    await direct.put(Put(ROW))
    with measured() as units:
        await asyncio.gather(*(direct.get(KEY, consistent=True) for _ in range(3)))
    await direct.get(KEY)
    assert units.read == 3


async def test_units_are_told_by_access_pattern(direct: DynamoTable) -> None:
    told: list[tuple[str, float, float]] = []
    stop = on_units(lambda pattern, units: told.append((pattern, units.read, units.write)))
    with within_access_pattern("send_message"):
        await direct.put(Put({"pk": "MSG#1", "sk": "1"}))
    await direct.get(KEY, consistent=True)
    stop()
    await direct.get(KEY)
    assert told == [("send_message", 0, 1), ("other", 1, 0)]
