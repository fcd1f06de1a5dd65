"""The least that a server of this workload must do, on bare ASGI: what one process of Python can reach.

A message and two rows are stored in a flushed commit that waiting messages share, and both people get
an event. It has no rules, limits, sessions, framework, replays or checks. It is no service: it believes
every token that it was given at the start.
"""

import asyncio
import queue
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import uvicorn

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_COMMIT_MESSAGES_MAX = 256
_JSON = (b"content-type", b"application/json")


class People(msgspec.Struct):
    """Everybody, and their conversations."""

    user_by_token: dict[str, str]
    members_by_group: dict[str, tuple[str, str]]
    last_seq: int
    """Each conversation has this many messages at the start."""


class _NewMessage(msgspec.Struct):
    message: str
    message_group_uuid: str
    message_uuid: str


class _Message(msgspec.Struct):
    uuid: str
    seq: int
    message_group_uuid: str
    user_uuid: str
    message: str


class _Write(NamedTuple):
    message: tuple[str, str, bytes]
    rows: Sequence[tuple[str, str, bytes]]
    stored: asyncio.Future[None]


_decode = msgspec.json.Decoder(_NewMessage).decode
_encode = msgspec.json.Encoder().encode


class Writer:
    """One thread that stores what waits in one flushed commit."""

    def __init__(self, path: Path) -> None:
        self._queue: queue.SimpleQueue[_Write] = queue.SimpleQueue()
        self._path = path
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._run, daemon=True).start()

    def store(self, message: tuple[str, str, bytes], users: Sequence[str]) -> asyncio.Future[None]:
        """The future is done when the message and a row for each of these users are on disk."""
        stored: asyncio.Future[None] = self._loop.create_future()
        rows = [(f"USER#{user}", message[0], message[2]) for user in users]
        self._queue.put(_Write(message, rows, stored))
        return stored

    def _run(self) -> None:
        database = sqlite3.connect(self._path, isolation_level=None)
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = full")
        database.execute("create table items (pk, sk, value, primary key (pk, sk)) without rowid")
        while True:
            writes = [self._queue.get()]
            while not self._queue.empty() and len(writes) < _COMMIT_MESSAGES_MAX:
                writes.append(self._queue.get())
            _commit(database, writes)
            self._loop.call_soon_threadsafe(_answer, writes)


def _commit(database: sqlite3.Connection, writes: Sequence[_Write]) -> None:
    database.execute("begin immediate")
    database.executemany("insert into items values (?, ?, ?)", [one.message for one in writes])
    rows = [row for one in writes for row in one.rows]
    database.executemany("insert or replace into items values (?, ?, ?)", rows)
    database.execute("commit")


def _answer(writes: Sequence[_Write]) -> None:
    for one in writes:
        if not one.stored.done():
            one.stored.set_result(None)


class Stream:
    """What one open event stream has still to write. Events of one turn go in one write."""

    def __init__(self) -> None:
        self._events: list[bytes] = []
        self._some = asyncio.Event()

    def put(self, event: bytes) -> None:
        self._events.append(event)
        self._some.set()

    async def take(self) -> bytes:
        """Returns the waiting events, as soon as there is one."""
        await self._some.wait()
        self._some.clear()
        taken = b"".join(self._events)
        self._events.clear()
        return taken


class BareApp:
    """The ASGI application: `POST /api/messages` and `GET /api/events`."""

    def __init__(self, path: Path, people: People) -> None:
        self._path = path
        self._people = people
        self._last_seqs = dict.fromkeys(people.members_by_group, people.last_seq)
        self._streams: defaultdict[str, set[Stream]] = defaultdict(set)
        self._writer: Writer | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        user = self._people.user_by_token[_token(scope)]
        if scope["path"] == "/api/events":
            await self._stream(user, send)
        else:
            await self._send_message(user, (await receive())["body"], send)

    async def _send_message(self, user: str, body: bytes, send: Send) -> None:
        if self._writer is None:
            self._writer = Writer(self._path)
        new = _decode(body)
        group = new.message_group_uuid
        seq = self._last_seqs[group] = self._last_seqs[group] + 1
        data = _encode(_Message(new.message_uuid, seq, group, user, new.message))
        members = self._people.members_by_group[group]
        await self._writer.store((f"MSG#{group}", f"{seq:012}", data), members)
        event = b"event: message\ndata: %b\n\n" % data
        for member in members:
            for stream in self._streams[member]:
                stream.put(event)
        await _start(send, _JSON, (b"content-length", b"%d" % len(data)))
        await send({"type": "http.response.body", "body": data})

    async def _stream(self, user: str, send: Send) -> None:
        stream = Stream()
        self._streams[user].add(stream)
        await _start(send, (b"content-type", b"text/event-stream"))
        events = b"event: ready\ndata: {}\n\n"
        while True:
            await send({"type": "http.response.body", "body": events, "more_body": True})
            events = await stream.take()


def _token(scope: Scope) -> str:
    return str(dict(scope["headers"])[b"authorization"][len(b"Bearer ") :], "ascii")


async def _start(send: Send, *headers: tuple[bytes, bytes]) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": headers})


def serve(folder: Path, port: int) -> None:
    """Serves until it is stopped. The folder holds `people.json`, and gets the database."""
    people = msgspec.json.decode((folder / "people.json").read_bytes(), type=People)
    uvicorn.run(
        BareApp(folder / "bare.sqlite", people),
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        log_level="error",
        access_log=False,
    )


if __name__ == "__main__":
    import sys

    serve(Path(sys.argv[1]), int(sys.argv[2]))
