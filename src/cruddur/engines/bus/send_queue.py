"""What waits to go to other processes: bounded, so that an outage costs neither memory nor time."""

import asyncio
from collections import deque
from collections.abc import Sequence

import msgspec

from cruddur.bus.wire import Packet
from cruddur.messaging.ports import Event

PACKETS_MAX = 10_000
BATCH = 500
FLEETING = frozenset({"typing", "presence"})
"""Worth nothing a moment later: not kept for a wire that is away."""

ORIGIN_BYTES = 8
"""Each body begins with the name of the process that it comes from."""

LOST = Event("", b"")
"""Tells the listeners of a channel that something for them was dropped on the way."""

_encode = msgspec.msgpack.Encoder().encode

LOST_BODY = bytes(ORIGIN_BYTES) + _encode(LOST)
"""The same, from a wire that knows of it."""

EVERYBODY = "*"
"""A channel that every process hears: what is said there is for all listeners."""

NAMED_MAX = 1000
"""Channels to be told of a loss one by one; beyond, all are told."""


class Outbox:
    """Events in the order in which they were published. Full, it drops the oldest, and tells."""

    def __init__(self, origin: bytes) -> None:
        self._origin = origin
        self._packets: deque[Packet] = deque()
        self._bereft: set[str] = set()
        self._filled = asyncio.Event()
        self._under_way = 0
        self._emptied = asyncio.Event()
        self.is_away = True
        self.dropped = 0

    def add(self, channels: Sequence[str], event: Event) -> None:
        if channels and not (self.is_away and event.type in FLEETING):
            self._packets.append(self._packet(channels, event))
            self._trim()
            self._filled.set()

    async def take(self) -> Sequence[Packet]:
        """Waits for some."""
        while not self._packets and not self._bereft:
            self._filled.clear()
            await self._filled.wait()
        count = min(BATCH, len(self._packets))
        taken = [*self._losses(), *(self._packets.popleft() for _ in range(count))]
        self._under_way = len(taken)
        return taken

    def done(self) -> None:
        """What was taken last is sent."""
        self._under_way = 0
        self._emptied.set()

    async def sent(self) -> None:
        """Waits until nothing waits any more."""
        while self._packets or self._under_way:
            self._emptied.clear()
            await self._emptied.wait()

    def put_back(self, packets: Sequence[Packet]) -> None:
        """They may have been sent, or not."""
        self._under_way = 0
        self._packets.extendleft(reversed(packets))
        self._trim()

    def _trim(self) -> None:
        while len(self._packets) > PACKETS_MAX:
            self._bereft.update(self._packets.popleft().channels)
            self.dropped += 1
            if len(self._bereft) > NAMED_MAX:
                self._bereft = {EVERYBODY}

    def _losses(self) -> Sequence[Packet]:
        bereft, self._bereft = self._bereft, set()
        return [self._packet(list(bereft), LOST)] if bereft else []

    def _packet(self, channels: Sequence[str], event: Event) -> Packet:
        return Packet(channels, self._origin + _encode(event))
