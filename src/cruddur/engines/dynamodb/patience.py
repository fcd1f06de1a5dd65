"""How long a call may take, and how long it waits between tries."""

import asyncio
import random

FIRST_PAUSE = 0.025
LONGEST_PAUSE = 1.0
TRIES = 3
"""A try that hangs may take this part of the time, so that there is a chance for another."""


class Patience:
    """One call's time, from now on, over all its tries.

    To be throttled is an answer too: the table is there, and will have units again. For so many
    seconds it may go on like that, each time with the whole of the time anew.
    """

    def __init__(self, seconds: float, throttled_seconds: float = 0.0) -> None:
        self._clock = asyncio.get_running_loop().time
        self._seconds = seconds
        self._ends = self._clock() + seconds
        self._throttled_ends = self._clock() + throttled_seconds
        self._one_try = seconds / TRIES
        self._pauses = 0

    def this_try_ends(self) -> float:
        return min(self._ends, self._clock() + self._one_try)

    async def pause(self, otherwise: Exception, *, throttled: bool = False) -> None:
        """Waits before the next try; raises what it is given if the time would not suffice.

        Exponential, with full jitter: callers that were throttled together must not come back
        together.
        """
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2**self._pauses)
        pause = random.uniform(0, longest)  # noqa: S311  (spreads load, keeps no secret)
        self._pauses += 1
        if throttled:
            renewed = self._clock() + pause + self._seconds
            self._ends = max(self._ends, min(renewed, self._throttled_ends))
        if self._clock() + pause >= self._ends:
            raise otherwise
        await asyncio.sleep(pause)
