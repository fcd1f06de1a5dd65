"""A real table on disk, a real bus, and a clock that the tests turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests import engines
from tests.stage import Clock, Stream

from cruddur.bus.memory import MemoryBus
from cruddur.messaging.ports import Table
from cruddur.messaging.service import Messaging
from cruddur.table.dynamodb import DynamoTable
from cruddur.table.schema import is_projected
from cruddur.table.sqlite import SqliteTable


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def table(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[SqliteTable | DynamoTable]:
    """On SQLite, and in modules marked `every_engine` on DynamoDB's API as well."""
    if getattr(request, "param", "sqlite") == "sqlite":
        table = await SqliteTable.open(tmp_path, records=is_projected)
        yield table
        await table.close()
    else:
        async with engines.fresh_table(engines.shared(request.param).url) as dynamo:
            yield dynamo


@pytest.fixture
async def messaging(table: Table, clock: Clock) -> AsyncIterator[Messaging]:
    bus = MemoryBus()
    yield Messaging(table=table, bus=bus, clock=clock)
    await bus.close()


@pytest.fixture
def stream(table: SqliteTable | DynamoTable) -> Stream:
    return Stream(table)
