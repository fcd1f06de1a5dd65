"""Builds the table and its change feed from the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from cruddur.bootstrap.folders import data_folder
from cruddur.bootstrap.layouts import refuse_other_layouts, schema_load_flags
from cruddur.config import Settings, WrongSetting
from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Key
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.dynamodb.failures import NotDynamoDB, TableMissing
from cruddur.engines.dynamodb.plain_http import is_plain_http
from cruddur.engines.sqlite import (
    ReadOnlySqliteTable,
    SqliteChangeFeed,
    SqliteChangeFeeds,
    SqliteTable,
)
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.insert_with_rows import change_with_rows, insert_with_rows
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER
from cruddur.ports.cache import Cache
from cruddur.ports.change_feed import ChangeFeed, ChangeFeeds
from cruddur.ports.table import Table
from cruddur.schema.table import FILE_NAME


def is_local(settings: Settings) -> bool:
    """Whether the table is not on AWS: an SQLite file, or an engine called without TLS."""
    return settings.table == "sqlite" or is_plain_http(settings.endpoint_url)


async def require_table(table: Table, settings: Settings) -> bool:
    """Whether the table answers. Raises WrongSetting if it does not exist or is not DynamoDB.

    A table that is down is no error, since it may come back.
    """
    try:
        await table.get(Key("-", "-"))
    except TableMissing:
        flags = schema_load_flags(settings)
        raise WrongSetting(
            f"there is no table {settings.table_name}; make it with `cruddur ddb schema-load {flags}`"
        ) from None
    except NotDynamoDB as error:
        raise WrongSetting(str(error)) from None
    except TableUnavailable:
        return False
    return True


@asynccontextmanager
async def open_table(
    settings: Settings, *, new: bool = False, reads_only: bool = False, any_layout: bool = False
) -> AsyncIterator[Table]:
    """Opens the table alone, for commands that read or move items. Raises WrongSetting.

    An SQLite file is created only if `new`. With `reads_only` the file and its folder are not changed.
    `any_layout` also accepts a table in the tutorial's layout.
    """
    if settings.table == "sqlite" and not new and not (settings.data / FILE_NAME).is_file():
        raise WrongSetting(f"there is no {FILE_NAME} in {settings.data}")
    table = (await open_engine(settings, bulk=True, reads_only=reads_only)).table
    try:
        if await require_table(table, settings) and not any_layout:
            await refuse_other_layouts(table, settings)
        yield table
    finally:
        await table.close()


async def require_our_layout(settings: Settings) -> None:
    """Checks the layout before the table is written to or served. Raises WrongSetting."""
    if settings.table == "sqlite" and not (settings.data / FILE_NAME).is_file():
        return
    async with open_table(settings, reads_only=True):
        pass


class Engine(NamedTuple):
    """An open table, the projector's change feed, and all consumers of the feed."""

    table: Table
    feed: ChangeFeed
    feeds: ChangeFeeds


async def open_engine(settings: Settings, *, bulk: bool, reads_only: bool = False) -> Engine:
    """Opens the table and its change feeds. Raises WrongSetting."""
    if settings.table == "dynamodb":
        from cruddur.bootstrap.dynamodb import dynamodb_feeds, open_dynamodb  # noqa: PLC0415  slow

        dynamo = await open_dynamodb(settings, bulk=bulk)
        return Engine(dynamo, *dynamodb_feeds(dynamo))
    try:
        if reads_only:
            sqlite: SqliteTable = await ReadOnlySqliteTable.open_to_read(settings.data)
        else:
            sqlite = await SqliteTable.open(
                data_folder(settings.data), consumers=[PROJECTOR_CONSUMER]
            )
    except ValueError as error:  # a later version wrote the file
        raise WrongSetting(str(error)) from None
    return Engine(sqlite, SqliteChangeFeed(sqlite), SqliteChangeFeeds(sqlite))


def write_with_rows(messaging: MessagingContext, table: Table) -> None:
    """Stores messages, and changes of them, with their inbox rows in one commit, if the engine can."""
    if type(table) is SqliteTable:
        messaging.insert_with_rows = insert_with_rows(table.insert_with_rows)
        messaging.change_with_rows = change_with_rows(table.transact_with_rows)


def forget_what_others_write(table: Table, cache: Cache) -> None:
    """Makes a cache in memory invalid when another process, such as a command, writes to the file."""
    if type(table) is SqliteTable and isinstance(cache, GenerationCache):
        table.watch_others(cache.store.flush)
