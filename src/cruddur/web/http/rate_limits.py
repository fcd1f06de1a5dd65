"""Rate limits by the generic cell rate algorithm (GCRA), with one number for each key.

Limits for passwords and mass creation are counted for all processes together if there is a Valkey. All
others are counted by each process alone, so that no send or read waits for them.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from cruddur.domain.errors import RateLimited
from cruddur.ports.limits import SharedLimits
from cruddur.web.http.client_ip import networks_of

KEYS_MAX = 65536

SITE_SHARE = 16
"""The limit of an IPv6 /48, as a multiple of that of a /64."""

_WORDS = "Too many requests. Please wait a little."


class Limit:
    """Allows `burst` at once, then one each `seconds`.

    It remembers a key until it is fully free again.
    """

    def __init__(
        self,
        name: str,
        *,
        burst: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.burst = burst
        self.seconds = seconds
        self._clock = clock
        self._due: dict[str, float] = {}  # when each key is fully free again

    def take(self, key: str, count: int = 1, share: int = 1) -> None:
        """Counts `count`, with `share` times the limit. Raises RateLimited without counting."""
        now = self._clock()
        step, burst = self.seconds / share, self.burst * share
        due = max(self._due.get(key, now), now) + min(count, burst) * step
        wait = due - now - burst * step
        if wait > _ROUNDING_SECONDS:
            raise RateLimited(_WORDS, retry_after=wait)
        self._due[key] = due
        if len(self._due) > KEYS_MAX:
            self._forget(now)

    def give_back(self, key: str, count: int = 1, share: int = 1) -> None:
        """Undoes a `take`."""
        due = self._due.get(key)
        if due is not None:
            self._due[key] = due - count * self.seconds / share

    def __len__(self) -> int:
        return len(self._due)

    def _forget(self, now: float) -> None:
        self._due = {key: due for key, due in self._due.items() if due > now}
        while len(self._due) > KEYS_MAX // 2:
            # If there are more keys than fit, the oldest are forgotten and are free again.
            del self._due[next(iter(self._due))]


_ROUNDING_SECONDS = 1e-6


class Take(NamedTuple):
    """A number to count under a key of a limit."""

    limit: Limit
    key: str
    number: int = 1
    share: int = 1


def by_address(limit: Limit, address: str, *more: str) -> Sequence[Take]:
    """Returns what to count for an address: itself, or for IPv6 its /64 and its /48."""
    shares = (1, SITE_SHARE)
    return [
        Take(limit, "\n".join((network, *more)), share=share)
        for network, share in zip(networks_of(address), shares, strict=False)
    ]


class Limits:
    """All limits. Load tests on loopback turn them off with `is_on`. docs/security.md explains each."""

    def __init__(
        self,
        *,
        is_on: bool = True,
        shared: SharedLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.is_on = is_on
        self.shared = shared
        limit = partial(Limit, clock=clock)
        # Wrong passwords. A correct one is given back. The two that count an account let a hundred
        # through in an hour, together: OWASP ASVS 4.0.3, 2.2.1.
        self.wrong_here = limit("wrong_here", burst=10, seconds=10)
        self.wrong_known = limit("wrong_known", burst=20, seconds=180)
        self.wrong_address = limit("wrong_address", burst=30, seconds=2)
        self.wrong_handle = limit("wrong_handle", burst=30, seconds=120)
        self.resetting_address = limit("resetting_address", burst=20, seconds=30)
        self.mailing = limit("mailing", burst=5, seconds=720)
        self.mailing_address = limit("mailing_address", burst=10, seconds=60)
        # Requests that fill the table and other users' inboxes.
        self.sign_up_address = limit("sign_up_address", burst=10, seconds=60)
        self.inviting = limit("inviting", burst=10, seconds=3600)
        self.starting = limit("starting", burst=60, seconds=60)
        self.adding = limit("adding", burst=300, seconds=12)
        self.renaming = limit("renaming", burst=10, seconds=360)  # each reaches all conversations
        self.picturing = limit("picturing", burst=10, seconds=360)  # as each name does
        self.reporting = limit("reporting", burst=20, seconds=300)
        self.blocking = limit("blocking", burst=60, seconds=60)
        # From here on each process counts alone. These are counted by address:
        self.signing_in = limit("signing_in", burst=60, seconds=1 / 5)
        self.listening_address = limit("listening_address", burst=1200, seconds=1 / 20)
        self.visiting = limit("visiting", burst=240, seconds=1 / 20)
        self.asking_unknown = limit("asking_unknown", burst=60, seconds=1)
        # These are counted by user:
        self.sending = limit("sending", burst=60, seconds=1 / 20)
        self.asking = limit("asking", burst=120, seconds=1 / 20)
        self.listening = limit("listening", burst=60, seconds=2)
        self.reading = limit("reading", burst=300, seconds=1 / 50)
        self.looking = limit("looking", burst=300, seconds=1 / 10)  # at pictures: 4 read units each
        self.registering = limit("registering", burst=30, seconds=60)  # browsers to be pushed to
        self.exporting = limit("exporting", burst=3, seconds=1200)  # each reads a whole inbox
        # By key of a host; a batch counts its people.
        self.hosting = limit("hosting", burst=5000, seconds=1 / 500)

    def take(self, limit: Limit, key: str, count: int = 1) -> None:
        """Counts in this process. Raises RateLimited."""
        if self.is_on:
            limit.take(key, count)

    def take_of_address(self, limit: Limit, address: str) -> None:
        """Counts an address in this process. Raises RateLimited."""
        for take in by_address(limit, address) if self.is_on else ():
            limit.take(take.key, share=take.share)

    async def take_together(self, takes: Sequence[Take]) -> None:
        """Counts for all processes, either all of these or none. Raises RateLimited."""
        done: list[Take] = []
        try:
            for take in takes if self.is_on else ():
                await self._take_shared(take)
                done.append(take)
        except RateLimited:
            await self.give_back(done)
            raise

    async def give_back(self, takes: Sequence[Take]) -> None:
        """Undoes a `take_together`."""
        for limit, key, number, share in takes if self.is_on else ():
            if await self._shared(limit, key, -number, share) is None:
                limit.give_back(key, number, share)

    async def _take_shared(self, take: Take) -> None:
        limit, key, number, share = take
        wait = await self._shared(limit, key, min(number, limit.burst), share)
        if wait is None:
            limit.take(key, number, share)
        elif wait > 0:
            raise RateLimited(_WORDS, retry_after=wait)

    async def _shared(self, limit: Limit, key: str, count: int, share: int) -> float | None:
        if self.shared is None:
            return None
        name, burst = f"{limit.name}\n{key}", limit.burst * share
        return await self.shared.take(name, count=count, burst=burst, seconds=limit.seconds / share)
