"""How many lines of one kind the log takes in a minute, so that nobody can fill a disk with them."""

import asyncio
from collections import Counter
from collections.abc import Callable

from cruddur.web.http.client_ip import networks_of

PER_ADDRESS_MAX = 30
IN_ALL_MAX = 600
SECONDS = 60.0

WriteLeftOut = Callable[[str, str | None, int], None]
"""Gets a kind of line, the address (None: of many), and how many lines were not written."""


class LogThrottle:
    """Counts lines by kind and address for a minute, and then tells how many it left out."""

    def __init__(self, left_out: WriteLeftOut, *, seconds: float = SECONDS) -> None:
        self._write_left_out = left_out
        self._seconds = seconds
        self._in_all: Counter[str] = Counter()
        self._written: Counter[tuple[str, str]] = Counter()
        self._left_out: Counter[tuple[str, str | None]] = Counter()
        self._timer: asyncio.TimerHandle | None = None

    def may_write(self, kind: str, address: str) -> bool:
        """Whether one more line of this kind is written. Call it inside a running event loop."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self.end_minute)
        key = (kind, networks_of(address)[0])
        if self._in_all[kind] >= IN_ALL_MAX:
            # Only addresses that have a line get a count of their own: they are not too many.
            self._left_out[key if key in self._written else (kind, None)] += 1
            return False
        if self._written[key] >= PER_ADDRESS_MAX:
            self._left_out[key] += 1
            return False
        self._written[key] += 1
        self._in_all[kind] += 1
        return True

    def end_minute(self) -> None:
        """Logs how many lines were left out, and starts counting again; also when the service ends."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        left_out, self._left_out = self._left_out, Counter()
        self._in_all.clear()
        self._written.clear()
        for (kind, address), count in left_out.items():
            self._write_left_out(kind, address, count)
