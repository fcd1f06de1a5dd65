"""The engines that must all keep the same promises, by name.

Another engine joins by another entry in ENGINES; a test never asks which one it has.
"""

import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from tests import engines
from tests.folders import temporary_folder

from cruddur.engines.dynamodb.feeds import DynamoChangeFeeds
from cruddur.engines.dynamodb.streams import DynamoChangeFeed
from cruddur.engines.sqlite import SqliteChangeFeed, SqliteChangeFeeds, SqliteTable
from cruddur.ports.change_feed import ChangeFeed, ChangeFeeds
from cruddur.ports.table import Table


class Engine(NamedTuple):
    """An open table that records every change, and consumers of its changes.

    Each call of `new_feed` gives a consumer that begins with all that was not acknowledged when the
    one before was closed, as after a restart.
    """

    table: Table
    new_feed: Callable[[], ChangeFeed]
    feeds: ChangeFeeds


@asynccontextmanager
async def sqlite() -> AsyncIterator[Engine]:
    with temporary_folder() as folder:
        table = await SqliteTable.open(Path(folder))
        yield Engine(table, lambda: SqliteChangeFeed(table), SqliteChangeFeeds(table))
        await table.close()


@asynccontextmanager
async def dynamodb(name: str) -> AsyncIterator[Engine]:
    async with engines.fresh_table(engines.shared(name).url) as table:
        yield Engine(table, lambda: DynamoChangeFeed(table), DynamoChangeFeeds(table))


ENGINES: Mapping[str, Callable[[], AbstractAsyncContextManager[Engine]]] = {
    "sqlite": sqlite,
    **{name: partial(dynamodb, name) for name in engines.NAMES},
}


@pytest.fixture(params=list(ENGINES))
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    async with ENGINES[request.param]() as engine:
        yield engine


@pytest.fixture
def table(engine: Engine) -> Table:
    return engine.table


@pytest.fixture
def new_feed(engine: Engine) -> Callable[[], ChangeFeed]:
    return engine.new_feed


@pytest.fixture
def feed(engine: Engine) -> ChangeFeed:
    return engine.new_feed()


@pytest.fixture
def feeds(engine: Engine) -> ChangeFeeds:
    return engine.feeds


@pytest.fixture
def pk() -> str:
    """A partition of the test's own: an engine may share its table among tests."""
    return f"TEST#{uuid.uuid4()}"
