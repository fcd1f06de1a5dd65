"""A memory that is bounded in size and in time. For size alone, cachetools has caches."""

import time
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Keeps at most `most` values, each for `seconds`. The least recently used one is removed first."""

    # Not a TTLCache: it looks for expired values at each call, which takes twelve times as long.

    def __init__(self, *, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._values: LRUCache[K, tuple[float, V]] = LRUCache(most)

    def get(self, key: K) -> V | None:
        """Returns the value, or None if it is not there or its time is over."""
        if key not in self._values:
            return None
        until, value = self._values[key]
        if until < time.monotonic():
            del self._values[key]
            return None
        return value

    def remember(self, key: K, value: V, seconds: float | None = None) -> None:
        """Stores the value and restarts its time, which is another one if `seconds` are given."""
        lasts = self._seconds if seconds is None else seconds
        self._values[key] = (time.monotonic() + lasts, value)

    def forget(self, key: K) -> None:
        """Removes the value, if there is one."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Removes all values."""
        self._values.clear()

    def __contains__(self, key: K) -> bool:
        return self.get(key) is not None

    def __len__(self) -> int:
        return len(self._values)
