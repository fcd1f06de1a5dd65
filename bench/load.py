"""Senders at work: in a closed loop, as fast as answers come, or at a given rate, come what may."""

import asyncio
import random
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
from bench.client import Connection, EventStream, Refused
from bench.people import Pair, Person

TEXT = "The tram was late again, so I walked along the river; see you at seven, bring the maps?"

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

    def delivered(self, _: bytes, data: bytes) -> None:
        """For the event streams."""
        begun = self.begun.pop(_decoder.decode(data).uuid, None)
        if begun is not None:
            self.delivery_seconds.append(time.perf_counter() - begun)


class Sender:
    """One person's device in one conversation, with a connection of its own."""

    def __init__(self, connection: Connection, message_group_uuid: str) -> None:
        self._connection = connection
        self._message_group_uuid = message_group_uuid
        self._last_seq = 1

    async def send(self, record: Record, begun: float) -> None:
        """`begun` is when the message was due. Raises Refused, ConnectionError."""
        message_uuid = str(uuid.uuid4())
        record.begun[message_uuid] = begun
        message = NewMessage(TEXT, self._message_group_uuid, message_uuid, self._last_seq)
        answer = await self._connection.request("POST", "/api/messages", _encode(message))
        if answer.status != 200:
            raise Refused(f"{answer.status} {answer.body!r}")
        self._last_seq = _decoder.decode(answer.body).seq
        record.send_seconds.append(time.perf_counter() - begun)
        record.acknowledged.append(
            Acknowledged(self._message_group_uuid, self._last_seq, message_uuid)
        )

    def close(self) -> None:
        self._connection.close()


async def open_senders(url: str, pairs: Sequence[Pair], count: int) -> list[Sender]:
    """Spread over the conversations, and in each over its two people."""
    senders = []
    for number in range(count):
        pair = pairs[number % len(pairs)]
        person = pair.people[number // len(pairs) % 2]
        connection = await Connection.open(url, person.token)
        senders.append(Sender(connection, pair.message_group_uuid))
    return senders


class Listeners:
    """Everybody's event stream; only what comes from the other person counts as delivered."""

    def __init__(self) -> None:
        self.record = Record()
        self._streams: list[EventStream] = []

    async def open(self, url: str, people: Sequence[Person]) -> None:
        for person in people:
            told = _OthersMessages(self, person.user.user_uuid.encode())
            self._streams.append(await EventStream.open(url, person.token, told.on_event))

    def close(self) -> None:
        for stream in self._streams:
            stream.close()


class _OthersMessages:
    def __init__(self, listeners: Listeners, own_uuid: bytes) -> None:
        self._listeners = listeners
        self._own = b'"user_uuid":"%b"' % own_uuid

    def on_event(self, kind: bytes, data: bytes) -> None:
        if kind == b"message" and self._own not in data:
            self._listeners.record.delivered(kind, data)


async def closed_loop(senders: Sequence[Sender], record: Record, seconds: float) -> float:
    """All send again as soon as they have their answer; the seconds that it took."""
    started = time.perf_counter()
    ends = started + seconds

    async def go_on(sender: Sender) -> None:
        while (now := time.perf_counter()) < ends:
            await sender.send(record, now)

    await asyncio.gather(*map(go_on, senders))
    return time.perf_counter() - started


async def open_loop(
    senders: Sequence[Sender], record: Record, seconds: float, rate: float
) -> float:
    """Messages are due at random moments, `rate` a second, whether or not those before are done.

    One that had to wait for its connection is counted from when it was due: what a slow server
    makes people wait must not vanish from the figures.
    """
    started = time.perf_counter()
    each = rate / len(senders)

    async def go_on(sender: Sender) -> None:
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
