"""Somebody ends their own account, and nothing of them is readable afterwards."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from tests.stage import CHEAP_PASSWORDS
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application, open_application
from cruddur.config import Settings
from cruddur.entrypoints.projector import projecting
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.create_account import create_account
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.people.continue_erasures import list_erasures
from cruddur.messaging.people.erase_person import REMEMBERED_FOR, erase_person
from cruddur.web.http.erasures import erasures_carried_out

pytestmark = pytest.mark.every_engine

PASSWORD = "correct horse battery"
PATIENCE_SECONDS = 30


@pytest.fixture
async def maya(app: Litestar, application: Application) -> AsyncIterator[Person]:
    """She has a password, and signs in by it."""
    user = await create_account(application.identity, "maya", "Maya Lind", PASSWORD)
    async with open_client(app) as client:
        body = {"handle": "maya", "password": PASSWORD}
        token = (await client.post("/api/sessions", json=body)).json()["token"]
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {token}"
        yield Person(user, token, client)


async def erase(person: Person, password: str = PASSWORD) -> httpx.Response:
    return await person.http.request("DELETE", "/api/me", json={"password": password})


async def test_it_asks_for_the_password(maya: Person) -> None:
    answer = await erase(maya, "not this one")
    assert (answer.status_code, answer.json()["code"]) == (403, "password_wrong")
    assert answer.json()["field"] == "password"
    assert (await maya.http.request("DELETE", "/api/me", json={})).status_code == 422
    assert (await maya.http.get("/api/me")).status_code == 200


async def test_the_account_is_gone_with_the_answer(
    maya: Person, bayko: Person, nobody: httpx.AsyncClient, app: Litestar
) -> None:
    group = (await maya.send("wisteria", handle="bayko"))["message_group_uuid"]
    async with open_client(app) as other_device:
        body = {"handle": "maya", "password": PASSWORD}
        token = (await other_device.post("/api/sessions", json=body)).json()["token"]
        other_device.cookies.clear()
        other_device.headers["Authorization"] = f"Bearer {token}"
        assert (await other_device.get("/api/me")).status_code == 200
        answer = await erase(maya)
        assert answer.status_code == 204
        assert "cruddur_session" in answer.headers["set-cookie"]
        for device in (maya.http, other_device):
            assert (await device.get("/api/me")).status_code == 401
            sent = {"message": "still here", "message_group_uuid": group}
            assert (await device.post("/api/messages", json=sent)).status_code == 401
    assert (await nobody.post("/api/sessions", json=body)).status_code == 401
    new = {"handle": "maya", "display_name": "Another", "password": "another long one"}
    assert (await nobody.post("/api/accounts", json=new)).json()["code"] == "handle_taken"
    assert (await bayko.http.get("/api/users?prefix=ma")).json() == []
    assert (await bayko.http.get("/api/users/@maya/short")).status_code == 404


async def test_the_service_carries_it_out(
    maya: Person, bayko: Person, app: Litestar, application: Application
) -> None:
    group = (await maya.send("wisteria", handle="bayko"))["message_group_uuid"]
    await bayko.send("an answer", message_group_uuid=group)
    async with erasures_carried_out(app):
        await erase(maya)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "wisteria" in await _all_of(bayko, group):  # noqa: ASYNC110  until it is blanked
                await asyncio.sleep(0.01)
            # Its last look is due later, and any process may have it.
            while await _due(application) > REMEMBERED_FOR.total_seconds() + 1:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    text = await _all_of(bayko, group)
    assert "aya" not in text
    assert "Deleted account" in text
    assert "an answer" in text
    assert await _due(application) > 0


async def _due(application: Application) -> float:
    """The seconds until a process may go on with the erasure."""
    (left,) = await list_erasures(application.messaging)
    return left.busy_until - application.messaging.clock().timestamp()


async def _all_of(person: Person, group: str) -> str:
    """What each route says of the conversation."""
    paths = [
        f"/api/messages/{group}",
        f"/api/messages/{group}/changes?after=0",
        f"/api/messages/{group}/quoted?seq=1",
        f"/api/message_groups/{group}",
        "/api/message_groups",
        "/api/message_groups?prefix=may",
        "/api/me/export",
        f"/c/{group}",
    ]
    answers = [await person.http.get(path) for path in paths]
    edits = await person.http.get(f"/api/messages/{group}/1/edits")
    return "".join(answer.text for answer in (*answers, edits))


async def test_a_cache_does_not_bring_it_back(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, cache="memory", rate_limits="off")
    async with open_application(settings) as application, projecting(application):
        application.identity.password_cost = CHEAP_PASSWORDS
        messaging = application.messaging
        maya, noa = [
            await create_account(application.identity, name, name.title(), PASSWORD)
            for name in ("maya", "noa")
        ]
        sent = await start_direct_group(messaging, maya, noa, "wisteria")
        group = (await start_group(messaging, noa, [maya], "Lake")).message_group_uuid
        await send_message(messaging, maya, group, "wisteria")

        async def shown() -> str:
            inbox = await list_inbox(messaging, noa.user_uuid)
            pages = [
                await list_messages(messaging, noa.user_uuid, uuid)
                for uuid in (sent.message_group_uuid, group)
            ]
            groups = [
                await find_inbox_row(messaging, noa.user_uuid, uuid)
                for uuid in (sent.message_group_uuid, group)
            ]
            return f"{inbox} {pages} {groups}"

        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await shown()).count("wisteria") < 4:  # noqa: ASYNC110  two messages, two rows
                await asyncio.sleep(0.01)
        erasure = await begin_erasure(application.identity, maya.user_uuid, "blank")
        await erase_person(messaging, erasure)
        text = await shown()
        assert "wisteria" not in text
        assert "Maya" not in text
        assert "maya" not in text
