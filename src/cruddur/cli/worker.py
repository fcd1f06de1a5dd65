"""`cruddur worker`: run the projector or the consumers in a process of their own, on DynamoDB."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress

import rich_click as click

from cruddur.bootstrap import open_application, require_our_layout, require_table
from cruddur.bootstrap.folders import require_secret
from cruddur.bootstrap.projectors import feed_of, open_projector
from cruddur.cli.private_memory import keep_memory_private
from cruddur.cli.runtime import TABLE_FLAGS, fail, setting_flags
from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.domain.errors import TableError
from cruddur.entrypoints.projector import run_projector
from cruddur.entrypoints.run_consumers import run_all_consumers


@click.command()
@click.option(
    "--consumers",
    is_flag=True,
    help="Send pushes and webhooks instead; services with CRUDDUR_CONSUMERS=off leave them to it.",
)
@setting_flags(*TABLE_FLAGS)
def worker(*, consumers: bool, **given: str | None) -> None:
    """Follow the table's stream and keep the inboxes up to date, until SIGTERM or Ctrl-C.

    It is for a stream without a Lambda. A second worker, or one killed at any moment, does no harm.
    With --consumers it needs the secret and the settings of the service.
    """
    keep_memory_private()
    try:
        settings = load_settings(given)
        asyncio.run(_consume(settings) if consumers else _project(settings))
    except (WrongSetting, TableError) as error:
        fail(str(error))


async def _project(settings: Settings) -> None:
    await require_our_layout(settings)
    async with open_projector(settings) as projector:
        await require_table(projector.messaging.table, settings)
        working = run_projector(projector.messaging, feed_of(projector))
        await _until_told(working, f"Projecting {settings.table_name}")


async def _consume(settings: Settings) -> None:
    if settings.table != "dynamodb":
        raise WrongSetting(
            "CRUDDUR_TABLE must be 'dynamodb' here: the consumers of an SQLite file run in `cruddur up`"
        )
    require_secret(settings)
    await require_our_layout(settings)
    async with open_application(settings) as application:
        await require_table(application.messaging.table, settings)
        working = run_all_consumers(application)
        await _until_told(working, f"Sending what {settings.table_name} tells")


async def _until_told(working: Coroutine[None, None, None], what: str) -> None:
    task = asyncio.create_task(working)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # It may end at any moment, since unacknowledged changes are delivered again.
        loop.add_signal_handler(number, task.cancel)
    click.echo(f"{what}  (Ctrl-C ends it)")
    with suppress(asyncio.CancelledError):
        await task
