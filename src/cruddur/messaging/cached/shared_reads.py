"""One read of the table for all readers that miss the same value at the same moment.

Without it, a page that many people open would be read as many times whenever a message invalidates it.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from cruddur.ports.cache import CacheAnswer

T = TypeVar("T")
_Key = tuple[str, int, bool, int]


class SharedReads(Generic[T]):
    """The reads of the table that are under way."""

    def __init__(self) -> None:
        self._running: dict[_Key, asyncio.Task[T]] = {}

    async def read(
        self, name: str, cached: CacheAnswer, limit: int, read: Callable[[], Coroutine[Any, Any, T]]
    ) -> tuple[T, bool]:
        """Returns what `read` returns, and whether another reader had begun that read before.

        Only a read of the same generation is shared: a write that was acknowledged after the read began
        has raised the generation, so that nobody misses their own write. Without a lease the
        generation is not known, and every reader reads alone.
        """
        if cached.lease is None:
            return await read(), False
        key = name, cached.lease.generation, cached.strongly, limit
        running = self._running.get(key)
        if running is not None:
            return await asyncio.shield(running), True
        running = self._running[key] = asyncio.create_task(read())
        running.add_done_callback(lambda done: self._end(key, done))
        # A reader who goes away does not end the read of the others.
        return await asyncio.shield(running), False

    def _end(self, key: _Key, done: asyncio.Task[T]) -> None:
        del self._running[key]
        if not done.cancelled():
            done.exception()  # asyncio logs an exception that nobody has looked at
