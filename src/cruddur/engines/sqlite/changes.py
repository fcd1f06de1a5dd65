"""The change feeds over the file's table `changes`. It holds what some consumer has still to get."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from cruddur.engines.sqlite import consumers
from cruddur.engines.sqlite.reading import changes_of
from cruddur.engines.sqlite.table import SqliteTable
from cruddur.ports.change_feed import (
    PROJECTOR,
    Change,
    Consumer,
    ConsumerRemoved,
    ConsumerState,
    Start,
)

# A commit of another process sets no event here, so the feed also polls.
LOOK_SECONDS = 1.0

SAVE_SECONDS = 10.0
"""The least seconds between two writes that only say that a consumer has passed changes of others."""


class SqliteChangeFeed:
    """The changes that one consumer wants, oldest first. It starts after the last acknowledged one."""

    def __init__(self, table: SqliteTable, name: str = PROJECTOR) -> None:
        """The consumer of this name must be registered."""
        self._table = table
        self._name = name
        self._seen: int | None = None  # the number up to which `read` has looked at changes
        self._given = 0
        self._acknowledged = 0
        self._saved = 0
        self._saved_at = time.monotonic()
        self._news = asyncio.Event()
        table.watch(self._news)

    async def read(self, limit: int) -> Sequence[Change]:
        while True:
            self._news.clear()
            page = await self._table.read_with(changes_of(self._name, self._seen, limit))
            is_at_the_end = page.last == self._seen
            self._seen = page.last
            if page.changes:
                self._given = int(page.changes[-1].sequence)
                return page.changes
            if is_at_the_end:
                await self._pass_by(SAVE_SECONDS)
                await self._wait()

    async def acknowledge(self, changes: Sequence[Change]) -> None:
        if changes:
            last = max(int(change.sequence) for change in changes)
            self._acknowledged = max(last, self._acknowledged)
            await self._save()

    async def close(self) -> None:
        with suppress(ConsumerRemoved):
            await self._pass_by(0)

    async def _pass_by(self, seconds: float) -> None:
        """Saves that the consumer has passed changes that it does not want, if this long has passed."""
        if self._place() > self._saved and time.monotonic() >= self._saved_at + seconds:
            await self._save()

    async def _save(self) -> None:
        place = self._place()
        await self._table.write_with(consumers.acknowledging(self._name, place))
        self._saved, self._saved_at = place, time.monotonic()

    def _place(self) -> int:
        is_all_acknowledged = self._acknowledged >= self._given
        return (self._seen or 0) if is_all_acknowledged else self._acknowledged

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._news.wait()


class SqliteChangeFeeds:
    """All consumers of the file's change feed. Any number of them read at once."""

    def __init__(self, table: SqliteTable) -> None:
        self._table = table

    async def open(self, consumer: Consumer, start: Start = "start") -> SqliteChangeFeed:
        await self.register(consumer, start)
        return SqliteChangeFeed(self._table, consumer.name)

    async def register(self, consumer: Consumer, start: Start = "start") -> None:
        await self._table.write_with(consumers.registering(consumer, start))

    def for_service(self) -> "SqliteServiceReader":
        return SqliteServiceReader(self)

    async def states(self) -> Sequence[ConsumerState]:
        return await self._table.read_with(consumers.states(round(time.time() * 1000)))

    async def remove(self, name: str) -> bool:
        was_there = await self._table.write_with(consumers.removing(name))
        await self._table.sweep_changes(everything=True)
        return was_there


class SqliteServiceReader:
    """The right to read for the service's consumers. One process serves a file, and always has it."""

    def __init__(self, feeds: SqliteChangeFeeds) -> None:
        self._feeds = feeds

    async def take(self) -> bool:
        return True

    async def keep(self) -> None:
        return

    async def open(self, consumer: Consumer, start: Start = "start") -> SqliteChangeFeed:
        return await self._feeds.open(consumer, start)

    async def release(self) -> None:
        return
