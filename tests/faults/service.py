"""People who use the service as the page does: what is not acknowledged is sent again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
from litestar import Litestar
from tests.stage import person
from tests.web.callers import open_client

from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.streams import DynamoChangeFeed
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.entrypoints.projector import project_surely
from cruddur.identity.tokens import issue_token
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.send_message import uuid7
from cruddur.ports.table import Put
from cruddur.schema import items
from cruddur.schema.kinds import is_message
from cruddur.web.http.context import Context

PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 0.05  # a page waits longer, and with more jitter


class Outbox:
    """One person's. `refused` says that there was a 503; each must tell when to come back."""

    def __init__(self, http: httpx.AsyncClient, handle: str) -> None:
        self.http = http
        self.handle = handle
        self.refused = asyncio.Event()

    async def send(self, text: str, **to: Any) -> dict[str, Any]:
        """Until it is acknowledged, with one uuid from the first try to the last."""
        message = {"message": text, "message_uuid": uuid7(), **to}
        while True:
            answer = await self.try_once(message)
            if answer is not None:
                return answer
            await asyncio.sleep(_PAUSE_SECONDS)

    async def try_once(self, message: dict[str, Any]) -> dict[str, Any] | None:
        answer = await self.http.post("/api/messages", json=message)
        if answer.status_code == 200:
            sent: dict[str, Any] = answer.json()
            return sent
        assert answer.status_code == 503, answer.text
        assert answer.json()["code"] == "unavailable"
        assert int(answer.headers["Retry-After"]) >= 1
        self.refused.set()
        return None

    async def all_of(self, group: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            query = {"after": found[-1]["seq"] if found else 0, "limit": 100}
            answer = await self.http.get(f"/api/messages/{group}", params=query)
            assert answer.status_code == 200, answer.text
            if not (page := answer.json()):
                return found
            found += page


class Service:
    """The application, two people, and the table without anything in between."""

    def __init__(self, direct: DynamoTable, andrew: Outbox, bayko: Outbox) -> None:
        self.direct = direct
        self.andrew = andrew
        self.bayko = bayko

    @classmethod
    @asynccontextmanager
    async def open(cls, app: Litestar, direct: DynamoTable) -> AsyncIterator["Service"]:
        context: Context = app.state["context"]
        async with AsyncExitStack() as stack:
            people = []
            for handle in ("andrew", "bayko"):
                user = person(handle)
                await direct.transact([Put(item) for item in items.person_items(user)])
                client = await stack.enter_async_context(open_client(app))
                token = issue_token(context.identity, user.user_uuid)
                client.headers["Authorization"] = f"Bearer {token}"
                people.append(Outbox(client, handle))
            yield cls(direct, *people)

    async def check(self, group: str, acknowledged: list[dict[str, Any]]) -> None:
        """Each acknowledged message is there once, and the numbers have no gap; so have inboxes."""
        stored = await self.andrew.all_of(group)
        assert [message["seq"] for message in stored] == list(range(1, len(stored) + 1))
        assert sorted(m["uuid"] for m in stored) == sorted(m["uuid"] for m in acknowledged)
        assert {m["uuid"]: m["seq"] for m in stored} == {m["uuid"]: m["seq"] for m in acknowledged}
        messaging = MessagingContext(table=self.direct, bus=MemoryBus())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._project(messaging, len(stored))
        assert [difference async for difference in verify_inboxes(messaging)] == []

    async def _project(self, messaging: MessagingContext, count: int) -> None:
        feed = DynamoChangeFeed(self.direct, PROJECTOR_CONSUMER)
        while count:
            changes = await feed.read(count)
            assert not (await project_surely(messaging, changes)).waiting
            await feed.acknowledge(changes)
            count -= sum(is_message(change.key) for change in changes)
