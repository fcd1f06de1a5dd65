"""What the commands share: settings from flags, and one clear line instead of a traceback."""

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import NoReturn, TypeVar

import rich_click as click

from cruddur.bootstrap import Application, open_application, open_table
from cruddur.config import MEANINGS, Settings, WrongSetting, choices, load_settings, variable
from cruddur.errors import Refusal, TableError

TABLE_FLAGS = ("table", "data", "table_name", "endpoint_url", "region")
"""The settings that say where the table is."""

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])


def setting_flags(*names: str) -> Callable[[F], F]:
    """Each setting as a flag of its own name; the environment and the default stand behind it."""

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
    given: Mapping[str, object], work: Callable[[Application], Awaitable[T]], *, new: bool = False
) -> T:
    """Opens the application that the settings name and does the work in it.

    A file is made only if it may be new: a mistyped folder is not an empty table.
    """

    async def opened(settings: Settings) -> T:
        async with open_application(settings, bulk=True) as application:
            return await work(application)

    try:
        settings = load_settings(given)
        if not new:
            asyncio.run(_require_table(settings))
        return asyncio.run(opened(settings))
    except (WrongSetting, Refusal, TableError) as error:
        fail(str(error))


async def _require_table(settings: Settings) -> None:
    async with open_table(settings):  # which makes nothing, not even the secret
        pass


def spare_the_long_lived() -> None:
    """For a process that is ready to serve.

    A full garbage collection looks at every object, and stops all else while it does: 0.3 s with
    5,000 event streams open. So it passes by what is there from the start, and comes less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 20)


def announce(url: str) -> None:
    click.echo(f"Cruddur Messages is up: {url}  (Ctrl-C ends it)")


def fail(line: str) -> NoReturn:
    """Says why, and ends with 1."""
    click.echo(f"cruddur: {line}", err=True)
    sys.exit(1)
