"""Each test of the cache on each engine: in memory, on a real server, and on a small Momento."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.cache.stores import opened_store
from tests.stage import Stream

from cruddur.engines.cache.store import Store
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER

ENGINES = ("memory", "valkey", "momento")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def store(engine: str) -> AsyncIterator[Store]:
    async with opened_store(engine, str(uuid.uuid4())) as store:
        yield store


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[SqliteTable]:
    table = await SqliteTable.open(tmp_path, consumers=[PROJECTOR_CONSUMER])
    yield table
    await table.close()


@pytest.fixture
def stream(table: SqliteTable) -> Stream:
    return Stream(table)
