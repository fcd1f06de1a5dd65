"""`cruddur verify` and `cruddur rebuild`: every inbox row against the messages."""

import sys
from collections.abc import AsyncIterator, Callable

import rich_click as click
from rich.console import Console
from rich.progress import Progress

from cruddur.bootstrap import Application
from cruddur.cli.counting import COLUMNS, Counting
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
    found = _walk(given, verify_inboxes, "verified")
    click.echo(f"{len(found)} differences")
    sys.exit(1 if found else 0)


@click.command()
@setting_flags(*TABLE_FLAGS)
def rebuild(**given: str | None) -> None:
    """Compute all inbox rows from the messages and write those that differ.

    Safe beside a running service, and safe to repeat. Prints each difference, and ends with 1 if
    there is one that rows cannot mend, such as a message that is missing.
    """
    found = _walk(given, rebuild_inboxes, "rebuilt")
    left = sum(1 for difference in found if not difference.is_mended)
    click.echo(f"{len(found) - left} differences mended")
    if left:
        click.echo(f"{left} cannot be mended: the messages themselves differ")
    sys.exit(1 if left else 0)


def _walk(given: dict[str, str | None], walk: _Walk, done: str) -> list[Difference]:
    async def work(application: Application) -> list[Difference]:
        messaging, found = application.messaging, []
        total = await messaging.table.count()
        # On standard error, so that what is printed can be piped on without it.
        console = Console(stderr=True, soft_wrap=True)
        with Progress(*COLUMNS, console=console, transient=True) as progress:
            step = Counting(progress)
            looked_at = lambda: step(done, 1, total, about=True)  # noqa: E731  a callback of one line
            async for difference in walk(messaging, looked_at):
                progress.console.print(_line(difference), markup=False)
                found.append(difference)
        return found

    return run(given, work)


def _line(difference: Difference) -> str:
    mended = " (mended)" if difference.is_mended else ""
    return f"{difference.where}: {difference.what}{mended}"
