"""The transport between the worker processes of one machine: a socket to their parent process."""

import asyncio
import socket
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

from cruddur.engines.bus.frames import framed, unframed
from cruddur.engines.bus.send_queue import EVERYBODY, LOST_BODY
from cruddur.engines.bus.transport import BusUnavailable, Packet

LENGTH_BYTES = 4
BEHIND_BYTES = 4 * 1024 * 1024
"""The most bytes that wait for a slow worker. Beyond, it misses the events of others."""

_GONE = "the process that carries events is gone"


class LocalTransport:
    """The transport over one end of a socket pair.

    The socket cannot be replaced, so it is kept after a send that took too long, with a frame that
    is partly read. No other program can write to it, so nothing is sealed.
    """

    refused = 0

    def __init__(self, own_end: socket.socket) -> None:
        self._socket = own_end
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[bytes] | None = None

    async def connect(self) -> None:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(sock=self._socket)
        if self._writer.is_closing():
            raise BusUnavailable(_GONE)

    async def send(self, packets: Sequence[Packet]) -> None:
        if self._writer is None:
            raise BusUnavailable("not connected")
        try:
            for frame in framed(packets):
                write_frame(self._writer, frame)
            await self._writer.drain()
        except OSError as error:
            raise BusUnavailable(repr(error)) from error

    async def receive(self) -> Sequence[Packet]:
        if self._reader is None or self._writer is None:
            raise BusUnavailable("not connected")
        self._reading = self._reading or asyncio.create_task(read_frame(self._reader))
        try:
            frame = await asyncio.shield(self._reading)
        except (OSError, EOFError) as error:
            self._writer.close()
            raise BusUnavailable(_GONE) from error
        self._reading = None
        return unframed(frame)

    async def listen(self, channels: Sequence[str]) -> Sequence[str]:
        return channels

    async def leave(self, channels: Sequence[str]) -> None:
        """Does nothing: events of these channels still arrive and have no listeners."""

    async def disconnect(self) -> None:
        """Does nothing: the socket stays open."""

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()


class Hub:
    """Passes each worker's packets on to all others, and stores none. It runs in the parent process."""

    def __init__(self) -> None:
        self._workers: set[asyncio.StreamWriter] = set()
        self._behind: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def join(self) -> socket.socket:
        """Returns the end of a new socket pair for a worker."""
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=ours)
        self._workers.add(writer)
        self._begin(self._serve(reader, writer))
        return theirs

    async def close(self) -> None:
        """Closes the connections to all workers."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, EOFError):
                while True:
                    frame = await read_frame(reader)
                    for other in self._workers - self._behind - {writer}:
                        self._pass_on(other, frame)
        finally:
            self._workers.discard(writer)
            writer.close()

    def _pass_on(self, other: asyncio.StreamWriter, frame: bytes) -> None:
        if other.transport.get_write_buffer_size() > BEHIND_BYTES:
            self._behind.add(other)
            self._begin(self._let_catch_up(other))
        else:
            write_frame(other, frame)

    async def _let_catch_up(self, other: asyncio.StreamWriter) -> None:
        """Tells a worker, as soon as it reads again, that it missed events.

        It is not told with the next event, since there may be none.
        """
        try:
            with suppress(OSError):
                await other.drain()
                for lost in framed([Packet((EVERYBODY,), LOST_BODY)]):
                    write_frame(other, lost)
        finally:
            self._behind.discard(other)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def write_frame(writer: asyncio.StreamWriter, frame: bytes) -> None:
    """Queues a frame with its length before it."""
    writer.write(len(frame).to_bytes(LENGTH_BYTES, "big") + frame)


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """Returns the next frame. Raises EOFError at the end."""
    length = await reader.readexactly(LENGTH_BYTES)
    return await reader.readexactly(int.from_bytes(length, "big"))
