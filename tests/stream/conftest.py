"""A real table with a real stream, its raw records, and the real function before them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests import engines
from tests.dynamodb.faulty import Proxy
from tests.stage import Clock, person, records_of
from tests.stream.pump import Record

from cruddur.config import Settings
from cruddur.domain.model import User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.entrypoints.stream_lambda import StreamFunction
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes


class World:
    """A table, people who write in it, and what its stream has recorded."""

    def __init__(self, table: DynamoTable, endpoint_url: str, clock: Clock) -> None:
        self.table = table
        self.clock = clock
        self.messaging = MessagingContext(table=table, bus=MemoryBus(), clock=clock)
        self.settings = settings_of(table, endpoint_url)

    async def records(self) -> list[Record]:
        return await records_of(self.table)

    async def problems(self) -> list[str]:
        """What `cruddur verify` would print."""
        found = [difference async for difference in verify_inboxes(self.messaging)]
        return [f"{difference.where}: {difference.what}" for difference in found]


def settings_of(table: DynamoTable, endpoint_url: str) -> Settings:
    return Settings(
        table="dynamodb",
        table_name=table.name,
        endpoint_url=endpoint_url,
        region=engines.REGION,
    )


@pytest.fixture
def url() -> str:
    return engines.shared("dynoxide").url


@pytest.fixture
async def world(url: str) -> AsyncIterator[World]:
    async with engines.fresh_table(url) as table:
        yield World(table, url, Clock())


@pytest.fixture
async def function(world: World) -> AsyncIterator[StreamFunction]:
    function = StreamFunction(world.settings)
    yield function
    await asyncio.to_thread(function.close)


@pytest.fixture
async def proxy(url: str) -> AsyncIterator[Proxy]:
    async with Proxy(url).running() as proxy:
        yield proxy


@pytest.fixture
def carla() -> User:
    return person("carla")
