"""The table port over one SQLite file."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from cruddur.errors import TableUnavailable
from cruddur.messaging.ports import Change, Delete, Item, Key, Page, Put, Query, Update, Write
from cruddur.table.sqlite import file, operations, reading
from cruddur.table.sqlite.lane import Lane
from cruddur.table.sqlite.reading import Reader
from cruddur.table.sqlite.writer import Writer

READERS = 2
BATCH = 1000
EXPIRY_SECONDS = 60.0
EXPIRED_AT_ONCE = 500


class SqliteTable:
    """Writes go through one thread that commits them in groups; reads see the last commit."""

    transactions_cost_more = False

    def __init__(self, path: Path, records: Callable[[Change], bool]) -> None:
        """Use `open`."""
        self._records = records
        self._readers = Lane(
            "table-reader",
            [Reader(file.connect(path, reads_only=True)) for _ in range(READERS)],
            most=1,
        )
        writer = Writer(file.connect(path))
        self._writer = Lane("table-writer", [writer], most=BATCH, answered=self._written)
        self._watchers: list[asyncio.Event] = []
        self._expiry = asyncio.create_task(self._expire())

    @classmethod
    async def open(
        cls, folder: Path, *, records: Callable[[Change], bool] = lambda _: True
    ) -> Self:
        """Opens the file in this folder, made if missing; `records` filters the change feed.

        Raises ValueError if a newer version wrote the file, TableUnavailable if it can't be opened.
        """
        return cls(file.prepare(folder), records)

    async def get(self, key: Key, *, consistent: bool = False) -> Item | None:  # noqa: ARG002 - always is
        return await self._readers.call(reading.get(key))

    async def get_many(
        self,
        keys: Sequence[Key],
        *,
        consistent: bool = False,  # noqa: ARG002 - always is
    ) -> Mapping[Key, Item]:
        return await self._readers.call(reading.get_many(keys))

    async def query(self, query: Query) -> Page:
        return await self._readers.call(reading.query(query))

    async def put(self, put: Put) -> None:
        await self._writer.call(operations.operation(put, self._records))

    async def update(self, update: Update) -> None:
        await self._writer.call(operations.operation(update, self._records))

    async def delete(self, delete: Delete) -> None:
        await self._writer.call(operations.operation(delete, self._records))

    async def transact(self, writes: Sequence[Write]) -> None:
        await self._writer.call(operations.transaction(writes, self._records))

    async def scan(self) -> AsyncIterator[Item]:
        # Page by page: a reader that stays in the past keeps the log from being folded in.
        after = Key("", "")
        while page := await self._readers.call(reading.scan(after)):
            for key, item in page:
                after = key
                yield item

    async def count(self) -> int:
        return await self._readers.call(reading.count)

    async def close(self) -> None:
        self._expiry.cancel()
        await self._readers.close()
        await self._writer.close()
        self._wake()

    async def changes(self, after: int, limit: int) -> Sequence[Change]:
        """For the change feed: the oldest recorded changes after this number."""
        return await self._readers.call(reading.changes(after, limit))

    async def forget_changes(self, last: int) -> None:
        """For the change feed: the changes up to this number are done with."""
        await self._writer.call(operations.forgetting(last))

    def watch(self, event: asyncio.Event) -> None:
        """For the change feed: sets the event after each commit that recorded a change."""
        self._watchers.append(event)

    async def _expire(self) -> None:
        while True:
            now = int(time.time())
            with suppress(TableUnavailable):  # the next round is as good
                await self._writer.call(operations.expiring(now, EXPIRED_AT_ONCE, self._records))
            await asyncio.sleep(EXPIRY_SECONDS)

    def _written(self, recorded: Sequence[object]) -> None:
        # Here and not where a caller waits: one that was cancelled meanwhile would wake nobody.
        if True in recorded:
            self._wake()

    def _wake(self) -> None:
        for event in self._watchers:
            event.set()
