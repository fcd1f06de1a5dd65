"""A table whose writes invalidate the cache, so that no use case has to."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from cruddur.domain.errors import ConditionFailed, TableUnavailable
from cruddur.domain.item import Item
from cruddur.ports.cache import Cache
from cruddur.ports.table import Absent, Check, Delete, Put, Table, Update, Write
from cruddur.schema import keys, kinds

_Result = TypeVar("_Result")


class InvalidatingTable:
    """The table port over another table and a cache."""

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
        self.index_is_exact = table.index_is_exact

    async def put(self, put: Put) -> None:
        await self._invalidating([put], self._table.put(put))

    async def update(self, update: Update) -> Item | None:
        return await self._invalidating([update], self._table.update(update))

    async def delete(self, delete: Delete) -> None:
        await self._invalidating([delete], self._table.delete(delete))

    async def transact(self, writes: Sequence[Write]) -> None:
        await self._invalidating(writes, self._table.transact(writes))

    async def _invalidating(self, writes: Sequence[Write], work: Awaitable[_Result]) -> _Result:
        changed, added = _invalidated_by(writes)
        try:
            result = await work
        except ConditionFailed:
            raise
        except (TableUnavailable, asyncio.CancelledError):
            # The write may have happened, and the caller does not wait any longer.
            self._cache.invalidate_later([*changed, *added])
            raise
        if changed or added:
            await self._cache.invalidate(changed, added)
        return result


def _invalidated_by(writes: Sequence[Write]) -> tuple[list[str], list[str]]:
    changed: list[str] = []
    added: list[str] = []
    for write in writes:
        if isinstance(write, Check):
            continue
        key = keys.key_of(write.item) if isinstance(write, Put) else write.key
        is_new = isinstance(write, Put) and Absent() in write.condition
        names = kinds.invalidated_names(key)
        (added if is_new and kinds.is_message(key) else changed).extend(names)
    return changed, added
