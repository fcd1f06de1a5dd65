"""One queue and one timer serve all streams of a process: one that fails silences no other."""

import asyncio
from typing import Any

import uvloop
from tests.captured_logs import captured_logs
from tests.web.clients import until

from cruddur.identity.context import Session
from cruddur.web.http.connections import Bounds, Connections
from cruddur.web.http.sse_connections import FlushQueue, Heartbeats
from cruddur.web.http.stream_connection import StreamConnection

MANY = 1000


class Stream:
    """An open stream that fails each time, or counts how often it was called."""

    def __init__(self, *, fails: bool = False) -> None:
        self.user_uuid = ""
        self.session = Session("", "", 0)
        self.fails = fails
        self.calls = 0
        self.twice = asyncio.Event()

    def flush(self) -> None:
        self.beat()

    def beat(self) -> None:
        if self.fails:
            raise RuntimeError("the handler is closed")
        self.calls += 1
        if self.calls > 1:
            self.twice.set()

    def end(self) -> None: ...


async def test_a_stream_that_cannot_be_written_to_holds_up_no_other() -> None:
    queue, streams = FlushQueue(), [Stream(fails=number % 3 == 0) for number in range(MANY)]
    with captured_logs() as logs:
        for _ in range(2):
            for stream in streams:
                queue.add(stream)
            await until(lambda: not queue._waiting)
    assert {stream.calls for stream in streams if not stream.fails} == {2}
    assert len(logs) == 2 * len([stream for stream in streams if stream.fails])


async def test_a_stream_whose_heartbeat_fails_stops_no_timer() -> None:
    heartbeats = Heartbeats()
    heartbeats.seconds = 0.01
    broken, whole = Stream(fails=True), Stream()
    for stream in (broken, whole):
        heartbeats.start(stream)
    async with asyncio.timeout(10):
        await whole.twice.wait()
    for stream in (broken, whole):
        heartbeats.stop(stream)


class Leaving(asyncio.Protocol):
    """The server's side of a connection."""

    def __init__(self) -> None:
        self.is_made = asyncio.Event()
        self.is_lost = asyncio.Event()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.is_made.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost.set()


async def _write_to_a_closed_connection() -> None:
    leaving = Leaving()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: leaving, "127.0.0.1", 0)
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    await leaving.is_made.wait()
    leaving.transport.abort()
    await leaving.is_lost.wait()
    stream = StreamConnection(leaving.transport, b"", Connections(Bounds()), set(), Owner())
    try:
        stream.write(b"event: read\ndata: {}\n\n")
    finally:
        writer.close()
        server.close()


class Owner:
    def on_writable(self) -> None: ...

    def on_closed(self) -> None: ...


def test_what_arrived_for_a_connection_that_has_ended_is_no_error() -> None:
    # The service runs on uvloop, which refuses such a write. The event loop of Python does not.
    uvloop.run(_write_to_a_closed_connection())
