"""The connection of an answer without an end, as small as it can be while nothing happens.

uvicorn keeps a task, the request and several buffers for each answer that is not complete. An event
stream needs none of them: it waits for hours and then writes some bytes. So it leaves uvicorn once its
head is sent, and its connection gets this protocol.
"""

import asyncio
from collections.abc import MutableSet
from typing import Any, Protocol

from cruddur.web.http.connections import LEAST_TAKEN_BYTES, Connections

DETACH = "cruddur.detach"
"""The ASGI extension with which an application takes the connection of its answer over."""

_IGNORED_MAX_BYTES = 16 * 1024
"""The most bytes that a client may send behind its request. A stream reads none of them."""


class StreamOwner(Protocol):
    """What writes to the connection."""

    def on_writable(self) -> None:
        """Called when the client has read enough for more to be written."""

    def on_closed(self) -> None:
        """Called once, when the connection has ended for whatever reason."""


class StreamConnection(asyncio.Protocol):
    """A connection on which an application writes an answer without an end."""

    __slots__ = (
        "_connections",
        "_held",
        "_ignored_bytes",
        "_of_server",
        "_owner",
        "_transport",
        "_untaken",
        "is_paused",
    )

    def __init__(
        self,
        transport: Any,
        held: bytes,
        connections: Connections,
        of_server: MutableSet[Any],
        owner: StreamOwner,
    ) -> None:
        """`held` is the head of the answer, which goes with the first write."""
        self._transport = transport
        self._held = held
        self._connections = connections
        self._of_server = of_server
        self._owner = owner
        self._ignored_bytes = 0
        self._untaken = 0
        self.is_paused = False
        """Whether the client has not read enough for more to be written."""

    def write(self, data: bytes) -> None:
        """Sends a part of the answer, as a chunk of its own (RFC 9112, 7.1).

        It sends nothing once the connection is closed: the event loop would raise an error.
        """
        if self._transport.is_closing():
            return
        held, self._held = self._held, b""
        self._transport.write(b"%b%x\r\n%b\r\n" % (held, len(data), data))

    def finish(self) -> None:
        """Ends the answer, and closes the connection once everything is sent."""
        if self._transport.is_closing():
            return
        self._transport.write(self._held + b"0\r\n\r\n")
        self._held = b""
        self._transport.close()
        if self._transport.get_write_buffer_size():
            self._watch_reader()

    # Called by the event loop

    def data_received(self, data: bytes) -> None:
        """Ignores what a client sends behind its request, up to a limit."""
        self._ignored_bytes += len(data)
        if self._ignored_bytes > _IGNORED_MAX_BYTES:
            self._connections.refused["sent_too_much"] += 1
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio names it
        """Stops counting the connection."""
        self._connections.close(self)
        self._of_server.discard(self)
        self._owner.on_closed()

    def pause_writing(self) -> None:
        """Starts the deadline for the client to read."""
        self.is_paused = True
        self._watch_reader()

    def resume_writing(self) -> None:
        """Ends the deadline for the client to read."""
        self.is_paused = False
        if not self._transport.is_closing():
            self._connections.writing.end(self)
            self._owner.on_writable()

    # Called by uvicorn, and when a deadline is over

    def shutdown(self) -> None:
        """Ends the answer, because the server stops."""
        self.finish()

    def abort(self) -> None:
        """Closes the connection at once."""
        self._transport.abort()

    def leave(self) -> None:
        """Closes the connection. It is never idle, so nobody asks for it."""
        self._transport.close()

    def time_out(self) -> None:
        """Closes the connection. Its request has arrived, so nobody asks for it."""
        self._transport.close()

    def check_reader(self) -> None:
        """Aborts the connection if the client has not read enough since the last check."""
        if self._transport.get_write_buffer_size() > self._untaken - LEAST_TAKEN_BYTES:
            self._connections.refused["not_read"] += 1
            self.abort()
        else:
            self._watch_reader()

    def _watch_reader(self) -> None:
        self._untaken = self._transport.get_write_buffer_size()
        self._connections.writing.begin(self, asyncio.get_running_loop().time())
