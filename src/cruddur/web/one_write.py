"""An answer's head and its body in one write.

uvicorn writes them one after the other, and uvloop hands each write to the kernel at once: two
system calls and two packets for an answer that fits into one, and two wake-ups for its reader.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_HEAD = b"HTTP/1.1 "


class OneWriteProtocol(HttpToolsProtocol):
    """uvicorn's, on a transport that waits for the body."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(HoldingTransport(transport, self.loop))  # type: ignore[arg-type]


class HoldingTransport:
    """Holds a head back until what follows it, or until the event loop's turn is over."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._held:
            self._transport.write(self._held + data)
            self._held = b""
        elif data.startswith(_HEAD):
            self._held = data
            self._loop.call_soon(self._let_go)  # an event stream's head has no body yet
        else:
            self._transport.write(data)

    def close(self) -> None:
        self._let_go()
        self._transport.close()

    def _let_go(self) -> None:
        if self._held:
            self._transport.write(self._held)
            self._held = b""
