"""The connections of this process: their number, and the deadlines of each.

One timer checks all of them. All connections in a phase have the same time for it, so that they are in
the order of their deadlines, and a request that arrives at once costs two changes of a dict.
"""

import asyncio
import resource
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from operator import methodcaller
from typing import Protocol

from cruddur.config import Settings
from cruddur.logs import Log
from cruddur.web.http.client_ip import networks_of, plain_address

CONNECTIONS_MAX = 16_384
"""The default limit. An idle connection takes about 10 KB, an event stream about 4 KB."""

PER_ADDRESS_MAX = 1_000
"""The default limit by address. A browser opens six, and an office may share one address."""

RESERVED_FILES = 128
"""The number of open files for the table, the cache, the bus and the log."""

LEAST_TAKEN_BYTES = 16 * 1024
"""The bytes of an answer that a client must read within `write_seconds`."""

_SWEEP_SECONDS = 1.0
_LOG_AGAIN_SECONDS = 60.0

_log = Log()


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """The limits of connections, and of seconds for each phase of one."""

    connections: int = CONNECTIONS_MAX
    per_address: int | None = None
    head_seconds: float = 20.0
    body_seconds: float = 30.0
    idle_seconds: float = 75.0
    """It is longer than the minute of usual load balancers, so that they close first."""
    write_seconds: float = 30.0
    """A client that reads nothing for this time counts as disconnected."""
    linger_seconds: float = 5.0
    """The time for a client that is still sending to read why it was refused."""


def bounds_of(settings: Settings) -> Bounds:
    """Returns the limits by the settings and this machine, after raising the limit of open files."""
    possible = max(1, open_files_max() - RESERVED_FILES)
    connections = min(settings.max_connections or CONNECTIONS_MAX, possible)
    return Bounds(connections=connections, per_address=_per_address(settings, connections))


def _per_address(settings: Settings, connections: int) -> int | None:
    if settings.trusted_proxy:  # all connections have the proxy's address
        return None
    if settings.max_connections_per_address is None and settings.rate_limits == "off":
        return None
    return settings.max_connections_per_address or max(1, min(PER_ADDRESS_MAX, connections // 2))


def open_files_max() -> int:
    """Returns how many files this process may open, after raising that to its hard limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # macOS reports "unlimited", but allows less
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS_MAX * 2 if soft == resource.RLIM_INFINITY else soft


class Peer(Protocol):
    """A connection whose deadlines are checked."""

    def leave(self) -> None:
        """Closes the connection, which is idle."""

    def time_out(self) -> None:
        """Called when a request has not arrived in time."""

    def check_reader(self) -> None:
        """Called when an answer has not been read in time, or only partly."""

    def abort(self) -> None:
        """Closes the connection without waiting for data to be sent."""


class Deadlines:
    """The connections in one phase, in the order of their deadlines."""

    def __init__(self, seconds: float, over: Callable[[Peer], None]) -> None:
        self.seconds = seconds
        self._over = over
        self._until: dict[Peer, float] = {}

    def begin(self, peer: Peer, now: float) -> None:
        """Adds a connection, whose deadline is `seconds` from `now`."""
        self._until[peer] = now + self.seconds

    def end(self, peer: Peer) -> None:
        """Removes a connection that has left the phase."""
        self._until.pop(peer, None)

    def __len__(self) -> int:
        return len(self._until)

    def __contains__(self, peer: Peer) -> bool:
        return peer in self._until

    def __iter__(self) -> Iterator[Peer]:
        return iter(self._until)

    def sweep(self, now: float) -> None:
        """Removes the connections whose deadline has passed and calls `over` with each."""
        while self._until:
            peer, until = next(iter(self._until.items()))
            if until > now:
                return
            del self._until[peer]
            self._over(peer)


class Connections:
    """All connections, by phase. One that waits for its answer has no deadline here."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.refused: Counter[str] = Counter()
        self.idle = Deadlines(bounds.idle_seconds, methodcaller("leave"))
        self.heads = Deadlines(bounds.head_seconds, methodcaller("time_out"))
        self.bodies = Deadlines(bounds.body_seconds, methodcaller("time_out"))
        self.writing = Deadlines(bounds.write_seconds, methodcaller("check_reader"))
        self.lingering = Deadlines(bounds.linger_seconds, methodcaller("abort"))
        self._all = (self.idle, self.heads, self.bodies, self.writing, self.lingering)
        self._networks: dict[Peer, str] = {}
        self._of_network: dict[str, dict[Peer, None]] = {}
        self._log_next_at = 0.0

    def __len__(self) -> int:
        return len(self._networks)

    def open(self, peer: Peer, address: str) -> str | None:
        """Counts a new connection. Returns None, or the reason if there is no room for it.

        Idle connections are closed to make room, the longest idle ones first, and then those with an
        incomplete request, so that partial requests cannot shut out complete ones.
        """
        network = networks_of(plain_address(address))[0]
        there = self._of_network.get(network, {})
        if self.bounds.per_address and len(there) >= self.bounds.per_address:
            candidates, reason = chain(there), "per_address"
        elif len(self) >= self.bounds.connections:
            candidates, reason = chain(self.idle, self.heads), "connections"
        else:
            candidates, reason = None, ""
        if candidates and not self._make_room(candidates):
            return self._refuse(reason)
        self._networks[peer] = network
        self._of_network.setdefault(network, {})[peer] = None
        return None

    def close(self, peer: Peer) -> None:
        """Stops counting a connection."""
        for deadlines in self._all:
            deadlines.end(peer)
        network = self._networks.pop(peer, None)
        if network is not None:
            there = self._of_network[network]
            del there[peer]
            if not there:
                del self._of_network[network]

    def replace(self, peer: Peer, successor: Peer) -> None:
        """Counts the connection under another protocol, which has no deadline yet."""
        for deadlines in self._all:
            deadlines.end(peer)
        network = self._networks.pop(peer, None)
        if network is not None:
            self._networks[successor] = network
            there = self._of_network[network]
            del there[peer]
            there[successor] = None

    @contextmanager
    def swept(self) -> Iterator[None]:
        """Checks all deadlines while the context lasts."""
        loop = asyncio.get_running_loop()
        pause = min(_SWEEP_SECONDS, *(deadlines.seconds / 4 for deadlines in self._all))
        timer: asyncio.TimerHandle

        def sweep() -> None:
            nonlocal timer
            timer = loop.call_later(pause, sweep)
            for deadlines in self._all:
                deadlines.sweep(loop.time())

        timer = loop.call_later(pause, sweep)
        try:
            yield
        finally:
            timer.cancel()

    def _make_room(self, peers: Iterable[Peer]) -> bool:
        for peer in peers:
            if peer in self.idle or peer in self.heads:
                self.close(peer)  # it is not counted any more, since the new one takes its place
                peer.leave()
                return True
        return False

    def _refuse(self, reason: str) -> str:
        self.refused[reason] += 1
        now = asyncio.get_running_loop().time()
        if now >= self._log_next_at:
            self._log_next_at = now + _LOG_AGAIN_SECONDS
            _log.warning("connections are refused", limit=reason, refused=self.refused[reason])
        return reason
