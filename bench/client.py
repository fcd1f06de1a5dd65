"""A lean HTTP/1.1 client of our own: a load generator must not be what is measured."""

import asyncio
import re
from collections.abc import Callable
from typing import NamedTuple, Self, cast
from urllib.parse import urlsplit

import msgspec

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Response(NamedTuple):
    """An answer, complete."""

    status: int
    body: bytes


class Refused(Exception):
    """An answer that is not 2xx."""


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request under way."""

    def __init__(self, url: str, token: str) -> None:
        self._fixed = _fixed_head(url, token)
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._answer: asyncio.Future[Response] | None = None

    @classmethod
    async def open(cls, url: str, token: str) -> Self:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: cls(url, token), *_address(url))
        return connection

    @property
    def is_open(self) -> bool:
        """Whether the server has not closed it, as it does with one that nobody uses."""
        return self._transport is not None and not self._transport.is_closing()

    def request(self, method: str, path: str, body: bytes = b"") -> asyncio.Future[Response]:
        """The answer, or ConnectionError if the server went away before it was whole."""
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError("the server closed the connection")
        self._answer = asyncio.get_running_loop().create_future()
        head = b"%b %b%b%d\r\n\r\n" % (method.encode(), path.encode(), self._fixed, len(body))
        self._transport.write(head + body)
        return self._answer

    async def json(self, method: str, path: str, value: object = None) -> object:
        """The answer's JSON. Raises Refused."""
        body = b"" if value is None else msgspec.json.encode(value)
        answer = await self.request(method, path, body)
        if not 200 <= answer.status < 300:
            raise Refused(f"{method} {path}: {answer.status} {answer.body!r}")
        return msgspec.json.decode(answer.body) if answer.body else None

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are not of its class

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(_HEAD_END)
        if end < 0:
            return
        found = _LENGTH.search(self._buffer, 0, end)
        whole = end + len(_HEAD_END) + (int(found[1]) if found else 0)
        if len(self._buffer) < whole:
            return
        answer = Response(int(self._buffer[9:12]), bytes(self._buffer[end + 4 : whole]))
        del self._buffer[:whole]
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError(f"no answer: {exc}"))


class EventStream(asyncio.Protocol):
    """One open `/api/events`; tells of each event the moment that its last byte is here."""

    def __init__(self, url: str, token: str, on_event: Callable[[bytes, bytes], None]) -> None:
        self._head = b"GET /api/events%b0\r\n\r\n" % _fixed_head(url, token)
        self._on_event = on_event
        self._transport: asyncio.Transport | None = None
        self._raw = bytearray()
        self._text = bytearray()
        self._has_head = False
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[bool] = loop.create_future()
        """Whether the server ended it in order, with the last chunk that HTTP asks for."""

    @classmethod
    async def open(
        cls,
        url: str,
        token: str,
        on_event: Callable[[bytes, bytes], None],
        *,
        local: tuple[str, int] | None = None,
    ) -> Self:
        """`on_event` gets each event's type and data, from `ready` on. `local` is the address here."""
        loop = asyncio.get_running_loop()
        made = (lambda: cls(url, token, on_event), *_address(url))
        _, stream = await loop.create_connection(*made, local_addr=local)
        await stream.ready
        return stream

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        self._raw += data
        if not self._has_head and not self._take_head():
            return
        self._take_chunks()
        *events, rest = self._text.split(b"\n\n")
        self._text = rest
        for event in events:
            self._tell(event)

    def connection_lost(self, exc: Exception | None) -> None:
        for future in (self.ready, self.ended):
            if not future.done():
                future.set_exception(ConnectionResetError(f"the stream broke: {exc}"))
        # Without this, Python would warn of exceptions that nobody awaits after closing the stream.
        self.ready.exception()
        self.ended.exception()

    def _take_head(self) -> bool:
        end = self._raw.find(_HEAD_END)
        if end < 0:
            return False
        if self._raw[9:12] != b"200":
            self.ready.set_exception(Refused(bytes(self._raw).decode()))
        del self._raw[: end + len(_HEAD_END)]
        self._has_head = True
        return True

    def _take_chunks(self) -> None:
        """Undoes the chunked transfer coding (RFC 9112, 7.1)."""
        while (line := self._raw.find(b"\r\n")) >= 0:
            size = int(self._raw[:line], 16)
            if len(self._raw) < line + size + 4:
                return
            self._text += self._raw[line + 2 : line + 2 + size]
            del self._raw[: line + size + 4]
            if size == 0 and not self.ended.done():
                self.ended.set_result(True)

    def _tell(self, event: bytearray) -> None:
        if not event.startswith(b"event: "):
            return  # a heartbeat
        kind = bytes(event[7 : event.index(b"\n")])
        if kind == b"ready" and not self.ready.done():
            self.ready.set_result(None)
        self._on_event(kind, bytes(event[event.index(b"\ndata: ") + 7 :]))


def _fixed_head(url: str, token: str) -> bytes:
    return (
        f" HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    ).encode()


def _address(url: str) -> tuple[str, int]:
    place = urlsplit(url)
    return place.hostname or "", place.port or 80
