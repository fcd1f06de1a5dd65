"""uvicorn's HTTP protocol with limits of size and time.

Without them a client that sends half a request, a body byte by byte or megabytes of headers, or that
never reads its answer, could occupy a connection and its memory for as long as it likes.
"""

import asyncio
from http import HTTPStatus
from typing import Any

import httptools
import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from cruddur.domain.errors import RATE_LIMITED, UNAVAILABLE, declare_code
from cruddur.web.http.connections import LEAST_TAKEN_BYTES, Connections, Deadlines
from cruddur.web.http.one_write import HoldingTransport
from cruddur.web.http.problems import BAD_REQUEST, PROBLEM_JSON, Problem, problem_of
from cruddur.web.http.stream_connection import DETACH, StreamConnection, StreamOwner

HEAD_MAX_BYTES = 16 * 1024
URL_MAX_BYTES = 8 * 1024

_NOTHING, _HEAD, _BODY = range(3)

_MALFORMED = problem_of(400, BAD_REQUEST, "The request is not HTTP as it should be.")
_TIMEOUT = problem_of(
    408,
    declare_code("request_timeout", "A request came by bytes, and not whole within its time."),
    "The request did not come whole within its time.",
)
_URL_TOO_LONG = problem_of(
    414, declare_code("url_too_long", "A URL has at most 8 KiB."), "A URL has at most 8 KiB."
)
_HEAD_TOO_LARGE = problem_of(
    431,
    declare_code("head_too_large", "A request's head, all headers together, has at most 16 KiB."),
    "A request's head has at most 16 KiB.",
)
_FULL = {
    "connections": problem_of(503, UNAVAILABLE, "There are too many connections."),
    "per_address": problem_of(429, RATE_LIMITED, "There are too many connections from here."),
}
_COME_BACK = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_RETRY_AFTER_SECONDS = 5
_HEADERS = (
    (b"content-type", PROBLEM_JSON.encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"connection", b"close"),
)


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class BoundedProtocol(HttpToolsProtocol):
    """One connection. `Connections` checks its deadlines."""

    def __init__(self, connections: Connections, base_path: str, **given: Any) -> None:
        super().__init__(**given)
        self._connections = connections
        self._base_path = base_path
        self._reading = _NOTHING
        self._phase: Deadlines | None = None
        self._is_refused = False
        self._chunk = 0
        self._unframed = 0
        """The number of bytes since the last complete part: a head, a piece of a body, or an end."""
        self._untaken = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Counts the connection, or refuses it if there are too many."""
        super().connection_made(HoldingTransport(transport, self.loop, self._closing))  # type: ignore[arg-type]
        reason = self._connections.open(self, self.client[0] if self.client else "")
        if reason is None:
            self._enter(self._connections.heads)
        else:
            self._is_refused = True
            self._write(_FULL[reason])
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops counting the connection."""
        super().connection_lost(exc)
        self._connections.close(self)

    def eof_received(self) -> None:
        """Closes the connection after the client closed its side."""
        self.transport.close()  # by HoldingTransport, which watches until the client has read everything

    def data_received(self, data: bytes) -> None:
        """Parses the bytes, and refuses a head that is too large or malformed."""
        if self._is_refused:
            return
        self._chunk = len(data)
        self._unframed += self._chunk
        try:
            self.parser.feed_data(data)
            if self._unframed > HEAD_MAX_BYTES:
                self._refuse(_URL_TOO_LONG if self._is_url_too_long() else _HEAD_TOO_LARGE)
            else:
                self._update_phase()
        except httptools.HttpParserUpgrade:
            self._update_phase()  # no other protocol is supported, so the upgrade is ignored
        except httptools.HttpParserError as error:
            wrong = error.__context__
            self._refuse(wrong.problem if isinstance(wrong, _Refused) else _MALFORMED)

    # Callbacks of the parser

    def on_message_begin(self) -> None:
        """Notes that a head is being read."""
        self._reading = _HEAD
        super().on_message_begin()
        self.scope["extensions"] = {DETACH: self.detach}  # type: ignore[dict-item]  # our own

    def on_headers_complete(self) -> None:
        """Starts the request, or refuses its head."""
        if self._is_url_too_long():
            raise _Refused(_URL_TOO_LONG)
        if max(self._chunk, self._unframed) > HEAD_MAX_BYTES:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > HEAD_MAX_BYTES:
                raise _Refused(_HEAD_TOO_LARGE)
        super().on_headers_complete()
        self._reading = _BODY
        self._unframed = 0

    def on_body(self, body: bytes) -> None:
        """Passes a piece of the body to the application."""
        self._unframed = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Notes that the request is complete."""
        self._reading = _NOTHING
        self._unframed = 0
        super().on_message_complete()

    def _is_url_too_long(self) -> bool:
        return self._reading == _HEAD and len(self.url) > URL_MAX_BYTES

    def on_response_complete(self) -> None:
        """Starts the next request of the connection, if there is one."""
        # This replaces uvicorn's method, which sets a timer for each request. Here one serves all.
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        self._update_phase()

    def pause_writing(self) -> None:
        """Starts the deadline for the client to read."""
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        """Ends the deadline for the client to read."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._connections.writing.end(self)

    def detach(self, owner: StreamOwner) -> StreamConnection | None:
        """Gives the connection to the owner, for an answer whose head is sent and that has no end.

        The head says that the answer is sent in chunks, as uvicorn does where no length is named. The
        application returns then, and the request is forgotten. Returns None where the answer is
        complete, the client is gone, or the connection has another request to serve.
        """
        cycle = self.cycle
        is_over = cycle.response_complete or cycle.disconnected or self.transport.is_closing()
        if is_over or self._is_refused or self.pipeline or self._reading != _NOTHING:
            return None
        cycle.response_complete = True
        transport, held = self.transport.release()  # type: ignore[attr-defined]
        connection = StreamConnection(transport, held, self._connections, self.connections, owner)
        self._hand_over(transport, connection)
        return connection

    def _hand_over(self, transport: Any, connection: StreamConnection) -> None:
        self._connections.replace(self, connection)
        self.connections.discard(self)
        self.connections.add(connection)  # type: ignore[arg-type]  # uvicorn asks it to shut down
        transport.set_protocol(connection)
        if self.flow.read_paused:
            transport.resume_reading()  # or the end of the connection would not be noticed
        # These refer to each other in circles, which would stay until the next garbage collection.
        for name in ("parser", "scope", "cycle", "flow"):
            setattr(self, name, None)

    # Deadlines

    def _update_phase(self) -> None:
        if self._is_refused:
            return
        if self._reading == _HEAD:
            self._enter(self._connections.heads)
        elif self._reading == _BODY:
            self._enter(self._connections.bodies)
        elif self.cycle is not None:
            is_idle = self.cycle.response_complete and not self.pipeline
            self._enter(self._connections.idle if is_idle else None)

    def _enter(self, phase: Deadlines | None) -> None:
        if (
            phase is self._phase
        ):  # the deadline stays, so that a byte now and then does not extend it
            return
        if self._phase is not None:
            self._phase.end(self)
        if phase is not None:
            phase.begin(self, self.loop.time())
        self._phase = phase

    def leave(self) -> None:
        """Closes an idle connection."""
        self.transport.close()

    def abort(self) -> None:
        """Closes the connection at once."""
        self.transport.abort()

    def time_out(self) -> None:
        """Refuses a request that did not arrive in time, or closes an idle connection."""
        if self._reading == _NOTHING:
            self.leave()
        else:
            self._refuse(_TIMEOUT)

    def check_reader(self) -> None:
        """Aborts the connection if the client has not read enough since the last check."""
        if self.transport.get_write_buffer_size() > self._untaken - LEAST_TAKEN_BYTES:
            self._connections.refused["not_read"] += 1
            self.abort()
        else:
            self._watch_reader()

    def _closing(self) -> None:
        if self.transport.get_write_buffer_size() and self not in self._connections.writing:
            self._watch_reader()

    def _watch_reader(self) -> None:
        self._untaken = self.transport.get_write_buffer_size()
        self._connections.writing.begin(self, self.loop.time())

    # Refusals

    def _refuse(self, problem: Problem) -> None:
        self._is_refused = True
        self._connections.refused[problem.code] += 1
        self._enter(None)
        cycle = self.cycle
        if self._reading == _BODY:
            can_answer = not (self.pipeline or cycle.response_started)
            cycle.disconnected = True
            cycle.message_event.set()  # the application waits for the rest of the body
        else:
            can_answer = cycle is None or cycle.response_complete
            if not can_answer:
                cycle.keep_alive = False  # the previous request is answered as the last one
                return
        if can_answer:
            self._write(problem)
            # If it were closed at once, the kernel would drop the answer when more data arrives.
            self.transport.write_eof()
            self._enter(self._connections.lingering)
        else:
            self.transport.close()

    def _write(self, problem: Problem) -> None:
        named = msgspec.structs.replace(problem, type=self._base_path + problem.type)
        body = msgspec.json.encode(named)
        headers = [*self.server_state.default_headers, *_HEADERS]
        headers.append((b"content-length", b"%d" % len(body)))
        if problem.status in _COME_BACK:
            headers.append((b"retry-after", b"%d" % _RETRY_AFTER_SECONDS))
        lines = [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join((STATUS_LINE[problem.status], *lines, b"\r\n", body)))
