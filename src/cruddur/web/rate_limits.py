"""Rate limits in memory: the generic cell rate algorithm, one number for each key."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cruddur.errors import TooMany

KEYS_MAX = 65536


class Limit:
    """So many at once, then one each `seconds`. Remembers keys only until they are free again."""

    def __init__(
        self, *, burst: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tolerance = seconds * (burst - 1)
        self._seconds = seconds
        self._clock = clock
        self._due: dict[str, float] = {}  # when each key will have used up nothing

    def take(self, key: str) -> None:
        """Counts one. Raises TooMany; what is refused does not count."""
        now = self._clock()
        due = max(self._due.get(key, now), now)
        if due - now > self._tolerance:
            wait = due - now - self._tolerance
            raise TooMany("Too many requests. Please wait a little.", retry_after=wait)
        self._due[key] = due + self._seconds
        if len(self._due) > KEYS_MAX:
            self._forget(now)

    def __len__(self) -> int:
        return len(self._due)

    def _forget(self, now: float) -> None:
        self._due = {key: due for key, due in self._due.items() if due > now}
        while len(self._due) > KEYS_MAX // 2:
            # More attackers than memory: the longest known go, and are welcome again.
            del self._due[next(iter(self._due))]


@dataclass(slots=True)
class Limits:
    """All limits; `is_on` is for load tests on loopback."""

    is_on: bool = True
    sign_in_address: Limit = field(default_factory=lambda: Limit(burst=30, seconds=2))
    sign_in_handle: Limit = field(default_factory=lambda: Limit(burst=10, seconds=10))
    sign_up_address: Limit = field(default_factory=lambda: Limit(burst=10, seconds=60))
    sending: Limit = field(default_factory=lambda: Limit(burst=60, seconds=1 / 20))
    asking: Limit = field(default_factory=lambda: Limit(burst=120, seconds=1 / 20))

    def take(self, limit: Limit, key: str) -> None:
        """Raises TooMany."""
        if self.is_on:
            limit.take(key)
