"""The change feed over the file's `changes`: what lies there is what is not yet consumed."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from cruddur.messaging.ports import Change
from cruddur.table.sqlite.table import SqliteTable

# Another process's commit cannot wake us, so we look now and then.
LOOK_SECONDS = 1.0


class SqliteChangeFeed:
    """The changes of a table, oldest first. One that is new begins with all not acknowledged."""

    def __init__(self, table: SqliteTable) -> None:
        self._table = table
        self._given = 0
        self._news = asyncio.Event()
        table.watch(self._news)

    async def read(self, limit: int) -> Sequence[Change]:
        while True:
            self._news.clear()
            changes = await self._table.changes(self._given, limit)
            if changes:
                self._given = int(changes[-1].sequence)
                return changes
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._news.wait()

    async def acknowledge(self, changes: Sequence[Change]) -> None:
        if changes:
            await self._table.forget_changes(max(int(change.sequence) for change in changes))

    async def close(self) -> None:
        """Nothing is left to do: what is acknowledged is gone."""
