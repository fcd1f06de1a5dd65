"""A memory that forgets: bounded in size and in time."""

import time
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Values by key for `seconds`; when there are `most`, the oldest goes first."""

    def __init__(self, *, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._values: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V | None:
        found = self._values.get(key)
        if found is None:
            return None
        if found[0] < time.monotonic():
            del self._values[key]
            return None
        return found[1]

    def remember(self, key: K, value: V) -> None:
        self._values.pop(key, None)  # so that it becomes the youngest
        self._values[key] = (time.monotonic() + self._seconds, value)
        if len(self._values) > self._most:
            del self._values[next(iter(self._values))]

    def forget(self, key: K) -> None:
        self._values.pop(key, None)

    def __len__(self) -> int:
        return len(self._values)
