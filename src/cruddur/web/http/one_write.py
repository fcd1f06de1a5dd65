"""Sends an answer's head and body in one write.

uvicorn writes them separately, and uvloop passes each write to the kernel at once. That makes two system
calls, two packets and two wake-ups of the reader for an answer that fits into one packet.
"""

import asyncio
from collections.abc import Callable
from typing import Any

_HEAD = b"HTTP/1.1 "


class HoldingTransport:
    """Holds a head back until the next write, or until the next iteration of the event loop."""

    def __init__(
        self,
        transport: Any,
        loop: asyncio.AbstractEventLoop,
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._on_close = on_close
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Holds a head back; writes it with the data that follow."""
        if self._held:
            self._transport.write(self._held + data)
            self._held = b""
        elif data.startswith(_HEAD):
            self._held = data
            self._loop.call_soon(self._write_held)  # an event stream has no body yet
        else:
            self._transport.write(data)

    def write_eof(self) -> None:
        """Writes a held head, then closes the sending side."""
        self._write_held()
        self._transport.write_eof()

    def close(self) -> None:
        """Closes the transport after everything is written.

        It calls `on_close` first, while there may still be data to write.
        """
        if not self._transport.is_closing():
            self._write_held()
            self._transport.close()
            self._on_close()

    def release(self) -> tuple[Any, bytes]:
        """Returns the transport and the head that is not written yet. Call no other method then."""
        held, self._held = self._held, b""
        return self._transport, held

    def _write_held(self) -> None:
        if self._held:
            self._transport.write(self._held)
            self._held = b""
