"""A device as the page is one: it sends one message after the other, edits each, and repeats what got no
answer.
"""

import asyncio
import uuid
from collections.abc import Sequence

import msgspec
from bench.client import Connection, Response
from bench.load import Acknowledged, NewMessage, Sent
from bench.people import Pair, Person
from tests.crash.edits import AcknowledgedEdit, EditBody

DELETED_EACH = 3
"""Of so many messages that were edited, one is deleted."""

FLOWING = 3
"""After so many messages a device is in the middle of a load."""


class Unavailable(Exception):
    """The service asks to be tried again later."""


class Outbox:
    """One person's, in one conversation. A message or an edit stays in it until it is acknowledged."""

    def __init__(self, person: Person, message_group_uuid: str) -> None:
        self.acknowledged: list[Acknowledged] = []
        self.edited: list[AcknowledgedEdit] = []
        self.flows = asyncio.Event()
        self._token = person.token
        self._message_group_uuid = message_group_uuid
        self._last_seq = 1
        self._waiting: NewMessage | None = None
        self._last_change = 0
        self._edit: tuple[int, EditBody] | None = None
        self.deleted: list[tuple[str, int]] = []
        self._deletion: int | None = None

    async def work(self, url: str) -> None:
        """Sends on and on. Raises ConnectionError when the server goes."""
        connection = await Connection.open(url, self._token)
        try:
            while True:
                await self._change(connection)
                await self._delete(connection)
                await self._send(connection)
        finally:
            connection.close()

    async def empty(self, url: str) -> None:
        """Sends what is waiting, if anything is."""
        connection = await Connection.open(url, self._token)
        if self._waiting is not None:
            await self._send(connection)
        await self._change(connection)
        await self._delete(connection)
        connection.close()

    async def _send(self, connection: Connection) -> None:
        if self._waiting is None:
            message_uuid = str(uuid.uuid4())
            self._waiting = NewMessage(
                "Are you there?", self._message_group_uuid, message_uuid, self._last_seq
            )
        body = msgspec.json.encode(self._waiting)
        answer = await connection.request("POST", "/api/messages", body)
        _require_success(answer)
        stored = msgspec.json.decode(answer.body, type=Sent)
        assert stored.uuid == self._waiting.message_uuid
        self.acknowledged.append(Acknowledged(self._message_group_uuid, stored.seq, stored.uuid))
        self._last_seq = max(self._last_seq, stored.seq)
        self._waiting = None
        text, change_uuid = f"Are you there, {stored.seq}?", str(uuid.uuid4())
        self._edit = stored.seq, EditBody(text, change_uuid, self._last_change)
        if len(self.acknowledged) > FLOWING:
            self.flows.set()

    async def _change(self, connection: Connection) -> None:
        if self._edit is None:
            return
        seq, body = self._edit
        path = f"/api/messages/{self._message_group_uuid}/{seq}"
        answer = await connection.request("PATCH", path, msgspec.json.encode(body))
        _require_success(answer)
        self._last_change = msgspec.json.decode(answer.body, type=_Changed).change_seq
        self.edited.append(AcknowledgedEdit(self._message_group_uuid, body.change_uuid))
        self._edit = None
        if len(self.edited) % DELETED_EACH == 0:
            self._deletion = seq

    async def _delete(self, connection: Connection) -> None:
        if self._deletion is None:
            return
        path = f"/api/messages/{self._message_group_uuid}/{self._deletion}"
        _require_success(await connection.request("DELETE", path))
        self.deleted.append((self._message_group_uuid, self._deletion))
        self._deletion = None


def _require_success(answer: Response) -> None:
    if answer.status == 503:
        raise Unavailable(answer)
    assert answer.status == 200, answer


class _Changed(msgspec.Struct):
    change_seq: int


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
