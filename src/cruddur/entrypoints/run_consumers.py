"""Runs the service's own consumers of the change feed, beside the projector.

Each has a task and a place of its own, so that one that fails or is slow holds up no other. Of several
processes one runs them all: the one that has the right to read. After it was killed, another one takes
over where it stopped, and gives the consumers some changes again.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from cruddur.bootstrap import Application
from cruddur.domain.errors import TableError, TableUnavailable
from cruddur.entrypoints import consumers as folder
from cruddur.logs import Log
from cruddur.ports.backoff import HALF_JITTER, Backoff
from cruddur.ports.beside import running
from cruddur.ports.change_feed import (
    Change,
    ChangeFeed,
    ChangeFeeds,
    ConsumerRemoved,
    ReaderElsewhere,
)
from cruddur.ports.consumers import ConsumerSource, NamedConsumer
from cruddur.ports.metering import access_pattern
from cruddur.ports.modules import modules_in

BATCH = 100
"""The most changes that a consumer gets at once. After a kill, so many may come again."""

LOOK_SECONDS = 20.0
LOOK_SECONDS_OF_A_FILE = 1.0
"""The time between two looks at what is wanted, and at the right to read if another process has it."""

KEEP_SECONDS = 5.0
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 60.0

_log = Log()


@asynccontextmanager
async def consuming(application: Application) -> AsyncIterator[None]:
    """Runs the consumers in this process while the context lasts, if no other process does.

    With the setting `consumers` off it does nothing: `cruddur worker --consumers` is to run them.
    """
    if application.settings.consumers == "off":
        yield
        return
    async with running(run_all_consumers(application)):
        yield


async def run_all_consumers(application: Application) -> None:
    """Runs all consumers that the service has until it is cancelled, as `run_consumers` does."""
    is_file = application.settings.table == "sqlite"
    seconds = LOOK_SECONDS_OF_A_FILE if is_file else LOOK_SECONDS
    sources = sources_of(application)
    await run_consumers(application.feeds, sources, look_seconds=seconds)


def sources_of(application: Application) -> Sequence[ConsumerSource]:
    """Returns what the files of the folder `consumers` define."""
    modules = modules_in(folder)
    return [ConsumerSource(module.NAMES, module.consumers(application)) for module in modules]


async def run_consumers(
    feeds: ChangeFeeds, sources: Sequence[ConsumerSource], *, look_seconds: float = LOOK_SECONDS
) -> None:
    """Runs until it is cancelled. Exceptions are logged, and what failed is done again after a pause."""
    runner = _Runner(feeds, sources)
    looked = -look_seconds
    try:
        while True:
            if _now() >= looked + look_seconds:
                looked = _now()
                await _logged(runner.look)
            await _logged(runner.keep)
            await asyncio.sleep(min(look_seconds, KEEP_SECONDS))
    finally:
        await runner.end()


class _Runner:
    """The running consumers by name, and the right to read for them."""

    def __init__(self, feeds: ChangeFeeds, sources: Sequence[ConsumerSource]) -> None:
        self._feeds = feeds
        self._sources = sources
        self._reader = feeds.for_service()
        self._has_right = False
        self._running: dict[str, asyncio.Task[None]] = {}
        self._versions: dict[str, str] = {}
        self._known: frozenset[str] = frozenset()

    async def look(self) -> None:
        """Starts the consumers that are wanted, and ends the others. Raises TableUnavailable."""
        wanted = {one.name: one for source in self._sources for one in await source.wanted()}
        if wanted and not self._has_right:
            self._has_right = await self._reader.take()
        if not self._has_right:
            return
        await self._stop(self._running.keys() - wanted.keys())
        changed = {name for name, one in wanted.items() if self._versions.get(name) != one.version}
        await self._stop(self._running.keys() & changed)
        if self._known != wanted.keys():
            await self._forget_all_but(frozenset(wanted))
        for name, consumer in wanted.items():
            if name not in self._running or self._running[name].done():
                self._versions[name] = consumer.version
                self._running[name] = asyncio.create_task(self._run(consumer))
        if not wanted:
            await self._give_back()

    async def keep(self) -> None:
        """Keeps the right, or ends all consumers if another process has it. Raises TableUnavailable."""
        if not self._has_right:
            return
        try:
            await self._reader.keep()
        except ReaderElsewhere as error:
            _log.warning("the consumers run elsewhere now", why=str(error))
            self._has_right = False
            await self._stop(self._running.keys())

    async def end(self) -> None:
        """Ends all consumers and gives the right back."""
        await self._stop(self._running.keys())
        with suppress(TableError):  # without it the right ends by itself
            await self._give_back()

    async def _give_back(self) -> None:
        if self._has_right:
            self._has_right, self._known = False, frozenset()
            await self._reader.release()

    async def _stop(self, names: Iterable[str]) -> None:
        tasks = [self._running.pop(name) for name in [*names]]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @access_pattern("read_stream")
    async def _forget_all_but(self, wanted: frozenset[str]) -> None:
        for state in await self._feeds.states():
            is_ours = any(source.has(state.name) for source in self._sources)
            if is_ours and state.name not in wanted:
                await self._feeds.remove(state.name)
        self._known = wanted

    async def _run(self, consumer: NamedConsumer) -> None:
        """Runs a consumer until it is cancelled or removed. What fails is begun again after a pause."""
        backoff = Backoff(FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS, jitter=HALF_JITTER)
        while True:
            try:
                async with AsyncExitStack() as opened:
                    feed = await self._reader.open(consumer.consumer, consumer.start)
                    opened.push_async_callback(_close, feed)
                    if consumer.beside is not None:
                        await opened.enter_async_context(running(_again_and_again(consumer)))
                    await _consume(feed, consumer, backoff)
            except ConsumerRemoved:
                return
            except TableUnavailable as error:
                _log.warning("waits for the table", consumer=consumer.name, error=str(error))
            except Exception:  # noqa: BLE001  the task would end unnoticed
                _log.exception("a consumer failed, and will try again", consumer=consumer.name)
            await backoff.pause()


async def _consume(feed: ChangeFeed, consumer: NamedConsumer, backoff: Backoff) -> None:
    while True:
        changes = await feed.read(BATCH)
        await _handle(consumer, changes)
        await feed.acknowledge(changes)
        backoff.reset()


async def _handle(consumer: NamedConsumer, changes: Sequence[Change]) -> None:
    """Gives it these changes until it has done them: the others that it reads would be no better."""
    backoff = Backoff(FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS, jitter=HALF_JITTER)
    while True:
        try:
            return await consumer.handle(changes)
        except TableUnavailable as error:
            _log.warning("waits for the table", consumer=consumer.name, error=str(error))
        except Exception:  # noqa: BLE001  nothing else would tell
            _log.exception("a consumer failed, and will try again", consumer=consumer.name)
        await backoff.pause()


async def _again_and_again(consumer: NamedConsumer) -> None:
    backoff = Backoff(FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS, jitter=HALF_JITTER)
    while consumer.beside is not None:
        await _logged(consumer.beside)
        await backoff.pause()


async def _logged(step: Callable[[], Awaitable[None]]) -> None:
    try:
        await step()
    except TableUnavailable as error:
        _log.warning("the consumers wait for the table", error=str(error))
    except Exception:  # noqa: BLE001  the task would end unnoticed
        _log.exception("the consumers failed, and will try again")


async def _close(feed: ChangeFeed) -> None:
    with suppress(TableError):  # some changes come again
        await feed.close()


def _now() -> float:
    return asyncio.get_running_loop().time()
