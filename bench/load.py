"""Senders at work: in a closed loop, as fast as answers come, or at a given rate, come what may."""

import asyncio
import random
import time
import uuid
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import NamedTuple, Protocol

import msgspec
from bench.client import Connection, EventStream, Refused
from bench.people import Pair, Person, people_of

TEXT = (
    "The tram was late again, so I walked along the river; see you at seven, bring the maps? Andrew "
    "says that the bridge is closed until Friday, and that the other way takes half an hour longer now."
)
TEXT_CHARS = (60, 190)
"""The least and the most characters of a text."""

_encode = msgspec.json.Encoder().encode


class NewMessage(msgspec.Struct):
    """What a sender posts, as the page does."""

    message: str
    message_group_uuid: str
    message_uuid: str
    after: int


class Sent(msgspec.Struct):
    """What is read of an answer, and of an event."""

    uuid: str
    seq: int


class Acknowledged(NamedTuple):
    """What the service has promised."""

    message_group_uuid: str
    seq: int
    message_uuid: str


_decoder = msgspec.json.Decoder(Sent)


@dataclass(slots=True)
class Record:
    """What happened in one part of a run."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    send_seconds: list[float] = field(default_factory=list)
    delivery_seconds: list[float] = field(default_factory=list)
    begun: dict[str, float] = field(default_factory=dict)

    def delivered(self, message_uuid: str) -> None:
        """For those who listen."""
        begun = self.begun.pop(message_uuid, None)
        if begun is not None:
            self.delivery_seconds.append(time.perf_counter() - begun)


class Sends(Protocol):
    """A device of one person, with a connection of its own."""

    async def send(self, record: Record, begun: float) -> None:
        """Sends a message and records when it was acknowledged. `begun` is when it was due."""


class Sender:
    """A device that writes into a random one of its person's conversations."""

    def __init__(
        self, connection: Connection, groups: Sequence[str], last_seqs: MutableMapping[str, int]
    ) -> None:
        self._connection = connection
        self._groups = groups
        self._last_seqs = last_seqs

    async def send(self, record: Record, begun: float) -> None:
        """As the page sends. Raises Refused, ConnectionError."""
        group, message_uuid = random.choice(self._groups), new_uuid()
        record.begun[message_uuid] = begun
        message = NewMessage(some_text(), group, message_uuid, self._last_seqs[group])
        answer = await self._connection.request("POST", "/api/messages", _encode(message))
        if answer.status != 200:
            raise Refused(f"{answer.status} {answer.body!r}")
        seq = _decoder.decode(answer.body).seq
        self._last_seqs[group] = max(seq, self._last_seqs[group])
        record.send_seconds.append(time.perf_counter() - begun)
        record.acknowledged.append(Acknowledged(group, seq, message_uuid))

    def close(self) -> None:
        self._connection.close()


async def open_senders(
    url: str, pairs: Sequence[Pair], count: int, last_seq: int = 1
) -> list[Sender]:
    """Spread over the people. All know that each conversation has `last_seq` messages so far."""
    last_seqs = dict.fromkeys((pair.message_group_uuid for pair in pairs), last_seq)
    senders = []
    for person in islice(cycle(people_of(pairs)), count):
        groups = [pair.message_group_uuid for pair in pairs if person in pair.people]
        connection = await Connection.open(url, person.token)
        senders.append(Sender(connection, groups, last_seqs))
    return senders


def some_text() -> str:
    """A text of random length."""
    return TEXT[: random.randint(*TEXT_CHARS)].strip()


def new_uuid() -> str:
    return str(uuid.uuid4())


class Listeners:
    """Everybody's event stream; only what comes from the other person counts as delivered."""

    def __init__(self) -> None:
        self.record = Record()
        self._streams: list[EventStream] = []

    async def open(self, url: str, people: Sequence[Person]) -> None:
        for person in people:
            told = _OthersMessages(self, person.user.user_uuid.encode())
            self._streams.append(await EventStream.open(url, person.token, told.on_event))

    def record_in(self, record: Record) -> None:
        self.record = record

    def close(self) -> None:
        for stream in self._streams:
            stream.close()


class _OthersMessages:
    def __init__(self, listeners: Listeners, own_uuid: bytes) -> None:
        self._listeners = listeners
        self._own = b'"user_uuid":"%b"' % own_uuid

    def on_event(self, kind: bytes, data: bytes) -> None:
        if kind == b"message" and self._own not in data:
            self._listeners.record.delivered(_decoder.decode(data).uuid)


async def closed_loop(senders: Sequence[Sends], record: Record, seconds: float) -> float:
    """All send again as soon as they have their answer; the seconds that it took."""
    started = time.perf_counter()
    ends = started + seconds

    async def go_on(sender: Sends) -> None:
        while (now := time.perf_counter()) < ends:
            await sender.send(record, now)

    await asyncio.gather(*map(go_on, senders))
    return time.perf_counter() - started


async def run_through(senders: Sequence[Sends], count: int, record: Record | None = None) -> None:
    """So many messages, as fast as they are answered, whatever time they take."""
    record, turns = record or Record(), iter(range(count))

    async def go_on(sender: Sends) -> None:
        for _ in turns:
            await sender.send(record, 0.0)

    await asyncio.gather(*map(go_on, senders))


async def open_loop(senders: Sequence[Sends], record: Record, seconds: float, rate: float) -> float:
    """Messages are due at random moments, `rate` a second, whether or not those before are done.

    One that had to wait for its connection is counted from when it was due: what a slow server
    makes people wait must not vanish from the figures.
    """
    started = time.perf_counter()
    each = rate / len(senders)

    async def go_on(sender: Sends) -> None:
        due = started + random.expovariate(each)
        while due < started + seconds:
            pause = due - time.perf_counter()
            if pause > 0:
                await asyncio.sleep(pause)
            # A timer that woke late is the generator's delay, not the server's.
            await sender.send(record, due if pause < 0 else time.perf_counter())
            due += random.expovariate(each)

    await asyncio.gather(*map(go_on, senders))
    return time.perf_counter() - started
