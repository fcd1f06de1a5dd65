"""The wire over Valkey's or Redis's pub/sub: one connection to publish, one for all channels."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from valkey.asyncio import ConnectionPool
from valkey.asyncio.connection import AbstractConnection
from valkey.exceptions import ValkeyError

from cruddur.bus.wire import CONFIRMED, BusUnavailable, Packet

CONNECT_SECONDS = 1.0
SILENCE_SECONDS = 5.0
"""After so long a silence the server is asked whether it is there; after a second one it is not."""

_NOTHING: Sequence[Packet] = ()


class ValkeyWire:
    """Implements wire.Wire. A channel's name carries a prefix: the server may have other users."""

    def __init__(
        self, url: str, *, prefix: str = "cruddur/bus/", silence_seconds: float = SILENCE_SECONDS
    ) -> None:
        """Raises ValueError for what is not a URL of this kind. Connects in `connect`."""
        self._pool = ConnectionPool.from_url(
            url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=None
        )
        self._prefix = prefix
        self._silence_seconds = silence_seconds
        self._is_asked = False
        self._connections: list[AbstractConnection] = []

    async def connect(self) -> None:
        self._is_asked = False
        self._connections = [self._make_connection() for _ in range(2)]
        async with _translated():
            for connection in self._connections:
                await connection.connect()  # type: ignore[no-untyped-call]

    async def send(self, packets: Sequence[Packet]) -> None:
        publishing = self._connection(0)
        commands = [
            ("PUBLISH", self._prefix + channel, packet.body)
            for packet in packets
            for channel in packet.channels
        ]
        async with _translated():
            await publishing.send_packed_command(publishing.pack_commands(commands))
            for _ in commands:
                await publishing.read_response()

    async def receive(self) -> Sequence[Packet]:
        async with _translated():
            try:
                async with asyncio.timeout(self._silence_seconds):
                    answer = await self._hearing.read_response(disconnect_on_error=False)
            except TimeoutError:
                await self._ask()
                return _NOTHING
        self._is_asked = False
        return self._packets(answer)

    async def listen(self, channels: Sequence[str]) -> Sequence[str]:
        await self._say("SUBSCRIBE", channels)
        return ()

    async def leave(self, channels: Sequence[str]) -> None:
        await self._say("UNSUBSCRIBE", channels)

    async def close(self) -> None:
        await self.disconnect()

    async def disconnect(self) -> None:
        connections, self._connections = self._connections, []
        for connection in connections:
            with suppress(ValkeyError, OSError):
                await connection.disconnect(nowait=True)

    def _make_connection(self) -> AbstractConnection:
        connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        return connection

    @property
    def _hearing(self) -> AbstractConnection:
        return self._connection(1)

    def _connection(self, number: int) -> AbstractConnection:
        if not self._connections:
            raise BusUnavailable("Valkey: not connected")
        return self._connections[number]

    async def _ask(self) -> None:
        if self._is_asked:
            raise BusUnavailable("Valkey: no answer")
        self._is_asked = True
        await self._hearing.send_packed_command(self._hearing.pack_commands([("PING",)]))

    async def _say(self, command: str, channels: Sequence[str]) -> None:
        names = [self._prefix + channel for channel in channels]
        async with _translated():
            packed = self._hearing.pack_commands([(command, *names)])
            await self._hearing.send_packed_command(packed)

    def _packets(self, answer: Any) -> Sequence[Packet]:
        kind, name, *rest = answer
        channel = name.decode().removeprefix(self._prefix) if name else ""
        if kind == b"message":
            return (Packet((channel,), rest[0]),)
        return (Packet((channel,), CONFIRMED),) if kind == b"subscribe" else _NOTHING


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    try:
        yield
    except (ValkeyError, OSError) as error:
        raise BusUnavailable(f"Valkey: {error!r}") from error
