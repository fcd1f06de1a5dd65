"""/metrics tells what DynamoDB was asked for, and for which question of the application."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from tests import engines
from tests.web.applications import make_app
from tests.web.callers import enter, open_client

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.engines.dynamodb.table import DynamoTable


@pytest.fixture
async def table() -> AsyncIterator[DynamoTable]:
    async with engines.fresh_table(engines.shared("dynoxide").url) as table:
        yield table


async def test_units_are_counted_by_access_pattern(table: DynamoTable, tmp_path: Path) -> None:
    settings = Settings(
        table="dynamodb",
        table_name=table.name,
        endpoint_url=engines.shared("dynoxide").url,
        data=tmp_path,
    )
    async with open_application(settings) as application:
        app = make_app(application.messaging, application.identity, settings)
        async with app.lifespan(), open_client(app) as client, open_client(app) as other:
            andrew = await enter(application, client, "andrew")
            await enter(application, other, "bayko")
            for _ in range(3):
                await andrew.send("Hello", handle="bayko")
            lines = await metrics(client)
    assert 'cruddur_capacity_units_total{kind="write",pattern="start_group"} 10.0' in lines
    assert 'cruddur_capacity_units_total{kind="write",pattern="send_message"} 2.0' in lines


async def metrics(client: httpx.AsyncClient) -> list[str]:
    return (await client.get("/metrics")).text.splitlines()
