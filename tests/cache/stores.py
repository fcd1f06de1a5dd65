"""The cache's engines for tests, and one that fails when it is told to."""

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from math import inf
from typing import Any, Literal

from tests.momento_local import MomentoLocal
from tests.valkey_server import ValkeyServer

from cruddur.engines.cache.memory import MemoryStore
from cruddur.engines.cache.momento import MomentoStore
from cruddur.engines.cache.store import CacheUnavailable, Store
from cruddur.engines.cache.valkey import ValkeyStore

SLOW_SECONDS = 0.3
PATIENCE_SECONDS = 10.0
"""For calls that are not about time: this machine may be busy."""


@functools.cache
def valkey_server() -> ValkeyServer:
    """The one that all tests of this run share."""
    return ValkeyServer()


@asynccontextmanager
async def opened_store(engine: str, prefix: str) -> AsyncIterator[Store]:
    """An engine that holds nothing yet."""
    if engine == "momento":
        async with MomentoLocal().running() as momento:
            store: Store = MomentoStore(momento.credentials, call_seconds=PATIENCE_SECONDS)
            yield store
            await store.close()
        return
    store = ValkeyStore(valkey_server().url, prefix=prefix) if engine == "valkey" else MemoryStore()
    try:
        yield store
    finally:
        await store.flush()
        await store.close()


class Breakable:
    """A real engine whose calls can be made to fail, before they are done or after, or to be slow.

    It may also be narrow: no call may then concern more than so many keys.
    """

    most = inf

    def __init__(self, store: Store) -> None:
        self.store = store
        self.mode: Literal["works", "refuses", "loses", "is slow"] = "works"

    def __getattr__(self, name: str) -> Any:
        method: Callable[..., Awaitable[Any]] = getattr(self.store, name)

        async def call(*given: Any) -> Any:
            if self.mode == "refuses" or any(len(keys) > self.most for keys in given[:1]):
                raise CacheUnavailable(name)
            if self.mode == "is slow":
                await asyncio.sleep(SLOW_SECONDS)
            answer = await method(*given)
            if self.mode == "loses":
                raise CacheUnavailable(f"the answer to {name}")
            return answer

        return call
