"""The cache of one process: right only where no other process writes to the table."""

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence

MOST = 32768
"""Keys kept; the one used longest ago goes first. Pages of 20 messages are about 8 KB each."""


class MemoryStore:
    """Implements store.Store."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    async def get_many(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        return [self._get(key) for key in keys]

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        self._put(key, value, seconds)

    async def put_new(self, key: str, value: bytes, seconds: float) -> bool:
        if self._get(key) is not None:
            return False
        self._put(key, value, seconds)
        return True

    async def increment_many(self, amounts: Mapping[str, int], seconds: float) -> None:
        for key, amount in amounts.items():
            self._put(key, b"%d" % (int(self._get(key) or 0) + amount), seconds)

    async def delete_many(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._kept.pop(key, None)

    async def reconnect(self) -> None:
        """It is always there."""

    async def flush(self) -> None:
        self._kept.clear()

    async def close(self) -> None:
        self._kept.clear()

    def _get(self, key: str) -> bytes | None:
        found = self._kept.get(key)
        if found is None:
            return None
        if found[0] < time.monotonic():
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return found[1]

    def _put(self, key: str, value: bytes, seconds: float) -> None:
        self._kept[key] = (time.monotonic() + seconds, value)
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
