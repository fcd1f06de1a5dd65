"""`cruddur worker`: the projector in a process of its own, beside services on DynamoDB."""

import asyncio
import signal
import sys
from contextlib import suppress

import rich_click as click

from cruddur.bootstrap import open_projector, require_table
from cruddur.cli.running import TABLE_FLAGS, fail, setting_flags
from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.errors import TableError
from cruddur.json_logs import log_json
from cruddur.worker import run_projector


@click.command()
@setting_flags(*TABLE_FLAGS)
def worker(**given: str | None) -> None:
    """Follow the table's stream and keep the inboxes up to date, until SIGTERM or Ctrl-C.

    Where the stream has no Lambda. A second worker, or one killed at any moment, does no harm.
    """
    log_json(sys.stderr)
    try:
        asyncio.run(_work(load_settings(given)))
    except (WrongSetting, TableError) as error:
        fail(str(error))


async def _work(settings: Settings) -> None:
    async with open_projector(settings) as projector:
        await require_table(projector.messaging.table, settings)
        task = asyncio.create_task(run_projector(projector.messaging, projector.feed))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            # At any moment: what is not acknowledged comes again.
            loop.add_signal_handler(number, task.cancel)
        click.echo(f"Projecting {settings.table_name}  (Ctrl-C ends it)")
        with suppress(asyncio.CancelledError):
            await task
