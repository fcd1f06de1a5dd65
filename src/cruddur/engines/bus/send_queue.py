"""The events that wait to be sent to other processes.

The queue is bounded, so outages cost no memory.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

import msgspec

from cruddur.engines.bus.transport import Packet
from cruddur.ports.bus import Event

PACKETS_MAX = 10_000
BATCH = 500
FLEETING = frozenset({"typing", "presence", "people_shown"})
"""Event types that are of no use a moment later. They are not queued while disconnected."""

ORIGIN_BYTES = 8
"""The length of the process id with which each body begins."""

LOST = Event("", b"")
"""An event that tells the listeners of a channel that one of their events was dropped."""

_encode = msgspec.msgpack.Encoder().encode

LOST_BODY = bytes(ORIGIN_BYTES) + _encode(LOST)
"""The body of LOST when the transport itself reports the loss."""

EVERYBODY = "*"
"""A channel that reaches all listeners of all processes."""

NAMED_MAX = 1000
"""The most channels to which LOST is sent separately. Beyond, it goes to EVERYBODY."""


class SendQueue:
    """Events in the order of publishing.

    A full queue drops the oldest event and sends LOST to its channels.
    """

    def __init__(self, origin: bytes) -> None:
        self._origin = origin
        self._packets: deque[Packet] = deque()
        self._lossy_channels: set[str] = set()
        self._filled = asyncio.Event()
        self._under_way = 0
        self._emptied = asyncio.Event()
        self.is_away = True
        self.dropped = 0

    def add(self, channels: Sequence[str], event: Event) -> None:
        """Queues an event, except a fleeting one while the transport is disconnected."""
        if channels and not (self.is_away and event.type in FLEETING):
            self._packets.append(self._packet(channels, event))
            self._trim()
            self._filled.set()

    async def take(self) -> Sequence[Packet]:
        """Waits for packets and returns at most BATCH of them, with LOST for the dropped events."""
        while not self._packets and not self._lossy_channels:
            self._filled.clear()
            await self._filled.wait()
        count = min(BATCH, len(self._packets))
        taken = [*self._losses(), *(self._packets.popleft() for _ in range(count))]
        self._under_way = len(taken)
        return taken

    def done(self) -> None:
        """Marks the packets taken last as sent."""
        self._under_way = 0
        self._emptied.set()

    async def sent(self) -> None:
        """Waits until all packets are sent."""
        while self._packets or self._under_way:
            self._emptied.clear()
            await self._emptied.wait()

    def put_back(self, packets: Sequence[Packet]) -> None:
        """Returns packets to the head of the queue. They may have been sent or not."""
        self._under_way = 0
        self._packets.extendleft(reversed(packets))
        self._trim()

    def _trim(self) -> None:
        while len(self._packets) > PACKETS_MAX:
            self._lossy_channels.update(self._packets.popleft().channels)
            self.dropped += 1
            if len(self._lossy_channels) > NAMED_MAX:
                self._lossy_channels = {EVERYBODY}

    def _losses(self) -> Sequence[Packet]:
        lossy, self._lossy_channels = self._lossy_channels, set()
        return [self._packet(list(lossy), LOST)] if lossy else []

    def _packet(self, channels: Sequence[str], event: Event) -> Packet:
        return Packet(channels, self._origin + _encode(event))
