"""The table port over one SQLite file."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection
from typing import Self, TypeVar

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Item, Key
from cruddur.engines.sqlite import consumers as feed_consumers
from cruddur.engines.sqlite import file, operations, reading
from cruddur.engines.sqlite.batch import Batch
from cruddur.engines.sqlite.batch_executor import BatchExecutor
from cruddur.engines.sqlite.reading import Reader
from cruddur.engines.sqlite.upkeep import CHECKPOINT_SECONDS, LOOK_SECONDS, LogKeeper, Watch
from cruddur.engines.sqlite.writer import Writer
from cruddur.logs import Log
from cruddur.ports.change_feed import KEPT_SECONDS, PROJECTOR, Consumer
from cruddur.ports.table import Delete, Derive, Page, Put, Query, Update, Write

READERS = 2
BATCH = 1000
EXPIRY_SECONDS = 60.0
OTHERS_SECONDS = 1.0
EXPIRED_AT_ONCE = 500
SWEPT_AT_ONCE = 500

Result = TypeVar("Result")

_log = Log()


class SqliteTable:
    """The table port on one file.

    A single thread commits all writes, in groups. Reads see the last commit.
    """

    transactions_cost_more = False
    index_is_exact = True

    def __init__(
        self,
        path: Path,
        checkpoint_seconds: float = CHECKPOINT_SECONDS,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """Callers use `open`, which creates and checks the file first."""
        self._readers = BatchExecutor(
            "table-reader",
            [Reader(file.connect(path, reads_only=True)) for _ in range(READERS)],
            most=1,
        )
        writer = Writer(file.connect(path), file.log_of(path))
        self._writer = BatchExecutor("table-writer", [writer], most=BATCH, answered=self._written)
        self._log_keeper = LogKeeper(path, checkpoint_seconds)
        self._watch = Watch(path, self._noticed, look_seconds)
        self._watchers: list[asyncio.Event] = []
        self._tasks = [asyncio.create_task(self._expire())]

    @classmethod
    async def open(
        cls,
        folder: Path,
        *,
        consumers: Sequence[Consumer] = (Consumer(PROJECTOR),),
        checkpoint_seconds: float = CHECKPOINT_SECONDS,
        look_seconds: float = LOOK_SECONDS,
    ) -> Self:
        """Opens the file in this folder and creates it if it is missing.

        `consumers` are registered for the change feed; only what some consumer wants is recorded for it.
        `checkpoint_seconds` is the time between two attempts to empty the log, `look_seconds` between
        two checks that the files are still in place. Raises ValueError if a newer version wrote the
        file, TableUnavailable if it cannot be opened.
        """
        return cls(file.prepare(folder, consumers), checkpoint_seconds, look_seconds)

    @property
    def log_emptied(self) -> asyncio.Event:
        """Set each time that the whole log was merged into the file and emptied."""
        return self._log_keeper.emptied

    async def get(self, key: Key, *, consistent: bool = False) -> Item | None:  # noqa: ARG002 - it always is
        return await self._readers.call(reading.get(key))

    async def get_many(
        self,
        keys: Sequence[Key],
        *,
        consistent: bool = False,  # noqa: ARG002 - every read is
    ) -> Mapping[Key, Item]:
        return await self._readers.call(reading.get_many(keys))

    async def query(self, query: Query) -> Page:
        return await self._readers.call(reading.query(query))

    async def put(self, put: Put) -> None:
        await self._writer.call(operations.operation(put))

    async def update(self, update: Update) -> Item | None:
        old: list[Item | None] = [None]
        take_old = old.append if update.wants_old else None
        await self._writer.call(operations.operation(update, take_old))
        return old[-1]

    async def delete(self, delete: Delete) -> None:
        await self._writer.call(operations.operation(delete))

    async def transact(self, writes: Sequence[Write]) -> None:
        await self._writer.call(operations.transaction(writes))

    async def insert_with_rows(self, items: Sequence[Item], rows: Sequence[Derive]) -> None:
        """Inserts new items and what follows from them in one commit, as `InsertWithRows` says."""
        await self._writer.call(operations.insertion(items, rows))

    async def transact_with_rows(self, writes: Sequence[Write], rows: Sequence[Derive]) -> None:
        """Executes writes, and what follows from them, in one commit, as `TransactWithRows` says."""
        await self._writer.call(operations.transaction(writes, rows))

    async def scan(self) -> AsyncIterator[Item]:
        # Each page is a read of its own: a long read would keep the log from being merged into the file.
        after = Key("", "")
        while page := await self._readers.call(reading.scan(after)):
            for key, item in page:
                after = key
                yield item

    async def count(self) -> int:
        return await self._readers.call(reading.count)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._watch.close()
        await self._readers.close()
        await self._log_keeper.close()
        await self._writer.close()
        self._wake()

    async def read_with(self, job: Callable[[Connection], Result]) -> Result:
        """Runs a reader's job, for the change feed. Raises TableUnavailable, and what the job raises."""
        return await self._readers.call(job)

    async def write_with(self, job: Callable[[Batch], Result]) -> Result:
        """Runs a writer's job, for the change feed. Raises TableUnavailable, and what the job raises."""
        return await self._writer.call(job)

    async def sweep_changes(self, *, everything: bool = False) -> None:
        """Deletes recorded changes that nobody waits for, or that waited for KEPT_SECONDS.

        Those are the oldest, so that it stops at younger ones, unless it is to look at `everything`.
        """
        before = round((time.time() - KEPT_SECONDS) * 1000)
        after: int | None = 0
        while after is not None:
            swept = await self._writer.call(feed_consumers.sweeping(after, SWEPT_AT_ONCE, before))
            for name, count in swept.dropped.items():
                _log.warning(
                    "dropped changes that were kept for a day; the consumer never gets them",
                    consumer=name,
                    changes=count,
                )
            after = swept.next if everything or swept.is_old else None

    def watch(self, event: asyncio.Event) -> None:
        """Makes the table set the event after each commit that recorded a change."""
        self._watchers.append(event)

    def watch_others(
        self, changed: Callable[[], Awaitable[None]], seconds: float = OTHERS_SECONDS
    ) -> None:
        """Calls `changed` within `seconds` of another process's write to the file.

        It is also called after another process emptied the log, since SQLite cannot tell the two apart.
        """
        self._tasks.append(asyncio.create_task(self._look_for_others(changed, seconds)))

    async def _look_for_others(
        self, changed: Callable[[], Awaitable[None]], seconds: float
    ) -> None:
        known = None
        while True:
            with suppress(TableUnavailable):  # the next round is as good
                version = await self._writer.call(operations.version_of_others)
                if known not in {None, version}:
                    await changed()
                known = version
            await asyncio.sleep(seconds)

    async def _expire(self) -> None:
        while True:
            now = int(time.time())
            with suppress(TableUnavailable):  # the next round is as good
                await self._writer.call(operations.expiring(now, EXPIRED_AT_ONCE))
                await self.sweep_changes()
            await asyncio.sleep(EXPIRY_SECONDS)

    def _written(self, recorded: Sequence[object]) -> None:
        # This is not left to the callers, since a cancelled caller would not wake the feed.
        if True in recorded:
            self._wake()

    def _noticed(self, what: str | None) -> None:
        for executor in (self._readers, self._writer):
            executor.refuse(what)
        self._wake()

    def _wake(self) -> None:
        for event in self._watchers:
            event.set()
