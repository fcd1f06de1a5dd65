"""The whole service over DynamoDB's API, with an engine that can be killed and a proxy that fails."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests import engines
from tests.dynamodb.faulty import Proxy
from tests.faults.projecting import Projecting
from tests.faults.service import Service

from cruddur.config import Settings
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.identity.context import IdentityContext
from cruddur.messaging.context import MessagingContext
from cruddur.web.app import create_app, make_context

DEADLINE = 0.5
"""Of each call. Short, so that a test of an outage is short as well."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[engines.Server]:
    engines.shared("dynoxide")  # skips where it is missing
    server = engines.Server("dynoxide", file=tmp_path / "table.db")
    yield server
    server.stop()


@pytest.fixture
async def killable(server: engines.Server) -> AsyncIterator[Service]:
    async with engines.fresh_table(server.url) as table, serving(table, server.url) as service:
        yield service


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    async with Proxy(engines.shared("dynoxide").url).running() as proxy:
        yield proxy


@pytest.fixture
async def proxied(proxy: Proxy) -> AsyncIterator[Service]:
    async with (
        engines.fresh_table(engines.shared("dynoxide").url) as table,
        serving(table, proxy.url) as service,
    ):
        yield service


@pytest.fixture
async def projector(proxied: Service, proxy: Proxy) -> AsyncIterator[Projecting]:
    """At work behind the proxy, beside the service."""
    table = await DynamoTable.open(
        proxied.direct.name, region=engines.REGION, endpoint_url=proxy.url, deadline=DEADLINE
    )
    async with Projecting.over(table) as projecting:
        yield projecting
    await table.close()


@asynccontextmanager
async def serving(direct: DynamoTable, url: str) -> AsyncIterator[Service]:
    table = await DynamoTable.open(
        direct.name, region=engines.REGION, endpoint_url=url, deadline=DEADLINE
    )
    messaging = MessagingContext(table=table, bus=MemoryBus())
    app = create_app(
        make_context(messaging, IdentityContext(table, b"x" * 32), Settings(rate_limits="off"))
    )
    async with Service.open(app, direct) as service:
        yield service
    await app.state["context"].presence.close()
    await table.close()
