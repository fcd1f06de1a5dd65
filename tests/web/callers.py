"""People who call the API."""

import uuid
from dataclasses import dataclass
from typing import Any

import httpx
from litestar import Litestar
from tests.web.described_problems import check_of

from cruddur.bootstrap import Application
from cruddur.domain.model import User
from cruddur.identity.tokens import issue_token, verify_token
from cruddur.ports.table import Delete, Put
from cruddur.schema import items, keys


@dataclass
class Person:
    """Somebody with an account and a bearer token."""

    user: User
    token: str
    http: httpx.AsyncClient

    @property
    def uuid(self) -> str:
        return self.user.user_uuid

    async def send(self, message: str, **to: Any) -> dict[str, Any]:
        """Sends a message and returns what the API says of it."""
        answer = await self.http.post("/api/messages", json={"message": message, **to})
        assert answer.status_code == 200, answer.text
        sent: dict[str, Any] = answer.json()
        return sent

    async def list(self, group: str, **query: Any) -> list[dict[str, Any]]:
        answer = await self.http.get(f"/api/messages/{group}", params=query)
        assert answer.status_code == 200, answer.text
        messages: list[dict[str, Any]] = answer.json()
        return messages


def open_client(app: Litestar) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)  # type: ignore[arg-type]
    hooks = {"response": [check_of(app)]}
    return httpx.AsyncClient(transport=transport, base_url="http://cruddur.test", event_hooks=hooks)


async def enter(application: Application, client: httpx.AsyncClient, handle: str) -> Person:
    """An account without a password: hashing one takes a while, and few tests are about it."""
    user = User(
        user_uuid=str(uuid.uuid4()),
        handle=handle,
        display_name=handle.title(),
        created_at=application.messaging.now(),
    )
    await application.messaging.table.transact([Put(item) for item in items.person_items(user)])
    token = issue_token(application.identity, user.user_uuid)
    client.headers["Authorization"] = f"Bearer {token}"
    return Person(user, token, client)


async def remove(application: Application, person: Person) -> None:
    """Deletes an account as another process would, and ages what this process remembers of it."""
    await application.messaging.table.delete(Delete(keys.user_key(person.uuid)))
    session = await verify_token(application.identity, person.token)
    application.identity.memory.unrevoked.forget(session.token_id)
