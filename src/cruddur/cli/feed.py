"""`cruddur feed`: print the table's changes, as a consumer of the change feed with a name."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Thread

import msgspec
import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.operator_acts import note_act
from cruddur.cli.runtime import TABLE_FLAGS, fail, run, setting_flags
from cruddur.domain.erasure import Erasure
from cruddur.domain.errors import TableUnavailable
from cruddur.domain.model import timestamp
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.people.continue_erasures import list_erased
from cruddur.ports.change_feed import (
    OURS,
    PROJECTOR,
    Change,
    ChangeFeed,
    Consumer,
    ConsumerState,
    Start,
)
from cruddur.schema.erased_views import without_erased
from cruddur.schema.kinds import KINDS, kind_of_key

BATCH = 500
"""The most lines between two acknowledgements. After a kill, so many may come again."""

_OUTAGE_SECONDS = 1.0
_SETTLE_SECONDS = 1.0
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_NEVER = frozenset({"feed", "webhook-delivery"})
"""Items about the feed itself: printing them would make further ones."""

_SECRET = frozenset(
    {
        "login",
        "session",
        "reset",
        "passkey",
        "second-factor",
        "host-key",
        "webhook",
        "block",
        "report",
        "audit",
        "push-device",
        "email",
        "email-address",
        "mail",
        "digest",
    }
)
"""Kinds that nobody gets who does not name them: items of these hold hashes of passwords and tokens, or
e-mail addresses, or the keys by which people sign in or browsers are pushed to, or say who has blocked
whom."""

_encode = msgspec.json.Encoder(decimal_format="number").encode
_log = Log()


@click.command()
@click.option("--name", help="Follow the changes under this name, from where it stopped.")
@click.option("--kinds", help="Only items of these kinds, with commas between: message,group.")
@click.option("--from", "start", type=click.Choice(["start", "now"]), default="start",
              show_default=True, help="Where a new name begins.")  # fmt: skip
@click.option("--list", "lists", is_flag=True, help="Print the consumers, and how far each is.")
@click.option(
    "--remove", metavar="NAME", help="Forget a consumer. Nothing is kept for it any more."
)
@setting_flags(*TABLE_FLAGS)
def feed(
    name: str | None,
    kinds: str | None,
    start: Start,
    lists: bool,
    remove: str | None,
    **given: str | None,
) -> None:
    """Print each change of the table as a line of JSON, until Ctrl-C.

    A line is acknowledged after it was written, so that after a kill the last lines may come again and
    none is missing.
    """
    if sum((name is not None, lists, remove is not None)) != 1:
        raise click.UsageError("give one of --name, --list and --remove")
    if lists:
        run(given, _list)
    elif remove is not None:
        _remove(_checked_name(remove), given)
    else:
        consumer = Consumer(_checked_name(name or ""), _checked_kinds(kinds))
        run(given, lambda application: _follow(application, consumer, start))


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise click.UsageError(
            "a name has 1 to 63 letters a to z, digits, dots, dashes and underscores, and begins with "
            "a letter or digit"
        )
    if name == PROJECTOR:
        raise click.UsageError(f"{PROJECTOR} is the name of the service's own consumer")
    if name.startswith(OURS):
        raise click.UsageError(f"names that begin with {OURS} are of the service's own consumers")
    return name


def _checked_kinds(text: str | None) -> frozenset[str]:
    allowed = frozenset(KINDS) - _NEVER
    if text is None:
        return allowed - _SECRET
    kinds = frozenset(kind.strip() for kind in text.split(","))
    if unknown := sorted(kinds - allowed):
        raise click.UsageError(
            f"there is no kind {unknown[0]!r}: the kinds are {', '.join(sorted(allowed))}"
        )
    return kinds


async def _list(application: Application) -> None:
    states = await application.feeds.states()
    for state in states:
        click.echo(_line_of(state))
    if not states:
        click.echo("no consumer is registered")


def _line_of(state: ConsumerState) -> str:
    behind = f"{state.behind_records:,} changes and {state.behind_seconds:,.0f} s behind"
    dropped = f", {state.dropped:,} dropped" if state.dropped else ""
    kinds = "every kind" if state.kinds is None else ",".join(sorted(state.kinds))
    return f"{state.name}: at {state.place}, {behind}{dropped}; {kinds}"


def _remove(name: str, given: dict[str, str | None]) -> None:
    if not run(given, lambda application: application.feeds.remove(name)):
        fail(f"there is no consumer {name}")
    click.echo(f"Removed {name}.")


async def _follow(application: Application, consumer: Consumer, start: Start) -> None:
    await note_act(application, "feed_followed", None, consumer=consumer.name)
    feed = await application.feeds.open(consumer, start)
    printer = _Printer(feed, application.messaging)
    printing = asyncio.create_task(printer.print())
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, printing.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await printing
    except BrokenPipeError:
        sys.exit(1)  # the reader of our lines has ended, and knows
    finally:
        with suppress(TableUnavailable, OSError):  # some lines come again
            await printer.finish_writing()
            await feed.close()


class _Printer:
    """Prints the changes of a feed, and acknowledges those that were written.

    A change from before somebody was erased is printed without what it had of them.
    """

    def __init__(self, feed: ChangeFeed, messaging: MessagingContext) -> None:
        self._feed = feed
        self._messaging = messaging
        self._changes: Sequence[Change] = ()
        self._writing: asyncio.Future[None] | None = None

    async def print(self) -> None:
        """Runs until it is cancelled. Raises OSError where the lines cannot be written."""
        while True:
            try:
                if self._writing is None:
                    if not self._changes:
                        self._changes = await self._feed.read(BATCH)
                    erased = await list_erased(self._messaging) if self._changes else {}
                    lines = (line_of(_without_erased(one, erased)) for one in self._changes)
                    self._writing = _write(b"".join(lines))
                await asyncio.shield(self._writing)
                await self._acknowledge()
            except TableUnavailable as error:
                _log.warning("waits for the table", error=str(error))
                await asyncio.sleep(_OUTAGE_SECONDS)

    async def finish_writing(self) -> None:
        """Acknowledges the lines that were being written, if somebody takes them now."""
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=_SETTLE_SECONDS)
            if self._writing.done() and self._writing.exception() is None:
                await self._acknowledge()

    async def _acknowledge(self) -> None:
        await self._feed.acknowledge(self._changes)
        self._changes, self._writing = (), None


def _without_erased(change: Change, erased: Mapping[str, Erasure]) -> Change:
    new, old = (without_erased(item, erased) for item in (change.new, change.old))
    return replace(change, new=new, old=old)


def line_of(change: Change) -> bytes:
    """Returns a change as a line of JSON: `docs/feed.md` describes it."""
    return (
        _encode({
            "change": change.kind,
            "kind": kind_of_key(change.key),
            "pk": change.key.pk,
            "sk": change.key.sk,
            "new": change.new,
            "old": change.old,
            "at": timestamp(change.at) if change.at else None,
            "place": change.sequence,
        })
        + b"\n"
    )  # fmt: skip


def _write(lines: bytes) -> asyncio.Future[None]:
    """Writes to standard output. The future is done when all is written, or has an OSError.

    It writes in a thread of its own: the program that reads the lines may stop for hours, and
    Ctrl-C must end the command even then, so that the thread must not be waited for.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def finish(error: OSError | None) -> None:
        if done.cancelled():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def write() -> None:
        error, left = None, memoryview(lines)
        try:
            while left:
                left = left[os.write(sys.stdout.fileno(), left) :]
        except OSError as problem:
            error = problem
        with suppress(RuntimeError):  # the command has ended meanwhile
            loop.call_soon_threadsafe(finish, error)

    Thread(target=write, daemon=True).start()
    return done
