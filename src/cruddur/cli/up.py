"""`cruddur up`: the whole service in one process, or in several on one port."""

import sys

import rich_click as click
import uvloop

from cruddur.bootstrap import open_application, projecting, require_table
from cruddur.cli.running import announce, fail, setting_flags, spare_the_long_lived
from cruddur.cli.workers import supervise
from cruddur.config import MEANINGS, SECRETS, Settings, WrongSetting, load_settings
from cruddur.demo import make_demo
from cruddur.errors import TableError
from cruddur.json_logs import log_json
from cruddur.web.app import create_app
from cruddur.web.serve import serve


@click.command()
@setting_flags(*(name for name in MEANINGS if name not in SECRETS))
@click.option("--demo", is_flag=True, help="Make two people with a conversation to look at.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, help="Processes that share the port."
)
def up(demo: bool, workers: int, **given: str | None) -> None:
    """Start the service and print its address. Ctrl-C ends it; nothing is lost."""
    log_json(sys.stderr)
    try:
        settings = load_settings(given)
        if workers > 1:
            sys.exit(uvloop.run(supervise(settings, given, workers, demo=demo)))
        uvloop.run(_up(settings, demo=demo))
    except (WrongSetting, TableError) as error:
        fail(str(error))


_SWITCH_SECONDS = 0.001
"""How long the table's writer may wait for the event loop to lend it the interpreter.

Python's own 5 ms, several times a batch, are most of what a send takes under load.
"""


async def _up(settings: Settings, *, demo: bool) -> None:
    sys.setswitchinterval(_SWITCH_SECONDS)
    async with open_application(settings) as application:
        await require_table(application.messaging.table, settings)
        if demo:
            click.echo(await make_demo(application.messaging, application.identity))
        app = create_app(application.messaging, application.identity, settings)
        async with projecting(application, app.state["context"].metrics.projected):
            await serve(app, settings, _ready)


def _ready(url: str) -> None:
    spare_the_long_lived()
    announce(url)
