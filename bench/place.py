"""An empty table of its own for each side of a measurement, on either engine."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests import engines

from cruddur.config import Settings
from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.schema import create_table
from cruddur.schema.table import Schema

ENGINES = {"sqlite": "SQLite", "dynamodb": "dynoxide"}


@asynccontextmanager
async def empty_table(table: str, folder: Path) -> AsyncIterator[Settings]:
    """For DynamoDB an engine of its own as well: one slows down with the records in its stream."""
    if table == "sqlite":
        yield Settings(data=folder)
        return
    engines.install()
    server = engines.Server(ENGINES[table])
    try:
        admin = await Calls.open(region=engines.REGION, endpoint_url=server.url, deadline=10)
        await create_table(admin, Schema())
        await admin.close()
        yield Settings(data=folder, table="dynamodb", endpoint_url=server.url)
    finally:
        server.stop()


def flags(settings: Settings) -> Sequence[str]:
    """What tells `cruddur` where this table is."""
    where = ("--table", settings.table)
    endpoint = settings.endpoint_url
    return where if endpoint is None else (*where, "--endpoint-url", endpoint)
