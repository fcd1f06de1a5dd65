"""The port for rate limits that several processes share."""

from typing import Protocol


class SharedLimits(Protocol):
    """Counts events for all processes together. No method raises; the answer says what failed."""

    async def take(self, key: str, *, count: int, burst: int, seconds: float) -> float | None:
        """Counts `count` events under the key, if the limit allows it.

        The limit allows `burst` events at once and one more each `seconds`. A negative count gives
        events back. Returns 0 if they were counted, else the seconds to wait until they can be;
        None if the engine did not answer.
        """
        ...

    async def close(self) -> None:
        """Closes the connection to the engine."""
        ...
