"""Runs consumers of a test as the service runs its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from cruddur.entrypoints.run_consumers import run_consumers
from cruddur.ports import beside
from cruddur.ports.change_feed import Change, ChangeFeeds, Consumer
from cruddur.ports.consumers import ConsumerSource, NamedConsumer

NAMES = "cruddur.test"
SOON = 0.05
PATIENCE_SECONDS = 60


class Collector:
    """A consumer that remembers the sort keys of what it got, and waits for what a test expects."""

    def __init__(self, name: str, *, kinds: frozenset[str] | None = None) -> None:
        self.got: list[str] = []
        self.beside = asyncio.Event()
        self.fails: Callable[[Sequence[Change]], Awaitable[None] | None] = lambda _: None
        self.named = NamedConsumer(Consumer(name, kinds), self._handle, self._beside, "start")
        self._came = asyncio.Condition()

    async def until(self, *wanted: str) -> list[str]:
        async with asyncio.timeout(PATIENCE_SECONDS), self._came:
            await self._came.wait_for(lambda: set(wanted) <= set(self.got))
        return self.got

    async def _handle(self, changes: Sequence[Change]) -> None:
        if (waiting := self.fails(changes)) is not None:
            await waiting
        async with self._came:
            self.got += [change.key.sk for change in changes]
            self._came.notify_all()

    async def _beside(self) -> None:
        self.beside.set()
        await asyncio.Event().wait()


def source(*collectors: Collector) -> ConsumerSource:
    async def wanted() -> Sequence[NamedConsumer]:
        return [one.named for one in collectors]

    return ConsumerSource(NAMES, wanted)


@asynccontextmanager
async def running(feeds: ChangeFeeds, *sources: ConsumerSource) -> AsyncIterator[None]:
    async with beside.running(run_consumers(feeds, sources, look_seconds=SOON)):
        yield
