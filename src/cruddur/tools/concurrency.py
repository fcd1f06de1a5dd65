"""Runs many calls to a table at once, up to a limit."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from cruddur.domain.errors import Busy, TableUnavailable
from cruddur.ports.backoff import HALF_JITTER, Backoff

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 32
_RETRIES = 8
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0


async def map_concurrently(
    things: Iterable[T], work: Callable[[T], Awaitable[R]], *, at_once: int = AT_ONCE
) -> Sequence[R]:
    """Returns the results in the order of the things. The first failure ends all of the work."""
    results: dict[int, R] = {}
    numbered = enumerate(things)

    async def one_after_another() -> None:
        for number, thing in numbered:
            results[number] = await work(thing)

    await _all([asyncio.create_task(one_after_another()) for _ in range(at_once)])
    return [results[number] for number in range(len(results))]


async def retry_throttled(work: Callable[[], Awaitable[R]]) -> R:
    """Retries work that is safe to repeat, for tables that throttle writes in bulk.

    Raises TableUnavailable or Busy after the last try.
    """
    backoff = Backoff(_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS, jitter=HALF_JITTER)
    for _ in range(_RETRIES):
        try:
            return await work()
        except (TableUnavailable, Busy):
            await backoff.pause()
    return await work()


async def for_each_batch(
    things: AsyncIterator[T],
    work: Callable[[Sequence[T]], Awaitable[None]],
    *,
    size: int,
    at_once: int,
) -> None:
    """Works on batches while the next ones are read. The first failure ends all of the work."""
    waiting: set[asyncio.Task[None]] = set()
    try:
        async for batch in batches(things, size):
            waiting.add(asyncio.ensure_future(_awaited(work(batch))))
            if len(waiting) >= at_once:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
    except BaseException:
        await _end(waiting)
        raise
    await _all(waiting)


async def batches(things: AsyncIterator[T], size: int) -> AsyncIterator[Sequence[T]]:
    """Yields the things in lists of `size`; the last one may be shorter."""
    batch: list[T] = []
    async for thing in things:
        batch.append(thing)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


async def _awaited(work: Awaitable[None]) -> None:
    await work


async def _all(tasks: Iterable[asyncio.Task[None]]) -> None:
    tasks = list(tasks)
    try:
        await asyncio.gather(*tasks)
    finally:
        await _end(tasks)


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
