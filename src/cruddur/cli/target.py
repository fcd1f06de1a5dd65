"""Where a command works: at a local engine unless it is told --prod, and never by accident on AWS."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import msgspec
import rich_click as click

from cruddur.bootstrap import (
    Application,
    is_local,
    open_application,
    open_dynamodb_tables,
    require_table,
)
from cruddur.cli.running import fail, setting_flags
from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.errors import Refusal, TableError

LOCAL_ENDPOINT = "http://127.0.0.1:8000"

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])


def place_flags(function: F) -> F:
    """The flags that `settings_at` reads."""
    prod = click.option("--prod", is_flag=True, help="The table on AWS, not a local one.")
    return setting_flags("table_name", "endpoint_url", "region")(prod(function))


def settings_at(given: dict[str, Any]) -> Settings:
    """The settings of a DynamoDB table, by the flags of `place_flags`."""
    prod = given.pop("prod")
    if prod and given["endpoint_url"]:
        raise click.UsageError("--prod is AWS itself: leave out --endpoint-url")
    try:
        settings = load_settings({**given, "table": "dynamodb"})
    except WrongSetting as error:
        fail(str(error))
    # Not what the environment may say: with --prod nobody means the laptop.
    url = None if prod else settings.endpoint_url or LOCAL_ENDPOINT
    return msgspec.structs.replace(settings, endpoint_url=url)


def where(settings: Settings) -> str:
    """For people."""
    if settings.table == "sqlite":
        return f"the file in {settings.data}"
    return f"{settings.table_name} at {settings.endpoint_url or f'AWS, {settings.region}'}"


def ask_before_aws(settings: Settings, deed: str, *, yes: bool) -> None:
    """Local tables are for trying things out; what lies on AWS may be somebody's."""
    if not is_local(settings) and not yes:
        click.confirm(f"{deed} {where(settings)}?", abort=True, err=True)


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Does it; what goes wrong is one line, not a traceback."""
    try:
        return asyncio.run(work)
    except (WrongSetting, Refusal, TableError) as error:
        fail(str(error))


@asynccontextmanager
async def open_at(settings: Settings) -> AsyncIterator[Application]:
    """The application over a DynamoDB table that is there. Raises TableUnavailable, WrongSetting."""
    await require_engine(settings)
    async with open_application(settings, bulk=True) as application:
        await require_table(application.messaging.table, settings)
        yield application


async def require_engine(settings: Settings) -> None:
    """A local engine that is not there is the usual mishap, and deserves plain words at once."""
    if settings.table == "dynamodb" and is_local(settings):
        async with open_dynamodb_tables(settings):
            pass
