"""Prosody as a peer: the same people, conversations and senders, over XMPP.

A send counts when the server has acknowledged it (XEP-0198), which is not when it is on disk: Prosody
appends to its archive (XEP-0313) and flushes nothing.
"""

import asyncio
import base64
import random
import re
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Self, cast

from bench.load import Acknowledged, Record, new_uuid, some_text
from bench.people import Pair, people_of
from bench.service import Process, start_server

NEEDS = "prosody"
_PASSWORD = "correct horse"
_CONFIG = """
run_as_root = true
daemonize = false
data_path = "{folder}/data"
pidfile = "{folder}/prosody.pid"
log = {{ warn = "{folder}/prosody.log" }}
network_backend = "epoll"
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
modules_enabled = {{ "saslauth", "roster", "disco", "mam", "smacks", "offline", "ping" }}
modules_disabled = {{ "s2s", "tls" }}
authentication = "internal_plain"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
storage = {{ archive = "internal" }}
default_archive_policy = true
archive_expires_after = "never"
VirtualHost "localhost"
"""
_HEADER = (
    b"<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' "
    b"xmlns:stream='http://etherx.jabber.org/streams'>"
)
_ACKNOWLEDGED = re.compile(rb"<a [^>]*\bh=['\"](\d+)")
_MESSAGE = re.compile(rb"<message [^>]*\bid=['\"]([0-9a-f-]{36})['\"]")


@asynccontextmanager
async def prosody(folder: Path, port: int, handles: Sequence[str]) -> AsyncIterator[Process]:
    """A server of the run's own, with an account for each of these handles."""
    accounts = folder / "data" / "localhost" / "accounts"
    accounts.mkdir(parents=True)
    for handle in handles:
        (accounts / f"{handle}.dat").write_text(f'return {{ ["password"] = "{_PASSWORD}" }};\n')
    config = folder / "prosody.cfg.lua"
    config.write_text(_CONFIG.format(folder=folder, port=port))
    server = await start_server(
        shutil.which(NEEDS) or NEEDS, "--config", str(config), "-F", port=port
    )
    try:
        yield server
    finally:
        await server.stop()


class XmppConnection(asyncio.Protocol):
    """One device, signed in."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._wanted: tuple[bytes, asyncio.Future[None]] | None = None
        self._sent = 0
        self._acknowledgment: asyncio.Future[None] | None = None
        self.record: Record | None = None

    @classmethod
    async def open(cls, port: int, handle: str, resource: str) -> Self:
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(cls, "127.0.0.1", port)
        await made.ask(_HEADER, b"</stream:features>")
        secret = base64.b64encode(f"\0{handle}\0{_PASSWORD}".encode())
        sasl = b"xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
        await made.ask(b"<auth %b mechanism='PLAIN'>%b</auth>" % (sasl, secret), b"<success")
        await made.ask(_HEADER, b"</stream:features>")
        bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{}</resource></bind>"
        await made.ask(f"<iq type='set' id='b'>{bind.format(resource)}</iq>".encode(), b"</iq>")
        return made

    def write(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError("the server closed the connection")
        self._transport.write(data)

    async def ask(self, data: bytes, until: bytes) -> None:
        """Writes, and waits for this text."""
        self._buffer = b""
        self._wanted = (until, asyncio.get_running_loop().create_future())
        self.write(data)
        async with asyncio.timeout(10):
            await self._wanted[1]

    async def enable_acknowledgments(self) -> None:
        await self.ask(b"<enable xmlns='urn:xmpp:sm:3'/>", b"<enabled")

    def send(self, to: str, message_id: str, text: str) -> asyncio.Future[None]:
        """Sends a message. The future is done when the server has acknowledged it."""
        self._sent += 1
        self._acknowledgment = asyncio.get_running_loop().create_future()
        head = f"<message to='{to}@localhost' type='chat' id='{message_id}'>"
        asking = "<r xmlns='urn:xmpp:sm:3'/>"
        self.write(f"{head}<body>{text}</body></message>{asking}".encode())
        return self._acknowledgment

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._wanted is not None:
            text, future = self._wanted
            if text in self._buffer and not future.done():
                future.set_result(None)
        if self._acknowledgment is not None:
            self._take_acknowledgment(self._acknowledgment)
        if self.record is not None:
            self._take_messages(self.record)

    def _take_acknowledgment(self, waiting: asyncio.Future[None]) -> None:
        found = _ACKNOWLEDGED.search(self._buffer)
        if found:
            self._buffer = self._buffer[found.end() :]
            if int(found[1]) >= self._sent and not waiting.done():
                waiting.set_result(None)

    def _take_messages(self, record: Record) -> None:
        *stanzas, self._buffer = self._buffer.split(b"</message>")
        for stanza in stanzas:
            if found := _MESSAGE.search(stanza):
                record.delivered(found[1].decode())


class XmppSender:
    """A device that writes to a random one of the people to whom its person writes."""

    def __init__(self, connection: XmppConnection, others: Sequence[str]) -> None:
        self._connection = connection
        self._others = others

    async def send(self, record: Record, begun: float) -> None:
        """Raises ConnectionError."""
        to, message_id = random.choice(self._others), new_uuid()
        record.begun[message_id] = begun
        await self._connection.send(to, message_id, some_text())
        record.send_seconds.append(time.perf_counter() - begun)
        record.acknowledged.append(Acknowledged(to, 0, message_id))


async def open_xmpp_senders(port: int, pairs: Sequence[Pair], count: int) -> list[XmppSender]:
    """The same as `load.open_senders`."""
    senders = []
    for number, person in enumerate(islice(cycle(people_of(pairs)), count)):
        connection = await XmppConnection.open(port, person.user.handle, f"sender{number}")
        await connection.enable_acknowledgments()
        both = (pair.people for pair in pairs if person in pair.people)
        others = [one.user.handle for people in both for one in people if one != person]
        senders.append(XmppSender(connection, others))
    return senders


class XmppListeners:
    """A device of each person that gets their messages."""

    def __init__(self, connections: Sequence[XmppConnection]) -> None:
        self._connections = connections

    @classmethod
    async def open(cls, port: int, pairs: Sequence[Pair]) -> Self:
        connections = []
        for person in people_of(pairs):
            connection = await XmppConnection.open(port, person.user.handle, "listener")
            connection.write(b"<presence><priority>5</priority></presence>")
            connections.append(connection)
        await asyncio.sleep(0.5)  # the server answers a presence with nothing to wait for
        return cls(connections)

    def record_in(self, record: Record) -> None:
        for connection in self._connections:
            connection.record = record
