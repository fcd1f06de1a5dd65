"""What works in bulk goes as slowly as the table's units allow, and does not give up."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests import engines
from tests.cli.conftest import Run
from tests.cli.tutorial_tables import contents, empty_table, fill, problems, quiet
from tests.dynamodb.faulty import Proxy, throttled_first

from cruddur.bootstrap import open_table
from cruddur.cli.target import open_at
from cruddur.config import Settings
from cruddur.domain.item import Item
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.tools.migration.copy_table import copy_table
from cruddur.tools.samples.seeding import seed_messages, seed_people

TIMES = 16  # with the pauses between them twice as long as a call of the service may take
ITEMS: list[Item] = [{"pk": "MSG#1", "sk": f"{n:012}"} for n in range(5)]


@pytest.fixture
async def table() -> AsyncIterator[DynamoTable]:
    async with engines.fresh_table(engines.shared("dynoxide").url) as table:
        yield table


@pytest.fixture
async def proxy(table: DynamoTable) -> AsyncIterator[Proxy]:
    async with Proxy(engines.shared("dynoxide").url).running() as proxy:
        yield proxy


@pytest.fixture
def settings(table: DynamoTable, proxy: Proxy) -> Settings:
    return Settings(table="dynamodb", table_name=table.name, endpoint_url=proxy.url)


async def test_a_copy(settings: Settings, table: DynamoTable, proxy: Proxy) -> None:
    await fill(table, ITEMS[:2])
    proxy.always = throttled_first(proxy, "Scan", TIMES)
    async with empty_table() as source, open_table(settings) as target:
        await fill(source, ITEMS)
        copied = await copy_table(source, target, quiet)
        assert copied.is_whole
    assert await contents(table) == ITEMS
    assert proxy.calls.count("Scan") > TIMES


async def test_what_is_verified(cruddur: Run, table: DynamoTable, proxy: Proxy) -> None:
    proxy.always = throttled_first(proxy, "Scan", TIMES)
    words = ("verify", "--table", "dynamodb", "--table-name", table.name)
    result = await asyncio.to_thread(cruddur, *words, CRUDDUR_ENDPOINT_URL=proxy.url)
    assert result.stdout.endswith("\n0 differences\n")
    assert proxy.calls.count("Scan") > TIMES


async def test_a_seed(settings: Settings, table: DynamoTable, proxy: Proxy) -> None:
    proxy.always = throttled_first(proxy, "TransactWriteItems", 2 * TIMES)  # two people at once
    async with open_at(settings) as application:
        messaging, identity = application.messaging, application.identity
        people = await seed_people(messaging, identity, 2, None, lambda _: None)
        await seed_messages(messaging, people, 3, lambda _: None)
    assert await problems(table) == []
    assert proxy.calls.count("TransactWriteItems") > 2 * TIMES
