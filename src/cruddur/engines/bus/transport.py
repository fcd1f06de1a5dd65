"""What the bus needs from a transport to other processes. `RelayBus` does the rest."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

CONFIRMED = b""
"""The body of a packet that confirms the subscription of its channels."""


class BusUnavailable(Exception):
    """The other processes cannot be reached; the text says why."""


class Packet(NamedTuple):
    """A body for the listeners of some channels."""

    channels: Sequence[str]
    body: bytes


class Transport(Protocol):
    """A connection to all other processes. Only `disconnect` and `close` never raise BusUnavailable."""

    @property
    def refused(self) -> int:
        """The number of messages that were ignored because they were not sealed by this service."""
        ...

    async def connect(self) -> None:
        """Connects, and returns when packets can be sent and received."""
        ...

    async def send(self, packets: Sequence[Packet]) -> None:
        """Sends the packets to all processes that listen to their channels."""
        ...

    async def receive(self) -> Sequence[Packet]:
        """Waits for packets. They may include those that this process sent."""
        ...

    async def listen(self, channels: Sequence[str]) -> Sequence[str]:
        """Subscribes to channels. Returns those that are confirmed at once.

        A packet with CONFIRMED follows for each of the others.
        """
        ...

    async def leave(self, channels: Sequence[str]) -> None:
        """Unsubscribes from channels."""
        ...

    async def disconnect(self) -> None:
        """Closes the connection so that `connect` can be called again."""
        ...

    async def close(self) -> None:
        """Closes the connection for good."""
        ...
