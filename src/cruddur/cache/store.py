"""What the cache asks of an engine: bytes under keys, and counters. Small enough for any of them."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class CacheUnavailable(Exception):
    """The engine is down, slow, full or refuses us."""


class Store(Protocol):
    """One engine. Every method may raise CacheUnavailable; whatever is kept may vanish at any time."""

    async def get_many(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        """What is kept under each key. A counter reads as its decimal digits.

        What stands in braces is the same in all of these keys: in a cluster they lie together.
        """
        ...

    async def put(self, key: str, value: bytes, seconds: float) -> None: ...

    async def put_new(self, key: str, value: bytes, seconds: float) -> bool:
        """Only if nothing is there; says whether it was so."""
        ...

    async def increment_many(self, amounts: Mapping[str, int], seconds: float) -> None:
        """Adds to counters. One that is not there begins at 0."""
        ...

    async def delete_many(self, keys: Sequence[str]) -> None: ...

    async def reconnect(self) -> None:
        """After failures: starts afresh where that helps, and sees that the engine answers."""
        ...

    async def flush(self) -> None:
        """Forgets everything of this service."""
        ...

    async def close(self) -> None: ...
