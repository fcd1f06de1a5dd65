"""Pauses between tries: the one place where their lengths are computed."""

import asyncio
import random
from math import inf

FULL_JITTER = 1.0
"""A pause of any length up to its bound. It suits callers that compete for the same thing: of all
spreads, this one lets the fewest of them meet again."""

HALF_JITTER = 0.5
"""At least half of the pause. It suits those that lost a server together: none comes back at once."""

NO_JITTER = 0.0
"""The whole pause. It suits a caller that competes with nobody."""


class Backoff:
    """Pauses in seconds: the first one, then each twice as long as the one before, up to the longest.

    `jitter` is the part of each pause whose length is left to chance, from 0 to 1.
    """

    def __init__(self, first: float, longest: float = inf, *, jitter: float) -> None:
        self._first = first
        self._longest = longest
        self._jitter = jitter
        self._following = first

    def next(self, *, at_least: float = 0.0) -> float:
        """Returns the length of the next pause, for callers that wait by themselves.

        `at_least` lengthens this pause and those that follow, before chance shortens them. A caller
        gives the time that its try took: after shorter pauses all would meet again.
        """
        pause = min(self._longest, max(self._following, at_least))
        self._following = 2 * pause
        return pause * random.uniform(1 - self._jitter, 1)  # noqa: S311  spreads load, no secret

    async def pause(self, *, at_least: float = 0.0) -> None:
        """Waits for the next pause."""
        await asyncio.sleep(self.next(at_least=at_least))

    def after(self, tries: int) -> float:
        """Returns the pause after so many tries, for callers that keep their number alone."""
        for _ in range(tries - 1):
            if self._following >= self._longest:
                break
            self._following *= 2
        return self.next()

    def reset(self) -> None:
        """Begins again with the first pause, after a success."""
        self._following = self._first
