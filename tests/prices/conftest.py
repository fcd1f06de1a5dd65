"""A table on the engine that reports its units as AWS does, and people with something to say."""

from collections.abc import AsyncIterator

import pytest
from tests import engines

from cruddur.engines.dynamodb.table import DynamoTable


@pytest.fixture
async def table() -> AsyncIterator[DynamoTable]:
    # Not DynamoDB Local: version 3.1 reports a single unit for each write of a transaction.
    async with engines.fresh_table(engines.shared("dynoxide").url) as table:
        yield table
