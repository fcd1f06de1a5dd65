"""A table with a replica that lags until it is told to catch up."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.folders import temporary_folder
from tests.unit.test_lagging_replica import Lagging as LaggingReads

from cruddur.domain.item import Item, Key
from cruddur.engines.sqlite import SqliteTable
from cruddur.ports.table import Delete, Page, Put, Query
from cruddur.schema import keys


class Lagging(LaggingReads):
    """Reads of several keys too, and a way to catch up. Some reads may meet a better replica."""

    is_lucky: Callable[[], bool] = staticmethod(lambda: False)

    async def get_many(
        self, wanted: Sequence[Key], *, consistent: bool = False
    ) -> Mapping[Key, Item]:
        table = self.leader if consistent or self.is_lucky() else self.replica
        return await table.get_many(wanted)

    async def query(self, query: Query) -> Page:
        table = self.leader if query.consistent or self.is_lucky() else self.replica
        return await table.query(query)

    async def catch_up(self) -> None:
        now = {_key(item): item async for item in self.leader.scan()}
        for gone in {_key(item) async for item in self.replica.scan()} - now.keys():
            await self.replica.delete(Delete(gone))
        for item in now.values():
            await self.replica.put(Put(item))


@asynccontextmanager
async def lagging(leader: SqliteTable) -> AsyncIterator[Lagging]:
    with temporary_folder() as folder:
        replica = await SqliteTable.open(Path(folder))
        yield Lagging(leader, replica)
        await replica.close()


def _key(item: Item) -> Key:
    return Key(item[keys.PARTITION_KEY], item[keys.SORT_KEY])
