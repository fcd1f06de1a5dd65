"""What the bus asks of a way to other processes. `RelayBus` does the rest."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

CONFIRMED = b""
"""The body of a packet that says: from now on these channels are heard."""


class BusUnavailable(Exception):
    """The way to the other processes is cut; its text says how."""


class Packet(NamedTuple):
    """Some bytes for the listeners of some channels."""

    channels: Sequence[str]
    body: bytes


class Wire(Protocol):
    """One connection to all other processes. All but the last two may raise BusUnavailable."""

    async def connect(self) -> None: ...

    async def send(self, packets: Sequence[Packet]) -> None: ...

    async def receive(self) -> Sequence[Packet]:
        """Waits for some. They may be one's own, too."""
        ...

    async def listen(self, channels: Sequence[str]) -> Sequence[str]:
        """Those that are heard at once; of the others a packet with CONFIRMED tells."""
        ...

    async def leave(self, channels: Sequence[str]) -> None: ...

    async def disconnect(self) -> None:
        """Another `connect` may follow."""
        ...

    async def close(self) -> None: ...
