"""NATS JetStream as a peer: a bare log that is flushed before each answer, without inbox or members."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self, cast

from bench.load import Acknowledged, Record, some_text
from bench.service import Process, start_server

NEEDS = "nats-server"
CONNECTIONS = 8
SUBJECTS = 1000

_CONFIG = """
listen: "127.0.0.1:{port}"
jetstream {{ store_dir: "{folder}", sync_interval: always }}
"""
_STREAM = b'{"name":"messages","subjects":["messages.>"],"storage":"file","retention":"limits"}'


@asynccontextmanager
async def nats(folder: Path, port: int) -> AsyncIterator[Process]:
    """A server of the run's own."""
    config = folder / "nats.conf"
    config.write_text(_CONFIG.format(folder=folder, port=port))
    server = await start_server(
        shutil.which(NEEDS) or NEEDS, "-c", str(config), "-l", str(folder / "nats.log"), port=port
    )
    try:
        yield server
    finally:
        await server.stop()


class NatsConnection(asyncio.Protocol):
    """A connection that publishes and waits for each answer. The protocol is lines of text."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._number = 0
        self._answers: dict[bytes, asyncio.Future[bytes]] = {}

    @classmethod
    async def open(cls, port: int) -> Self:
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(cls, "127.0.0.1", port)
        made.write(
            b'CONNECT {"verbose":false,"pedantic":false}\r\nSUB answers.%d.* 1\r\n' % id(made)
        )
        return made

    def request(self, subject: str, payload: bytes) -> asyncio.Future[bytes]:
        """Publishes. The future gets the server's answer."""
        self._number += 1
        to = b"answers.%d.%d" % (id(self), self._number)
        self._answers[to] = asyncio.get_running_loop().create_future()
        self.write(b"PUB %b %b %d\r\n%b\r\n" % (subject.encode(), to, len(payload), payload))
        return self._answers[to]

    def write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n")) >= 0:
            operation, *words = self._buffer[:end].split()
            after = end + 2
            if operation == b"MSG":  # subject, subscription, [reply], number of bytes
                size = int(words[-1])
                if len(self._buffer) < after + size + 2:
                    return
                self._answer(words[0], self._buffer[after : after + size])
                after += size + 2
            elif operation == b"PING":
                self.write(b"PONG\r\n")
            self._buffer = self._buffer[after:]

    def _answer(self, to: bytes, payload: bytes) -> None:
        self._answers.pop(to).set_result(payload)


class NatsSender:
    """Publishes, and waits until the message is on disk."""

    def __init__(self, connection: NatsConnection, number: int) -> None:
        self._connection = connection
        self._number = number

    async def send(self, record: Record, begun: float) -> None:
        """Raises RuntimeError if the server did not store it."""
        self._number = (self._number + 37) % SUBJECTS
        subject = f"messages.{self._number}"
        answer = await self._connection.request(subject, some_text().encode())
        if b'"seq":' not in answer:
            raise RuntimeError(answer.decode())
        record.send_seconds.append(time.perf_counter() - begun)
        record.acknowledged.append(Acknowledged(subject, 0, ""))


async def open_nats_senders(port: int, count: int) -> list[NatsSender]:
    """Makes the stream, and senders that share a few connections."""
    connections = [await NatsConnection.open(port) for _ in range(CONNECTIONS)]
    answer = await connections[0].request("$JS.API.STREAM.CREATE.messages", _STREAM)
    if b'"error"' in answer:
        raise RuntimeError(answer.decode())
    return [NatsSender(connections[n % CONNECTIONS], n) for n in range(count)]
