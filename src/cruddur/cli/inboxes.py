"""`cruddur verify` and `cruddur rebuild`: every inbox row against the messages."""

import sys
from collections.abc import AsyncIterator, Callable

import rich_click as click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cruddur.bootstrap import Application
from cruddur.cli.running import TABLE_FLAGS, run, setting_flags
from cruddur.messaging.compare_inboxes import Difference
from cruddur.messaging.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.service import Messaging
from cruddur.messaging.verify_inboxes import verify_inboxes

_Walk = Callable[[Messaging, Callable[[], None]], AsyncIterator[Difference]]


@click.command()
@setting_flags(*TABLE_FLAGS)
def verify(**given: str | None) -> None:
    """Hold every inbox row, and every conversation's numbers, against the messages.

    Prints each difference and ends with 1 if there is any. Safe beside a running service.
    """
    count = _walk(given, verify_inboxes, "verifying")
    click.echo(f"{count} differences")
    sys.exit(1 if count else 0)


@click.command()
@setting_flags(*TABLE_FLAGS)
def rebuild(**given: str | None) -> None:
    """Compute all inbox rows from the messages and write those that differ.

    Safe beside a running service, and safe to repeat.
    """
    count = _walk(given, rebuild_inboxes, "rebuilding")
    click.echo(f"{count} differences mended")


def _walk(given: dict[str, str | None], walk: _Walk, verb: str) -> int:
    async def work(application: Application) -> int:
        count = 0
        with _progress() as progress:
            task = progress.add_task(verb, total=None)
            step = lambda: progress.advance(task)  # noqa: E731  a callback of one line
            async for difference in walk(application.messaging, step):
                progress.console.print(f"{difference.where}: {difference.what}", markup=False)
                count += 1
        return count

    return run(given, work)


def _progress() -> Progress:
    # On standard error, so that what is printed can be piped on without it.
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}: {task.completed:.0f} items"),
        TimeElapsedColumn(),
        console=Console(stderr=True, soft_wrap=True),
        transient=True,
    )
