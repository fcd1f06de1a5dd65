"""The whole application over a table on disk, and people who are signed in."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec
import pytest
from litestar import Litestar
from tests import engines
from tests.stage import CHEAP_PASSWORDS
from tests.web.applications import make_app
from tests.web.callers import Person, enter, open_client

from cruddur.bootstrap import Application, open_application
from cruddur.config import Settings
from cruddur.entrypoints.projector import projecting
from cruddur.identity.add_host_key import add_host_key
from cruddur.web.http.connections import Bounds
from cruddur.web.http.context import Context
from cruddur.web.http.serve import serve


@pytest.fixture
async def settings(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Settings]:
    """On SQLite, and in modules marked `every_engine` on DynamoDB's API as well."""
    embedded = Settings(data=tmp_path, port=0, rate_limits="off")
    if getattr(request, "param", "sqlite") == "sqlite":
        yield embedded
        return
    url = engines.shared(request.param).url
    async with engines.fresh_table(url) as table:
        yield msgspec.structs.replace(
            embedded, table="dynamodb", table_name=table.name, endpoint_url=url
        )


@pytest.fixture
async def application(settings: Settings) -> AsyncIterator[Application]:
    async with open_application(settings) as application, projecting(application):
        application.identity.password_cost = CHEAP_PASSWORDS
        yield application


@pytest.fixture
async def app(application: Application) -> AsyncIterator[Litestar]:
    app = make_app(
        application.messaging,
        application.identity,
        application.settings,
        feeds=application.feeds,
        outbound=application.outbound,
    )
    yield app
    context: Context = app.state["context"]
    await context.presence.close()


@pytest.fixture
async def shop(app: Litestar, application: Application) -> AsyncIterator[httpx.AsyncClient]:
    """A host's back end, with a key."""
    token = (await add_host_key(application.identity, "shop")).token
    async with open_client(app) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture
async def nobody(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(app) as client:
        yield client


@pytest.fixture
async def andrew(app: Litestar, application: Application) -> AsyncIterator[Person]:
    async with open_client(app) as client:
        yield await enter(application, client, "andrew")


@pytest.fixture
async def bayko(app: Litestar, application: Application) -> AsyncIterator[Person]:
    async with open_client(app) as client:
        yield await enter(application, client, "bayko")


@pytest.fixture
async def mallory(app: Litestar, application: Application) -> AsyncIterator[Person]:
    async with open_client(app) as client:
        yield await enter(application, client, "mallory")


@asynccontextmanager
async def running(
    app: Litestar, settings: Settings, bounds: Bounds | None = None
) -> AsyncIterator[str]:
    """The application on a socket, until SIGTERM. Gives its address."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(app, settings, ready.set_result, bounds=bounds))
    try:
        yield await ready
    finally:
        signal.raise_signal(signal.SIGTERM)
        await serving


@pytest.fixture
async def address(app: Litestar, settings: Settings) -> AsyncIterator[str]:
    """For what must stream."""
    async with running(app, settings) as url:
        yield url
