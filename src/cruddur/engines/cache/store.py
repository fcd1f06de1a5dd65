"""What the cache needs from an engine: bytes under keys, and counters."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class CacheUnavailable(Exception):
    """The engine is down, slow or full, or it refuses our credentials."""


class Store(Protocol):
    """One cache engine. Every method may raise CacheUnavailable, and any key may vanish at any time."""

    async def get_many(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        """Returns the value of each key, or None. A counter's value is its decimal digits.

        All of the keys have the same part in braces, so that a cluster holds them on one node.
        """
        ...

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        """Stores a value for this many seconds."""
        ...

    async def put_new(self, key: str, value: bytes, seconds: float) -> bool:
        """Stores a value if the key has none. Returns whether it did."""
        ...

    async def increment_many(self, amounts: Mapping[str, int], seconds: float) -> None:
        """Adds to counters, which then live for this many seconds. A missing counter starts at 0."""
        ...

    async def delete_many(self, keys: Sequence[str]) -> None:
        """Deletes the keys. A missing key is no error."""
        ...

    async def reconnect(self) -> None:
        """Connects anew where that helps, and checks that the engine answers."""
        ...

    async def flush(self) -> None:
        """Deletes all keys of this service."""
        ...

    async def close(self) -> None:
        """Closes the connections."""
        ...
