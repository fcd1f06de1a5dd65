"""Each test on every engine, over a proxy that can fail."""

from collections.abc import AsyncIterator

import pytest
from tests import engines
from tests.dynamodb.faulty import Proxy

from cruddur.engines.dynamodb.table import DynamoTable


@pytest.fixture(params=engines.NAMES)
def url(request: pytest.FixtureRequest) -> str:
    return engines.shared(request.param).url


@pytest.fixture
async def direct(url: str) -> AsyncIterator[DynamoTable]:
    """A table of the test's own, without the proxy."""
    async with engines.fresh_table(url) as table:
        yield table


@pytest.fixture
async def proxy(url: str) -> AsyncIterator[Proxy]:
    async with Proxy(url).running() as proxy:
        yield proxy


@pytest.fixture
async def table(direct: DynamoTable, proxy: Proxy) -> AsyncIterator[DynamoTable]:
    """The same table behind the proxy."""
    table = await DynamoTable.open(
        direct.name, region=engines.REGION, endpoint_url=proxy.url, deadline=10
    )
    yield table
    await table.close()


@pytest.fixture
async def hurried(direct: DynamoTable, proxy: Proxy) -> AsyncIterator[DynamoTable]:
    """The table behind the proxy, with a short deadline for calls that will fail anyway."""
    table = await DynamoTable.open(
        direct.name, region=engines.REGION, endpoint_url=proxy.url, deadline=0.3
    )
    yield table
    await table.close()


@pytest.fixture
async def in_bulk(direct: DynamoTable, proxy: Proxy) -> AsyncIterator[DynamoTable]:
    """With little time too, but it waits for units."""
    table = await DynamoTable.open(
        direct.name, region=engines.REGION, endpoint_url=proxy.url, deadline=1, bulk=True
    )
    yield table
    await table.close()
