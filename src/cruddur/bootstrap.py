"""From settings to an application: the only place that chooses engines."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cruddur.bus.local import Hub, LocalWire
from cruddur.bus.memory import MemoryBus
from cruddur.bus.relay import RelayBus
from cruddur.cache.circuit import CALL_SECONDS
from cruddur.cache.generations import GenerationCache
from cruddur.cache.memory import MemoryStore
from cruddur.cache.store import Store
from cruddur.cache.watched_table import WatchedTable
from cruddur.config import Settings, WrongSetting, projects_itself, refuse_lone_memory
from cruddur.errors import TableUnavailable
from cruddur.identity.secret import given_secret, load_secret
from cruddur.identity.service import Identity
from cruddur.messaging.cache_port import Cache, NoCache
from cruddur.messaging.ports import Bus, Change, ChangeFeed, Key, Table
from cruddur.messaging.service import Messaging, utc_now
from cruddur.table.dynamodb import DynamoChangeFeed, DynamoTable, endpoints
from cruddur.table.dynamodb.failures import TableMissing
from cruddur.table.dynamodb.records import change_from
from cruddur.table.dynamodb.tables import DynamoTables
from cruddur.table.schema import FILE_NAME, is_projected
from cruddur.table.sqlite import SqliteChangeFeed, SqliteTable
from cruddur.worker import Projected, run_projector

if TYPE_CHECKING:
    from momento import CredentialProvider

    from cruddur.cache.momento import MomentoStore


@dataclass(frozen=True, slots=True)
class Application:
    """Everything that an entry point needs: the use cases' two hands, and the change feed."""

    settings: Settings
    messaging: Messaging
    identity: Identity
    feed: ChangeFeed


@asynccontextmanager
async def open_application(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    hub: socket.socket | None = None,
    bulk: bool = False,
) -> AsyncIterator[Application]:
    """Opens the engines that the settings name, and closes them. Raises WrongSetting.

    A worker process has a socket to the `hub` that carries events between it and the others.
    Work in `bulk` waits for units as long as it takes; whoever else is throttled hears it soon.
    """
    refuse_lone_memory(settings, is_local=is_local(settings))
    bus = _open_bus(settings, hub)
    table, feed = await _open_table(settings, bulk=bulk)
    try:
        secret = _secret(settings)
        async with open_cache(settings) as cache:
            watched = _watched(table, cache)
            messaging = Messaging(table=watched, bus=bus, clock=clock, cache=cache)
            identity = Identity(watched, secret, clock, cache=cache)
            yield Application(settings, messaging, identity, feed)
    finally:
        await bus.close()
        await table.close()


@dataclass(frozen=True, slots=True)
class Projector:
    """What it takes to bring inboxes forward, and no more: the worker's and the Lambda's hands.

    `change_from` reads a record of the stream as Lambda hands it over.
    """

    messaging: Messaging
    feed: ChangeFeed
    change_from: Callable[[Mapping[str, Any]], Change]


@asynccontextmanager
async def open_projector(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[Projector]:
    """Opens DynamoDB alone: no secret, which a Lambda has no file for, and nobody's accounts.

    Raises WrongSetting for another table: that one is projected by the process that serves it.
    """
    if settings.table != "dynamodb":
        raise WrongSetting(
            "CRUDDUR_TABLE must be 'dynamodb' here: an SQLite file is projected by `cruddur up`"
        )
    table = await open_dynamodb(settings)
    bus = MemoryBus()  # nobody listens: events are published where messages are sent
    feed = DynamoChangeFeed(table, wanted=is_projected)
    try:
        async with open_cache(settings) as cache:
            watched = _watched(table, cache)
            messaging = Messaging(table=watched, bus=bus, clock=clock, cache=cache)
            yield Projector(messaging, feed, change_from)
    finally:
        await bus.close()
        await table.close()


def is_local(settings: Settings) -> bool:
    """Whether the table is on this side of AWS: a file, or an engine asked without TLS."""
    return settings.table == "sqlite" or endpoints.is_local(settings.endpoint_url)


def projecting(
    application: Application, projected: Projected = lambda *_: None
) -> AbstractAsyncContextManager[None]:
    """Runs the projector in this process for as long as the context lasts.

    Not on AWS: there the Lambda or `cruddur worker` has the stream. Each of its shards serves two
    readers and no more, so that a projector in every web process would starve them all.
    """
    if projects_itself(application.settings, is_local=is_local(application.settings)):
        return _projecting(application, projected)
    return nullcontext()


@asynccontextmanager
async def _projecting(application: Application, projected: Projected) -> AsyncIterator[None]:
    task = asyncio.create_task(run_projector(application.messaging, application.feed, projected))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def open_cache(settings: Settings) -> AsyncIterator[Cache]:
    """What the settings name. One that is down is no error. Raises WrongSetting."""
    if settings.cache == "off":
        yield NoCache()
        return
    cache = generation_cache(settings)
    try:
        await cache.connect()
        yield cache
    finally:
        await cache.close()


def generation_cache(settings: Settings, *, call_seconds: float = CALL_SECONDS) -> GenerationCache:
    """Raises WrongSetting."""
    return GenerationCache(
        _open_store(settings, call_seconds),
        prefix=f"{settings.table_name}/",
        ttl_seconds=settings.momento_ttl_seconds,
        call_seconds=call_seconds,
    )


def open_momento(settings: Settings, *, call_seconds: float = CALL_SECONDS) -> "MomentoStore":
    """Raises WrongSetting without a key."""
    from cruddur.cache.momento import MomentoStore  # noqa: PLC0415  slow

    return MomentoStore(
        _momento_credentials(settings),
        cache_name=settings.momento_cache_name,
        ttl_seconds=settings.momento_ttl_seconds,
        call_seconds=call_seconds,
    )


def _momento_credentials(settings: Settings) -> "CredentialProvider":
    from cruddur.cache.momento import momento_credentials  # noqa: PLC0415  slow

    try:
        return momento_credentials(
            auth_token=settings.momento_auth_token,
            api_key=settings.momento_api_key,
            endpoint=settings.momento_endpoint,
        )
    except ValueError as error:
        raise WrongSetting(str(error)) from None


def open_hub() -> Hub:
    """For who starts worker processes."""
    return Hub()


def _open_bus(settings: Settings, hub: socket.socket | None) -> Bus:
    """One that is down is no error. Raises WrongSetting."""
    name = f"{settings.table_name}/bus/"
    if settings.bus == "momento":
        from cruddur.bus.momento import MomentoWire  # noqa: PLC0415  slow

        credentials = _momento_credentials(settings)
        wire = MomentoWire(credentials, cache_name=settings.momento_cache_name, topic=name)
        return RelayBus(wire)
    if settings.bus == "valkey":
        from cruddur.bus.valkey import ValkeyWire  # noqa: PLC0415  slow

        try:
            return RelayBus(ValkeyWire(settings.valkey_url, prefix=name))
        except ValueError as error:
            raise WrongSetting(f"CRUDDUR_VALKEY_URL: {error}") from None
    return MemoryBus() if hub is None else RelayBus(LocalWire(hub))


def _watched(table: Table, cache: Cache) -> Table:
    return WatchedTable(table, cache) if cache.is_on else table


def _open_store(settings: Settings, call_seconds: float) -> Store:
    # Their clients are slow to import, which a Lambda pays at each cold start: only the chosen one.
    if settings.cache == "momento":
        return open_momento(settings, call_seconds=call_seconds)
    if settings.cache == "memory":
        return MemoryStore()
    from cruddur.cache.valkey import ValkeyStore  # noqa: PLC0415  slow

    try:
        return ValkeyStore(settings.valkey_url)
    except ValueError as error:
        raise WrongSetting(f"CRUDDUR_VALKEY_URL: {error}") from None


async def require_table(table: Table, settings: Settings) -> None:
    """Raises WrongSetting where there is no such table. One that is down may come back: no error."""
    try:
        await table.get(Key("-", "-"))
    except TableMissing:
        name, url = settings.table_name, settings.endpoint_url
        flags = f"--table-name {name} {f'--endpoint-url {url}' if url else '--prod'}"
        raise WrongSetting(
            f"there is no table {name}; make it with `cruddur ddb schema-load {flags}`"
        ) from None
    except TableUnavailable:
        return


@asynccontextmanager
async def open_table(settings: Settings, *, new: bool = False) -> AsyncIterator[Table]:
    """The table alone, for commands that read or move items. A file is made only if it may be new.

    Raises WrongSetting.
    """
    if settings.table == "sqlite" and not new and not (settings.data / FILE_NAME).is_file():
        raise WrongSetting(f"there is no {FILE_NAME} in {settings.data}")
    table, _ = await _open_table(settings, bulk=True)
    try:
        await require_table(table, settings)
        yield table
    finally:
        await table.close()


def open_dynamodb_tables(settings: Settings) -> AbstractAsyncContextManager[DynamoTables]:
    """For who makes and removes tables. Raises TableUnavailable if no local engine answers."""
    return DynamoTables.open(region=settings.region, endpoint_url=settings.endpoint_url)


async def _open_table(settings: Settings, *, bulk: bool) -> tuple[Table, ChangeFeed]:
    if settings.table == "dynamodb":
        dynamo = await open_dynamodb(settings, bulk=bulk)
        return dynamo, DynamoChangeFeed(dynamo, wanted=is_projected)
    try:
        sqlite = await SqliteTable.open(_folder(settings.data), records=is_projected)
    except ValueError as error:  # the file was made by a later version
        raise WrongSetting(str(error)) from None
    return sqlite, SqliteChangeFeed(sqlite)


async def open_dynamodb(settings: Settings, *, bulk: bool = False) -> DynamoTable:
    """The table by name, whether it is there or not."""
    return await DynamoTable.open(
        settings.table_name, region=settings.region, endpoint_url=settings.endpoint_url, bulk=bulk
    )


def _secret(settings: Settings) -> bytes:
    if settings.secret is not None:
        return given_secret(settings.secret)
    return load_secret(settings.secret_file or _folder(settings.data) / "secret")


def _folder(path: Path) -> Path:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(f"CRUDDUR_DATA cannot be {str(path)!r}: {error.strerror}") from None
    return path
