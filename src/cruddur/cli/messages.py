"""`cruddur export`: write all conversations of a user in a form that other programs can read."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec
import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.operator_acts import note_act
from cruddur.cli.progress import counting
from cruddur.cli.runtime import TABLE_FLAGS, fail, run, setting_flags
from cruddur.domain.item import Item
from cruddur.domain.model import InboxRow, Message
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.export_messages import export_messages, exported_rows
from cruddur.schema.readable import Unreadable, place_of, why
from cruddur.web.api.schemas import message_out


@click.command()
@click.argument("user")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="The file to write."
)
@setting_flags(*TABLE_FLAGS)
def export(user: str, output: Path | None, **given: str | None) -> None:
    """Write all conversations of USER (a handle) as JSON lines, a message a line.

    A file that is there is replaced once all is written, and otherwise left as it is. What cannot be
    read is named, the rest is written, and the command then ends with 1.
    """
    unreadable: list[str] = []

    def note(item: Item, error: Exception) -> None:
        unreadable.append(f"{place_of(item)}: {why(error)}")

    async def work(application: Application) -> int:
        person = await find_user_by_handle(application.identity, user)
        await note_act(application, "messages_exported", person.user_uuid)
        rows = await exported_rows(application.messaging, person.user_uuid, note)
        if output is None:
            return await _export(application.messaging, rows, sys.stdout.buffer, note)
        with _replacing(output) as file:
            return await _export(application.messaging, rows, file, note)

    count = run(given, work, reads_only=True, is_noted=True)
    for line in unreadable:
        click.echo(f"could not be read: {line}", err=True)
    click.echo(f"{count} messages", err=True)
    sys.exit(1 if unreadable else 0)


async def _export(
    messaging: MessagingContext, rows: Sequence[InboxRow], file: BinaryIO, unreadable: Unreadable
) -> int:
    count, total = 0, sum(row.last_seq for row in rows)
    with counting() as step:
        async for row, message in export_messages(messaging, rows, unreadable):
            file.write(_line(row, message))
            # The total is approximate: more messages may arrive, and late members get fewer.
            step("messages", 1, total, about=True)
            count += 1
    return count


@contextmanager
def _replacing(output: Path) -> Iterator[BinaryIO]:
    """Replaces the file only when it is completely written, since the old one may be the only export."""
    try:
        if (
            output.exists() and not output.is_file()
        ):  # a pipe or a device has no content to preserve
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
    fields = msgspec.to_builtins(message_out(message))
    return msgspec.json.encode({**fields, "conversation": conversation}) + b"\n"
