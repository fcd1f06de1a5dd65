"""What it costs to open a page, to keep it open, and to connect it again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
from tests.prices.asks_sessions import elsewhere, opened
from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.config import Settings
from cruddur.identity.check_open_stream import check_token
from cruddur.identity.tokens import verify_token
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.ports.metering import Units, measured
from cruddur.web.app import create_app
from cruddur.web.http.sse_connections import LOOK_AGAIN_AFTER
from cruddur.web.sse.resumed import SHORT, Absence

MESSAGES = 20
NO_PAUSES = [0.0] * len(LOOK_AGAIN_AFTER)


@asks("open a page")
async def open_page(stage: Stage, _pattern: str) -> Units:
    """The page, its stream, and what it then asks, of a process that remembers nothing.

    Its messages are as people write them. Other questions have left longer ones, with reactions.
    """
    await _quiet_since(stage, MESSAGES)
    process = beside(stage.messaging)
    last_id = process.now()
    async with _client(stage, process) as client:
        with measured() as units:
            await _get(client, f"/c/{stage.group}")
            await _resume(process, stage.me.user_uuid, last_id)
            await _get(client, f"/api/messages/{stage.group}/changes?within=61")
    return units


@asks("reconnect it")
async def reconnect(stage: Stage, _pattern: str) -> Units:
    """After some minutes, to a process that remembers nothing."""
    last = await _quiet_since(stage)
    process = beside(stage.messaging)
    last_id = process.now()
    changes = await list_changes(stage.messaging, stage.me.user_uuid, stage.group)
    stage.clock.turn(seconds=10 * SHORT / timedelta(seconds=1))
    async with _client(stage, process) as client:
        with measured() as units:
            await _resume(process, stage.me.user_uuid, last_id)
            await _get(client, "/api/message_groups?limit=20")
            await _get(client, f"/api/messages/{stage.group}?after={last}&limit=100")
            await _get(
                client,
                f"/api/messages/{stage.group}/changes?after={changes.last_change_seq}&limit=100",
            )
    return units


@asks("keep a page open an hour")
async def keep_open(stage: Stage, pattern: str) -> Units:
    """One question an hour, where events of other processes arrive: see SessionChecks."""
    session = await verify_token(elsewhere(stage), await opened(stage))
    return await cost_of(pattern, check_token(elsewhere(stage), session))


async def _quiet_since(stage: Stage, messages: int = 1) -> int:
    """Lets two hours pass after so many messages. Returns the number of the last one."""
    for _ in range(messages):
        last = (await stage.send(stage.messaging)).seq
    await stage.project_new(stage.messaging)
    stage.clock.turn(hours=2)
    return last


async def _resume(process: MessagingContext, user_uuid: str, last_id: str) -> None:
    absence = Absence(process, user_uuid, last_id)
    await absence.events((), has_page=True)
    await absence.look_again(NO_PAUSES, lambda *_: None)


@asynccontextmanager
async def _client(stage: Stage, process: MessagingContext) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(data=Path("unused"), rate_limits="off")
    app = create_app(process, elsewhere(stage), settings)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # as Litestar's types say
    headers = {"Authorization": f"Bearer {await opened(stage)}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://cruddur.test", headers=headers
    ) as client:
        yield client


async def _get(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
