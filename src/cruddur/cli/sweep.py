"""`cruddur sweep`: remove messages that are too old to be kept."""

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.progress import counting
from cruddur.cli.runtime import TABLE_FLAGS, run, setting_flags
from cruddur.cli.session_events import announcing
from cruddur.messaging.inbox.sweep_messages import Swept, sweep_messages


@click.command()
@setting_flags(*TABLE_FLAGS, "bus", "valkey_url", "retention_days")
def sweep(**given: str | None) -> None:
    """Remove messages that are older than the service or their group keeps them.

    A running service does so once a day by itself. This command works beside it, and may be stopped and
    run again. With a rule for all conversations it reads the whole table.
    """

    async def work(application: Application) -> Swept:
        messaging = application.messaging
        total = await messaging.table.count() if messaging.retention_days else 0
        async with announcing(application):
            with counting() as step:
                return await sweep_messages(messaging, lambda _: step("read", 1, total, about=True))

    swept = run(given, work)
    click.echo(f"{swept.messages:,} messages of {swept.conversations:,} conversations are removed")
    if swept.failed:
        click.echo(f"{swept.failed:,} conversations failed: run it again", err=True)
