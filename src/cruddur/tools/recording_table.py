"""A table that records its reads, with their key conditions and costs."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from cruddur.domain.item import Item, Key
from cruddur.ports.metering import Units, measured
from cruddur.ports.table import Delete, Page, Put, Query, Table, Update, Write
from cruddur.schema import keys


@dataclass(frozen=True, slots=True)
class Reading:
    """One call: its name, key condition, mode of reading, number of items, and units."""

    call: str
    key_condition: str
    how: str
    items: int
    units: Units


class RecordingTable:
    """The table port over another table, with a record of each read."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.transactions_cost_more = table.transactions_cost_more
        self.index_is_exact = table.index_is_exact
        self.readings: list[Reading] = []

    async def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        with measured() as units:
            item = await self._table.get(key, consistent=consistent)
        condition = f"pk = {key.pk!r} and sk = {key.sk!r}"
        self._note("get", condition, [_strength(consistent)], int(item is not None), units)
        return item

    async def get_many(
        self, keys: Sequence[Key], *, consistent: bool = False
    ) -> Mapping[Key, Item]:
        with measured() as units:
            found = await self._table.get_many(keys, consistent=consistent)
        partitions = sorted({key.pk for key in keys})
        condition = f"{len(keys)} keys with pk = {' or '.join(map(repr, partitions))}"
        self._note("batch-get", condition, [_strength(consistent)], len(found), units)
        return found

    async def query(self, query: Query) -> Page:
        with measured() as units:
            page = await self._table.query(query)
        call = f"query {query.index}" if query.index else "query"
        self._note(call, key_condition(query), _how(query), len(page.items), units)
        return page

    async def put(self, put: Put) -> None:
        await self._table.put(put)

    async def update(self, update: Update) -> Item | None:
        return await self._table.update(update)

    async def delete(self, delete: Delete) -> None:
        await self._table.delete(delete)

    async def transact(self, writes: Sequence[Write]) -> None:
        await self._table.transact(writes)

    def scan(self) -> AsyncIterator[Item]:
        return self._table.scan()

    async def count(self) -> int:
        return await self._table.count()

    async def close(self) -> None:
        await self._table.close()

    def _note(
        self, call: str, condition: str, how: Sequence[str], items: int, units: Units
    ) -> None:
        self.readings.append(Reading(call, condition, ", ".join(how), items, units))


def key_condition(query: Query) -> str:
    """Returns the query's condition as DynamoDB's expression, with the values in place."""
    sort_key = keys.INDEX_SORT_KEY if query.index else keys.SORT_KEY
    part, condition = query.range, f"pk = {query.partition!r}"
    if part.prefix:
        return f"{condition} and begins_with({sort_key}, {part.prefix!r})"
    if part.at_least and part.at_most:
        return f"{condition} and {sort_key} between {part.at_least!r} and {part.at_most!r}"
    if part.at_least:
        return f"{condition} and {sort_key} >= {part.at_least!r}"
    return f"{condition} and {sort_key} <= {part.at_most!r}" if part.at_most else condition


def _how(query: Query) -> Sequence[str]:
    order = "descending" if query.descending else "ascending"
    return order, f"limit {query.limit}", _strength(query.consistent)


def _strength(consistent: bool) -> str:
    return "strongly consistent" if consistent else "eventually consistent"
