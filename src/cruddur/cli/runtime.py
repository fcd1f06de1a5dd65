"""Shared by the commands: settings from flags, and one line instead of a traceback."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import NoReturn, TypeVar

import rich_click as click

from cruddur.bootstrap import Application, open_application, open_table, require_our_layout
from cruddur.config import Settings, WrongSetting, choices, load_settings, variable
from cruddur.domain.errors import ApiError, TableError
from cruddur.schema.table import FILE_NAME
from cruddur.setting_meanings import MEANINGS

TABLE_FLAGS = ("table", "data", "table_name", "endpoint_url", "region")
"""The settings that locate the table."""

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])


def setting_flags(*names: str) -> Callable[[F], F]:
    """Adds a flag for each of these settings.

    Without the flag, the environment or the default counts.
    """

    def decorate(function: F) -> F:
        for name in reversed(names):
            function = click.option(
                f"--{name.replace('_', '-')}",
                name,
                type=click.Choice(choices(name)) if choices(name) else str,
                help=f"{MEANINGS[name][:1].upper()}{MEANINGS[name][1:]}. [{variable(name)}]",
            )(function)
        return function

    return decorate


def run(
    given: Mapping[str, object],
    work: Callable[[Application], Awaitable[T]],
    *,
    new: bool = False,
    reads_only: bool = False,
    is_noted: bool = False,
) -> T:
    """Opens the application of the settings and does the work with it. Errors end the command.

    A file is created only if `new`, and that is said: a mistyped folder must not become an empty table
    whose keys no service knows. What `is_noted` writes into the audit, if there is one in the table,
    also where it only reads.
    """

    async def opened(settings: Settings) -> T:
        only = reads_only and not (is_noted and settings.audit_days)
        async with open_application(settings, bulk=True, reads_only=only) as application:
            return await work(application)

    try:
        settings = load_settings(given)
        is_new = new and _is_without_file(settings)
        if new:
            asyncio.run(require_our_layout(settings))
        else:
            asyncio.run(_require_table(settings, reads_only=reads_only))
        done = asyncio.run(opened(settings))
    except (WrongSetting, ApiError, TableError) as error:
        fail(str(error))
    if is_new:  # no running service knows what was made there
        folder = settings.data.absolute()
        click.echo(f"A new table begins in {folder}. Another one is named by --data.", err=True)
    return done


def _is_without_file(settings: Settings) -> bool:
    return settings.table == "sqlite" and not (settings.data / FILE_NAME).exists()


async def _require_table(settings: Settings, *, reads_only: bool) -> None:
    async with open_table(
        settings, reads_only=reads_only
    ):  # it creates nothing, not even the secret
        pass


def announce(url: str, settings: Settings) -> None:
    """Prints the service's address, and which table, cache and bus it uses."""
    click.echo(f"Cruddur Messages is up: {url}  (Ctrl-C ends it)")
    click.echo(f"Table: {where(settings)}; cache: {settings.cache}; bus: {settings.bus}")


def address_of(settings: Settings) -> str:
    """Returns where people open the service, for links to it."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{settings.port}{settings.base_path}"


def where(settings: Settings) -> str:
    """Returns the place of the table, for people."""
    if settings.table == "sqlite":
        return f"the file in {settings.data.absolute()}"
    return f"{settings.table_name} at {settings.endpoint_url or f'AWS, {settings.region}'}"


def fail(line: str) -> NoReturn:
    """Prints the line to standard error and ends the command with 1."""
    click.echo(f"cruddur: {line}", err=True)
    sys.exit(1)
