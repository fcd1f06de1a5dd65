"""A table whose every write tells the cache what it has outdated, so that no use case can forget."""

import asyncio
from collections.abc import Awaitable, Sequence

from cruddur.errors import ConditionFailed, TableUnavailable
from cruddur.messaging.cache_port import Cache
from cruddur.messaging.ports import Check, Delete, Key, Missing, Put, Table, Update, Write
from cruddur.table import keys


class WatchedTable:
    """Implements ports.Table by another."""

    def __init__(self, table: Table, cache: Cache) -> None:
        self._table = table
        self._cache = cache
        self.get = table.get
        self.get_many = table.get_many
        self.query = table.query
        self.scan = table.scan
        self.count = table.count
        self.close = table.close
        self.transactions_cost_more = table.transactions_cost_more

    async def put(self, put: Put) -> None:
        await self._tell([put], self._table.put(put))

    async def update(self, update: Update) -> None:
        await self._tell([update], self._table.update(update))

    async def delete(self, delete: Delete) -> None:
        await self._tell([delete], self._table.delete(delete))

    async def transact(self, writes: Sequence[Write]) -> None:
        await self._tell(writes, self._table.transact(writes))

    async def _tell(self, writes: Sequence[Write], work: Awaitable[None]) -> None:
        changed, added = _outdated(writes)
        try:
            await work
        except ConditionFailed:
            raise
        except (TableUnavailable, asyncio.CancelledError):
            # It may have been written, and whoever asked will not wait to hear so.
            self._cache.outdate_later([*changed, *added])
            raise
        if changed or added:
            await self._cache.outdate(changed, added)


def _outdated(writes: Sequence[Write]) -> tuple[list[str], list[str]]:
    changed: list[str] = []
    added: list[str] = []
    for write in writes:
        if isinstance(write, Check):
            continue
        key = Key(write.item["pk"], write.item["sk"]) if isinstance(write, Put) else write.key
        is_new = isinstance(write, Put) and Missing(keys.PARTITION_KEY) in write.condition
        names = keys.outdated_names(key)
        (added if is_new and keys.is_message(key) else changed).extend(names)
    return changed, added
