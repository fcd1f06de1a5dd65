"""`cruddur verify` and `cruddur rebuild`: compare every inbox row with the messages."""

import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable

import rich_click as click
from rich.console import Console
from rich.progress import Progress

from cruddur.bootstrap import Application
from cruddur.cli.progress import COLUMNS, Counting
from cruddur.cli.runtime import TABLE_FLAGS, run, setting_flags
from cruddur.domain.item import Item
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.difference import Difference
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.schema.kinds import Kind, kind_of

_Walk = Callable[[MessagingContext, Callable[[Item], None]], AsyncIterator[Difference]]


@click.command()
@setting_flags(*TABLE_FLAGS)
def verify(**given: str | None) -> None:
    """Compare every inbox row, and the numbers of every conversation, with the messages.

    It prints each difference and ends with 1 if there is any. It is safe beside a running service, and
    where nobody may write.
    """
    found, kinds = _walk(given, verify_inboxes, "verified", reads_only=True)
    click.echo(
        f"looked at {kinds['user']:,} people, {kinds['group']:,} conversations, "
        f"{kinds['message']:,} messages"
    )
    if not kinds["user"]:
        click.echo("cruddur: there is nobody in this table: is it the right one?", err=True)
    click.echo(f"{len(found)} differences")
    sys.exit(1 if found else 0)


@click.command()
@setting_flags(*TABLE_FLAGS)
def rebuild(**given: str | None) -> None:
    """Compute all inbox rows from the messages and write those that differ.

    Accounts of earlier versions get the words by which a search finds their names.

    It is safe beside a running service, and safe to repeat. It prints each difference and ends with 1 if
    there is one that rows cannot mend, such as a message that is missing.
    """
    found, _ = _walk(given, rebuild_inboxes, "rebuilt")
    left = sum(1 for difference in found if not difference.is_mended)
    click.echo(f"{len(found) - left} differences mended")
    if left:
        click.echo(
            f"{left} cannot be mended: it is no row that differs, or nobody knows whose row it was"
        )
    sys.exit(1 if left else 0)


def _walk(
    given: dict[str, str | None], walk: _Walk, done: str, *, reads_only: bool = False
) -> tuple[list[Difference], Counter[Kind]]:
    """Returns the differences, and the number of items of each kind that were read."""
    found: list[Difference] = []
    kinds: Counter[Kind] = Counter()

    async def work(application: Application) -> None:
        messaging = application.messaging
        total = await messaging.table.count()
        # The summary goes to standard error, so that the output can be piped without it.
        console = Console(stderr=True, soft_wrap=True)
        with Progress(*COLUMNS, console=console, transient=True) as progress:
            step = Counting(progress)

            def looked_at(item: Item) -> None:
                kinds[kind_of(item)] += 1
                step(done, 1, total, about=True)

            async for difference in walk(messaging, looked_at):
                progress.console.print(_line(difference), markup=False)
                found.append(difference)

    run(given, work, reads_only=reads_only)
    return found, kinds


def _line(difference: Difference) -> str:
    mended = " (mended)" if difference.is_mended else ""
    return f"{difference.where}: {difference.what}{mended}"
