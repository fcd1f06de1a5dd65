"""Services that run as processes, and people who use them over HTTP alone."""

import asyncio
import os
import re
import signal
import sys
import uuid
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from tests.engines import ROOT
from tests.web.callers import Person

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.domain.model import User
from cruddur.identity.open_session import open_session
from cruddur.ports.table import Put
from cruddur.schema import items

_UP = re.compile(rb"is up: (http\S+)")
PASSWORD = "correct horse battery"


@asynccontextmanager
async def entered(url: str, handle: str) -> AsyncIterator[Person]:
    """A new account, signed in. Its token is good at every service over the same table and secret."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        account = {"handle": handle, "display_name": handle.title(), "password": PASSWORD}
        (await client.post("/api/accounts", json=account)).raise_for_status()
        answer = await client.post("/api/sessions", json={"handle": handle, "password": PASSWORD})
    signed_in = answer.json()
    user = User(created_at="", **{"user_uuid": signed_in["user"]["uuid"], **_names(signed_in)})
    async with at(url, user, signed_in["token"]) as person:
        yield person


@asynccontextmanager
async def beside(settings: Settings, url: str) -> AsyncIterator[Person]:
    """A new person, signed in. They are written into the table, so that no password is hashed."""
    handle = f"p{uuid.uuid4().hex[:12]}"
    async with open_application(settings) as application:
        user = User(
            user_uuid=str(uuid.uuid4()),
            handle=handle,
            display_name=handle.title(),
            created_at=application.messaging.now(),
        )
        new = [Put(item) for item in items.person_items(user)]
        await application.messaging.table.transact(new)
        _, token = await open_session(application.identity, user.user_uuid)
    async with at(url, user, token) as person:
        yield person


@asynccontextmanager
async def at(url: str, user: User, token: str) -> AsyncIterator[Person]:
    """Somebody who talks to this service."""
    bearer = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=bearer, timeout=20) as client:
        yield Person(user, token, client)


@asynccontextmanager
async def service(data: Path, settings: Mapping[str, str]) -> AsyncIterator[tuple[Process, str]]:
    """`cruddur up` and its address."""
    code = "from cruddur.cli.main import main; main()"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, "up", "--port", "0", "--data", str(data)),
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "CRUDDUR_RATE_LIMITS": "off",
            **settings,
        },
        stdout=PIPE,
    )
    assert process.stdout is not None
    try:
        found = _UP.search(await process.stdout.readline())
        assert found is not None
        yield process, found[1].decode()
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()


def _names(signed_in: dict[str, dict[str, str]]) -> dict[str, str]:
    user = signed_in["user"]
    return {"handle": user["handle"], "display_name": user["display_name"]}
