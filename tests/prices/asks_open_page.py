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
from cruddur.domain.model import direct_group_uuid
from cruddur.identity.check_open_stream import check_token
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import find_user
from cruddur.identity.tokens import verify_session, verify_token
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.signs import find_people_apart
from cruddur.ports.metering import Units, measured
from cruddur.web.app import create_app, make_context
from cruddur.web.http.sse_connections import LOOK_AGAIN_AFTER
from cruddur.web.sse.resumed import SHORT, Absence

MESSAGES = 40
NO_PAUSES = [0.0] * len(LOOK_AGAIN_AFTER)


@asks("open a page")
async def open_page(stage: Stage, _pattern: str) -> Units:
    """A conversation in which nobody has edited or marked anything."""
    friend = stage.people[-1]
    group = direct_group_uuid(stage.me.user_uuid, friend.user_uuid)
    for number in range(MESSAGES):
        stage.clock.turn(seconds=20)
        await send_message(stage.messaging, (stage.me, friend)[number % 2], group, stage.text())
    await stage.project_new(stage.messaging)
    stage.clock.turn(hours=2)
    return await _opening(stage, group)


@asks("open it where something was edited and read")
async def open_after_an_edit(stage: Stage, _pattern: str) -> Units:
    """Whether the other one shares receipts is looked up."""
    seq = await _quiet_since(stage, MESSAGES)
    edited = await edit_message(
        stage.messaging, stage.me.user_uuid, stage.group, seq, "So they say"
    )
    other = stage.other.user_uuid
    await mark_read(stage.messaging, other, stage.group, seq, shares=True)
    return await _opening(stage, stage.group, applied=edited.change_seq)


async def _opening(stage: Stage, group: str, *, applied: int = 0) -> Units:
    """The page, its stream, and what it then asks, of a process that remembers nothing. `applied` is
    the greatest change of the messages that it shows.

    tests/browser/test_what_opening_asks.py holds that it asks no more.
    """
    process, identity = beside(stage.messaging), elsewhere(stage)
    last_id, token = process.now(), await opened(stage)
    async with _client(process, identity, token) as client:
        with measured() as units:
            await _get(client, f"/c/{group}")
            await _open_stream(process, identity, token, last_id)
            asked = f"applied={applied}&receipts=true&within=61"
            await _get(client, f"/api/messages/{group}/changes?{asked}")
    return units


@asks("reconnect it")
async def reconnect(stage: Stage, _pattern: str) -> Units:
    """After some minutes, to a process that remembers nothing."""
    last = await _quiet_since(stage)
    process, identity = beside(stage.messaging), elsewhere(stage)
    last_id, token = process.now(), await opened(stage)
    changes = await list_changes(stage.messaging, stage.me.user_uuid, stage.group)
    stage.clock.turn(seconds=10 * SHORT / timedelta(seconds=1))
    async with _client(process, identity, token) as client:
        with measured() as units:
            await _open_stream(process, identity, token, last_id)
            await _get(client, "/api/message_groups?limit=20")
            await _get(client, "/api/invitations")
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


async def _open_stream(
    process: MessagingContext, identity: IdentityContext, token: str, last_id: str
) -> None:
    """What `GET /api/events` reads, and what it asks to tell who is online."""
    session = await verify_token(identity, token)
    await find_user(identity, session.user_uuid)
    await verify_session(identity, session)
    absence = Absence(process, session.user_uuid, last_id)
    await absence.events((), has_page=True)
    await absence.look_again(NO_PAUSES, lambda *_: None)
    await find_people_apart(process, session.user_uuid)


@asynccontextmanager
async def _client(
    process: MessagingContext, identity: IdentityContext, token: str
) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(data=Path("unused"), rate_limits="off")
    app = create_app(make_context(process, identity, settings))
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # as Litestar's types say
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://cruddur.test", headers=headers
    ) as client:
        yield client


async def _get(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
