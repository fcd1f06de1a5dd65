"""A real table on disk, a real bus, and a clock that the tests turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests import engines
from tests.stage import Clock, Stream

from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER
from cruddur.ports.table import Table
from cruddur.web.sse.encoding import encode_event


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def table(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[SqliteTable | DynamoTable]:
    """On SQLite, and in modules marked `every_engine` on DynamoDB's API as well."""
    if getattr(request, "param", "sqlite") == "sqlite":
        table = await SqliteTable.open(tmp_path, consumers=[PROJECTOR_CONSUMER])
        yield table
        await table.close()
    else:
        async with engines.fresh_table(engines.shared(request.param).url) as dynamo:
            yield dynamo


@pytest.fixture
async def messaging(table: Table, clock: Clock) -> AsyncIterator[MessagingContext]:
    bus = MemoryBus()
    yield MessagingContext(table=table, bus=bus, clock=clock, encode=encode_event)
    await bus.close()


@pytest.fixture
def stream(table: SqliteTable | DynamoTable) -> Stream:
    return Stream(table)
