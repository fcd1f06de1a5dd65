"""Chooses the table of a command: on a local engine, and on AWS only with --prod."""

import asyncio
import shlex
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import msgspec
import rich_click as click

from cruddur.bootstrap import (
    Application,
    is_local,
    open_application,
    require_our_layout,
    require_table,
)
from cruddur.cli.runtime import fail, setting_flags, where
from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.domain.errors import ApiError, TableError

LOCAL_ENDPOINT = "http://127.0.0.1:8000"

__all__ = ["ask_before_aws", "finish", "flags_of", "open_at", "place_flags", "settings_at", "where"]

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])


def place_flags(function: F) -> F:
    """Adds the flags that `settings_at` reads."""
    prod = click.option("--prod", is_flag=True, help="The table on AWS, not a local one.")
    return setting_flags("table_name", "endpoint_url", "region")(prod(function))


def settings_at(given: dict[str, Any]) -> Settings:
    """Returns the settings of the DynamoDB table that the flags of `place_flags` name."""
    context = click.get_current_context()
    if context is not None and context.args:
        raise click.UsageError(_meant(context.command_path, context.args[0]))
    prod = given.pop("prod")
    if prod and given["endpoint_url"]:
        raise click.UsageError("--prod is AWS itself: leave out --endpoint-url")
    try:
        settings = load_settings({**given, "table": "dynamodb"})
    except WrongSetting as error:
        fail(str(error))
    # The endpoint of the environment is ignored, since --prod means AWS.
    url = None if prod else settings.endpoint_url or LOCAL_ENDPOINT
    return msgspec.structs.replace(settings, endpoint_url=url)


def _meant(command: str, word: str) -> str:
    """Returns the flag for a word given as an argument, as in the tutorial's scripts."""
    if word.strip("-") in {"prod", "production", "aws"}:
        return f"{word!r} is a flag here: `{command} --prod`"
    flag = "--endpoint-url" if "://" in word else "--table-name"
    return f"{word!r} needs its flag here: `{command} {flag} {word}`"


def flags_of(settings: Settings) -> str:
    """Returns the flags with which other commands find this table."""
    if settings.table == "sqlite":
        return f"--data {shlex.quote(str(settings.data))}"
    flags = f"--table dynamodb --table-name {settings.table_name}"
    if settings.endpoint_url is None:
        return f"{flags} --region {settings.region}"
    return f"{flags} --endpoint-url {settings.endpoint_url}"


def ask_before_aws(settings: Settings, deed: str, *, yes: bool) -> None:
    """Asks for confirmation on AWS, where a table may be in use. Local tables are for trials."""
    if not is_local(settings) and not yes:
        click.confirm(f"{deed} {where(settings)}?", abort=True, err=True)


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Runs the work. An error is printed as one line, without a traceback."""
    try:
        return asyncio.run(work)
    except (WrongSetting, ApiError, TableError) as error:
        fail(str(error))


@asynccontextmanager
async def open_at(settings: Settings) -> AsyncIterator[Application]:
    """Opens the application on an existing DynamoDB table. Raises TableUnavailable, WrongSetting."""
    await require_engine(settings)
    await require_our_layout(settings)
    async with open_application(settings, bulk=True) as application:
        await require_table(application.messaging.table, settings)
        yield application


async def require_engine(settings: Settings) -> None:
    """Ends the command with a clear line if no local engine answers, the most usual mistake."""
    if settings.table == "dynamodb" and is_local(settings):
        from cruddur.bootstrap.dynamodb import open_dynamodb_tables  # noqa: PLC0415  slow

        async with open_dynamodb_tables(settings):
            pass
