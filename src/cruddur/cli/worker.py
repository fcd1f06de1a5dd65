"""`cruddur worker`: run the projector in its own process, for services on DynamoDB."""

import asyncio
import signal
import sys
from contextlib import suppress

import rich_click as click

from cruddur.bootstrap import require_our_layout, require_table
from cruddur.bootstrap.projectors import feed_of, open_projector
from cruddur.cli.runtime import TABLE_FLAGS, fail, setting_flags
from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.domain.errors import TableError
from cruddur.entrypoints.projector import run_projector
from cruddur.logs import log_json


@click.command()
@setting_flags(*TABLE_FLAGS)
def worker(**given: str | None) -> None:
    """Follow the table's stream and keep the inboxes up to date, until SIGTERM or Ctrl-C.

    It is for a stream without a Lambda. A second worker, or one killed at any moment, does no harm.
    """
    log_json(sys.stderr)
    try:
        asyncio.run(_work(load_settings(given)))
    except (WrongSetting, TableError) as error:
        fail(str(error))


async def _work(settings: Settings) -> None:
    await require_our_layout(settings)
    async with open_projector(settings) as projector:
        await require_table(projector.messaging.table, settings)
        task = asyncio.create_task(run_projector(projector.messaging, feed_of(projector)))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            # It may end at any moment, since unacknowledged changes are delivered again.
            loop.add_signal_handler(number, task.cancel)
        click.echo(f"Projecting {settings.table_name}  (Ctrl-C ends it)")
        with suppress(asyncio.CancelledError):
            await task
