"""`cruddur export`: all of a person's conversations, in a form that outlives this program."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec
import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.counting import counting
from cruddur.cli.running import TABLE_FLAGS, fail, run, setting_flags
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.export_messages import export_messages, exported_rows
from cruddur.messaging.service import Messaging
from cruddur.model import InboxRow, Message
from cruddur.shapes import message_shape


@click.command()
@click.argument("user")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file.")
@setting_flags(*TABLE_FLAGS)
def export(user: str, output: Path | None, **given: str | None) -> None:
    """Write all conversations of USER (a handle) as JSON lines, a message a line.

    A file that is there is replaced once all is written, and otherwise left as it is.
    """

    async def work(application: Application) -> int:
        person = await find_user_by_handle(application.identity, user)
        rows = await exported_rows(application.messaging, person.user_uuid)
        if output is None:
            return await _export(application.messaging, rows, sys.stdout.buffer)
        with _replacing(output) as file:
            return await _export(application.messaging, rows, file)

    count = run(given, work)
    click.echo(f"{count} messages", err=True)


async def _export(messaging: Messaging, rows: Sequence[InboxRow], file: BinaryIO) -> int:
    count, total = 0, sum(row.last_seq for row in rows)
    with counting() as step:
        async for row, message in export_messages(messaging, rows):
            file.write(_line(row, message))
            # About: more may come meanwhile, and who joined late gets less.
            step("messages", 1, total, about=True)
            count += 1
    return count


@contextmanager
def _replacing(output: Path) -> Iterator[BinaryIO]:
    """Takes the place of the file only when whole: it may be yesterday's, and the only one."""
    try:
        if output.exists() and not output.is_file():  # a pipe or a device holds nothing to keep
            with output.open("wb") as file:
                yield file
        else:
            with _beside(output.resolve()) as file:
                yield file
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}")


@contextmanager
def _beside(output: Path) -> Iterator[BinaryIO]:
    draft = output.with_name(f"{output.name}.part")
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)


def _line(row: InboxRow, message: Message) -> bytes:
    conversation = {"kind": row.kind, "title": row.title, "with": row.user_handle}
    shape = msgspec.to_builtins(message_shape(message))
    return msgspec.json.encode({**shape, "conversation": conversation}) + b"\n"
