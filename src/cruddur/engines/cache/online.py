"""Remembers who is online, by keys with a time to live in any cache engine."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from functools import partial
from typing import TypeVar

from cruddur.engines.cache.store import CacheUnavailable, Store
from cruddur.engines.seal import Seal
from cruddur.logs import Log
from cruddur.ports.online import ONLINE_SECONDS

CALL_SECONDS = 1.0
"""The longest that a call may take. No request waits for one."""

PAUSE_SECONDS = 5.0
"""The pause after a call without an answer."""

_AT_ONCE = 16
_FOUND_AT_ONCE = 500

T = TypeVar("T")

_log = Log()


class StoreOnline:
    """Keys in a cache engine. Each value is sealed, so that nobody else can make people online."""

    is_shared = True

    def __init__(
        self, store: Store, seal: Seal, *, prefix: str = "", seconds: float = ONLINE_SECONDS
    ) -> None:
        self._store = store
        self._seal = seal
        self._prefix = prefix
        self._seconds = seconds
        self._away_until = 0.0
        self._was_logged = False

    async def arrive(self, user_uuid: str) -> bool:
        key, value = self._key(user_uuid), self._value(user_uuid)
        is_new = await self._call(lambda: self._store.put_new(key, value, self._seconds))
        if is_new is False:
            await self.refresh([user_uuid])
        return is_new is not False

    async def refresh(self, user_uuids: Sequence[str]) -> None:
        for some in _batched(user_uuids, _AT_ONCE):
            await self._call(partial(self._put, some))

    async def leave(self, user_uuid: str) -> None:
        await self._call(lambda: self._store.delete_many([self._key(user_uuid)]))

    async def find(self, user_uuids: Sequence[str]) -> Collection[str] | None:
        online: set[str] = set()
        for some in _batched(user_uuids, _FOUND_AT_ONCE):
            names = [self._key(uuid) for uuid in some]
            values = await self._call(partial(self._store.get_many, names))
            if values is None:
                return None
            pairs = zip(some, values, strict=True)
            online |= {uuid for uuid, value in pairs if value and self._is_ours(uuid, value)}
        return online

    async def close(self) -> None:
        await self._store.close()

    async def _put(self, some: Sequence[str]) -> None:
        for uuid in some:
            await self._store.put(self._key(uuid), self._value(uuid), self._seconds)

    async def _call(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """Returns the engine's answer; None if there is none, or was none a moment ago."""
        if time.monotonic() < self._away_until:
            return None
        try:
            async with asyncio.timeout(CALL_SECONDS):
                answer = await work()
        except (CacheUnavailable, TimeoutError) as error:
            self._away_until = time.monotonic() + PAUSE_SECONDS
            if not self._was_logged:
                _log.warning("who is online is not shared now", error=repr(error))
            self._was_logged = True
            return None
        self._was_logged = False
        return answer

    def _key(self, user_uuid: str) -> str:
        return f"{{{self._prefix}online}}/{user_uuid}"  # one slot of a cluster for all

    def _value(self, user_uuid: str) -> bytes:
        return b"1" + self._seal.of(user_uuid.encode())

    def _is_ours(self, user_uuid: str, value: bytes) -> bool:
        return self._seal.is_of(value[1:], user_uuid.encode())


def _batched(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (values[at : at + size] for at in range(0, len(values), size))
