"""A client that speaks to a server byte by byte, as no library would."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from litestar import Litestar

PATIENCE_SECONDS = 20


class Answer(NamedTuple):
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    @asynccontextmanager
    async def connected(cls, url: str) -> AsyncIterator[Self]:
        where = urlsplit(url)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        try:
            yield cls(reader, writer)
        finally:
            writer.transport.abort()

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    def leave(self) -> None:
        """Without a word, in the middle of whatever it is."""
        self._writer.transport.abort()

    def reads_nothing(self) -> None:
        connection: socket.socket = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]

    async def head(self) -> tuple[int, dict[str, str]]:
        """Of the next answer. Raises EOFError if the connection ends before it is whole."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        status, *lines = head.splitlines()[:-1]
        pairs = (line.partition(": ") for line in lines)
        return int(status.split()[1]), {name.lower(): value for name, _, value in pairs}

    async def answer(self) -> Answer:
        """The next one, with a body whose length it says."""
        status, headers = await self.head()
        async with asyncio.timeout(PATIENCE_SECONDS):
            body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(status, headers, body)

    async def piece(self) -> bytes:
        """What comes next, however much it is."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._reader.read(65536)

    async def rest(self) -> bytes:
        """Everything until the server closes the connection."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._reader.read()

    async def until_closed(self) -> list[Answer]:
        """All answers until the server closes the connection. Fails after PATIENCE_SECONDS."""
        answers = []
        with suppress(EOFError, ConnectionError):
            while True:
                answers.append(await self.answer())
        return answers

    async def trickle_until_closed(self, byte: bytes) -> list[int]:
        """Sends this byte again and again; the statuses of the answers until it is no longer heard."""
        closing = asyncio.create_task(self.until_closed())
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (await asyncio.wait({closing}, timeout=0.01))[0]:
                self.send(byte)
        return [answer.status for answer in await closing]

    async def is_seen(self, app: Litestar) -> None:
        """Its request has reached the application as far as it was sent."""
        await until(lambda: len(app.state["context"].connections.bodies) > 0)

    async def until_gone(self, app: Litestar) -> None:
        """The server has no connection any more."""
        await until(lambda: len(app.state["context"].connections) == 0)


async def until(is_so: Callable[[], bool]) -> None:
    """For what a server tells nobody when it happens."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
