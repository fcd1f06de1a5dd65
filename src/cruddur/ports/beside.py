"""Work that runs beside other work in the event loop: until something ends, or some of it at a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs the work while the context lasts, and cancels it at its end.

    What the work raises before that is raised at the end.
    """
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def each(work: Callable[[T], Awaitable[R]], things: Iterable[T], *, at_once: int) -> list[R]:
    """Does the work for each thing, so many at a time. Returns the results in the order of the things.

    The first failure is raised, and the work for the others goes on.
    """
    gate = asyncio.Semaphore(at_once)

    async def in_turn(thing: T) -> R:
        async with gate:
            return await work(thing)

    return await asyncio.gather(*map(in_turn, things))


async def pause_until(event: asyncio.Event, seconds: float) -> None:
    """Waits until the event is set, and so many seconds at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
