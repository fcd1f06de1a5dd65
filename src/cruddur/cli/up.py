"""`cruddur up`: the whole service in one process, or in several on one port."""

import sys

import rich_click as click
import uvloop

from cruddur.bootstrap import open_application, open_to_others, require_our_layout, require_table
from cruddur.bootstrap.backups import serving
from cruddur.cli.collection import freeze_long_lived_objects
from cruddur.cli.misspelt_settings import misspelt_settings
from cruddur.cli.private_memory import keep_memory_private
from cruddur.cli.runtime import announce, fail, setting_flags
from cruddur.cli.web_app import web_app
from cruddur.cli.workers import supervise
from cruddur.config import (
    SECRETS,
    Settings,
    WrongSetting,
    given_variables,
    load_settings,
    refuse_public_demo,
)
from cruddur.domain.errors import TableError
from cruddur.entrypoints.projector import projecting
from cruddur.entrypoints.run_consumers import consuming
from cruddur.logs import Log
from cruddur.setting_meanings import MEANINGS
from cruddur.setting_texts import is_loopback
from cruddur.web.http.serve import serve

_log = Log()


@click.command()
@setting_flags(*(name for name in MEANINGS if name not in SECRETS))
@click.option("--demo", is_flag=True, help="Make three people with conversations to look at.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, help="Processes that share the port."
)
def up(demo: bool, workers: int, **given: str | None) -> None:
    """Start the service and print its address. Ctrl-C ends it; nothing is lost."""
    keep_memory_private()
    try:
        settings = load_settings(given)
        if demo:
            refuse_public_demo(settings)
        for path, command in open_to_others(settings):
            _log.warning("others can read this", path=path, run=command)
        for wrong in misspelt_settings(given_variables()):
            _log.warning("this is no setting", name=wrong.name, did_you_mean=wrong.meant)
        if _lets_strangers_in(settings):
            _log.warning(
                "anybody may sign up here, and write to everybody",
                recommended="CRUDDUR_WHO_MAY_WRITE=request",
            )
        if workers > 1:
            sys.exit(uvloop.run(supervise(settings, given, workers, demo=demo)))
        uvloop.run(_up(settings, demo=demo))
    except (WrongSetting, TableError) as error:
        fail(str(error))


def _lets_strangers_in(settings: Settings) -> bool:
    """Whether anybody from elsewhere may make an account, and write to everybody with it."""
    is_reached = not is_loopback(settings.host) or bool(settings.trusted_proxy)
    return is_reached and (settings.sign_up, settings.who_may_write) == ("open", "everybody")


_SWITCH_SECONDS = 0.001
"""The seconds after which the event loop passes Python's interpreter lock to the table's writer.

Python's default of 5 ms, several times a batch, would be most of a send's time under load.
"""


async def _up(settings: Settings, *, demo: bool) -> None:
    sys.setswitchinterval(_SWITCH_SECONDS)
    with serving(settings):
        await _serve(settings, demo=demo)


async def _serve(settings: Settings, *, demo: bool) -> None:
    await require_our_layout(settings)
    async with open_application(settings, has_demo=demo) as application:
        await require_table(application.messaging.table, settings)
        app = web_app(application, settings)
        if demo:
            from cruddur.tools.samples.demo import make_demo  # noqa: PLC0415  slow

            click.echo(await make_demo(application.messaging, application.identity))
        projected = app.state["context"].metrics.projected
        async with projecting(application, projected), consuming(application):
            await serve(app, settings, lambda url: _ready(url, settings))


def _ready(url: str, settings: Settings) -> None:
    freeze_long_lived_objects()
    announce(url, settings)
