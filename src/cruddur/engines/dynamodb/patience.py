"""The deadline of a call, and the pauses between its tries."""

import asyncio

from cruddur.ports.backoff import FULL_JITTER, Backoff

FIRST_PAUSE = 0.025
LONGEST_PAUSE = 1.0
TRIES = 3
"""The least number of tries: one that hangs is stopped after this fraction of the deadline."""


class Patience:
    """The deadline of one call, from now on, over all its tries.

    A throttled table is up and will have units again. So a throttled call renews the deadline, until
    `throttled_seconds` have passed since the beginning.
    """

    def __init__(self, seconds: float, throttled_seconds: float = 0.0) -> None:
        self._clock = asyncio.get_running_loop().time
        self._seconds = seconds
        self._ends = self._clock() + seconds
        self._throttled_ends = self._clock() + throttled_seconds
        self._one_try = seconds / TRIES
        # Callers that were throttled together must not come back together.
        self._backoff = Backoff(FIRST_PAUSE, LONGEST_PAUSE, jitter=FULL_JITTER)

    def this_try_ends(self) -> float:
        """When the present try is stopped, by the clock of the event loop."""
        return min(self._ends, self._clock() + self._one_try)

    async def pause(self, otherwise: Exception, *, throttled: bool = False) -> None:
        """Waits before the next try. Raises `otherwise` if the deadline would pass."""
        pause = self._backoff.next()
        if throttled:
            renewed = self._clock() + pause + self._seconds
            self._ends = max(self._ends, min(renewed, self._throttled_ends))
        if self._clock() + pause >= self._ends:
            raise otherwise
        await asyncio.sleep(pause)
