"""A device as the page is one: it sends one message after the other, and again what got no answer."""

import asyncio
import uuid
from collections.abc import Sequence

import msgspec
from bench.client import Connection
from bench.load import Acknowledged, NewMessage, Sent
from bench.people import Pair, Person

FLOWING = 3
"""After so many messages a device is in the middle of a load."""


class Outbox:
    """One person's, in one conversation. A message stays in it until it is acknowledged."""

    def __init__(self, person: Person, message_group_uuid: str) -> None:
        self.acknowledged: list[Acknowledged] = []
        self.flows = asyncio.Event()
        self._token = person.token
        self._message_group_uuid = message_group_uuid
        self._last_seq = 1
        self._waiting: NewMessage | None = None

    async def work(self, url: str) -> None:
        """Sends on and on. Raises ConnectionError when the server goes."""
        connection = await Connection.open(url, self._token)
        try:
            while True:
                await self._send(connection)
        finally:
            connection.close()

    async def empty(self, url: str) -> None:
        """Sends what is waiting, if anything is."""
        if self._waiting is not None:
            connection = await Connection.open(url, self._token)
            await self._send(connection)
            connection.close()

    async def _send(self, connection: Connection) -> None:
        if self._waiting is None:
            message_uuid = str(uuid.uuid4())
            self._waiting = NewMessage(
                "Are you there?", self._message_group_uuid, message_uuid, self._last_seq
            )
        body = msgspec.json.encode(self._waiting)
        answer = await connection.request("POST", "/api/messages", body)
        assert answer.status == 200, answer
        stored = msgspec.json.decode(answer.body, type=Sent)
        assert stored.uuid == self._waiting.message_uuid
        self.acknowledged.append(Acknowledged(self._message_group_uuid, stored.seq, stored.uuid))
        self._last_seq = max(self._last_seq, stored.seq)
        self._waiting = None
        if len(self.acknowledged) > FLOWING:
            self.flows.set()


def make_outboxes(pairs: Sequence[Pair], each: int) -> list[Outbox]:
    """So many for every person."""
    return [
        Outbox(person, pair.message_group_uuid)
        for pair in pairs
        for person in pair.people
        for _ in range(each)
    ]


async def all_flow(outboxes: Sequence[Outbox]) -> None:
    await asyncio.gather(*(outbox.flows.wait() for outbox in outboxes))


async def end_of(senders: Sequence[asyncio.Task[None]]) -> None:
    """All end because the server went, and for no other reason."""
    outcomes = await asyncio.gather(*senders, return_exceptions=True)
    assert [o for o in outcomes if not isinstance(o, ConnectionError)] == []
