"""The transport over Valkey's or Redis's pub/sub: a connection to publish and one to subscribe."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from valkey.asyncio import ConnectionPool
from valkey.asyncio.connection import AbstractConnection
from valkey.exceptions import ValkeyError

from cruddur.engines.bus.sealed import Sealing
from cruddur.engines.bus.transport import CONFIRMED, BusUnavailable, Packet
from cruddur.engines.seal import Seal
from cruddur.engines.valkey_errors import translated

CONNECT_SECONDS = 1.0
SILENCE_SECONDS = 5.0
"""The silence after which the server is pinged. After as much again it counts as disconnected."""

_NOTHING: Sequence[Packet] = ()


class ValkeyTransport:
    """The transport on Valkey or Redis.

    Channels have a prefix, since the server may have other users.
    """

    def __init__(
        self,
        url: str,
        *,
        seal: Seal,
        prefix: str = "cruddur/bus/",
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        """`connect` opens the connections. Raises ValueError for an invalid URL."""
        self._pool = ConnectionPool.from_url(
            url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=None
        )
        self._prefix = prefix
        self._sealing = Sealing(seal)
        self._silence_seconds = silence_seconds
        self._is_asked = False
        self._connections: list[AbstractConnection] = []

    @property
    def refused(self) -> int:
        return self._sealing.refused

    async def connect(self) -> None:
        self._is_asked = False
        self._connections = [self._make_connection() for _ in range(2)]
        async with translated(BusUnavailable):
            for connection in self._connections:
                await connection.connect()  # type: ignore[no-untyped-call]
            await self._try_out()

    async def send(self, packets: Sequence[Packet]) -> None:
        publishing = self._connection(0)
        commands = [
            ("PUBLISH", name, message)
            for packet in packets
            for name, message in self._sealing.close(self._named(packet.channels), packet.body)
        ]
        async with translated(BusUnavailable):
            await publishing.send_packed_command(publishing.pack_commands(commands))
            for _ in commands:
                await publishing.read_response()

    async def receive(self) -> Sequence[Packet]:
        async with translated(BusUnavailable):
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

    async def _try_out(self) -> None:
        """Publishes and subscribes once, since a server without our password refuses only these."""
        trial = self._prefix + "trial"
        steps: tuple[tuple[int, tuple[str, ...]], ...] = (
            (0, ("PUBLISH", trial, "")),
            (1, ("SUBSCRIBE", trial)),
            (1, ("UNSUBSCRIBE", trial)),
        )
        for number, words in steps:
            connection = self._connection(number)
            await connection.send_packed_command(connection.pack_commands([words]))
            await connection.read_response()

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
        names = self._named(channels)
        async with translated(BusUnavailable):
            packed = self._hearing.pack_commands([(command, *names)])
            await self._hearing.send_packed_command(packed)

    def _named(self, channels: Sequence[str]) -> list[str]:
        return [self._prefix + channel for channel in channels]

    def _packets(self, answer: Any) -> Sequence[Packet]:
        kind, name, *rest = answer
        name = name.decode() if name else ""
        channel = name.removeprefix(self._prefix)
        if kind == b"message":
            body = self._sealing.open(name, rest[0])
            return _NOTHING if body is None else (Packet((channel,), body),)
        return (Packet((channel,), CONFIRMED),) if kind == b"subscribe" else _NOTHING
