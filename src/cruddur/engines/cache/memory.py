"""The cache in a process's memory. It is correct only if no other process writes to the table."""

from collections.abc import Mapping, Sequence

from cruddur.ports.remembered import Remembered

DAY_SECONDS = 86_400.0
MOST = 32768
"""The most keys; the least recently used is removed first. A page of 20 messages takes about 8 KB."""


class MemoryStore:
    """A cache engine in memory."""

    def __init__(self, most: int = MOST) -> None:
        self._entries: Remembered[str, bytes] = Remembered(seconds=DAY_SECONDS, most=most)

    async def get_many(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        return [self._entries.get(key) for key in keys]

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        self._entries.remember(key, value, seconds)

    async def put_new(self, key: str, value: bytes, seconds: float) -> bool:
        if self._entries.get(key) is not None:
            return False
        self._entries.remember(key, value, seconds)
        return True

    async def increment_many(self, amounts: Mapping[str, int], seconds: float) -> None:
        for key, amount in amounts.items():
            raised = int(self._entries.get(key) or 0) + amount
            self._entries.remember(key, b"%d" % raised, seconds)

    async def delete_many(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._entries.forget(key)

    async def reconnect(self) -> None:
        """Does nothing: memory is always reachable."""

    async def flush(self) -> None:
        self._entries.clear()

    async def close(self) -> None:
        self._entries.clear()
