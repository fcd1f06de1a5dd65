"""Each test of the cache on each engine: in memory, on a real server, and on a small Momento."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.cache.stores import opened_store
from tests.stage import Stream

from cruddur.cache.store import Store
from cruddur.table.schema import is_projected
from cruddur.table.sqlite import SqliteTable

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
    table = await SqliteTable.open(tmp_path, records=is_projected)
    yield table
    await table.close()


@pytest.fixture
def stream(table: SqliteTable) -> Stream:
    return Stream(table)
