"""`cruddur export`: all of a person's conversations, in a form that outlives this program."""

import sys
from pathlib import Path
from typing import BinaryIO

import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from cruddur.bootstrap import Application
from cruddur.cli.running import TABLE_FLAGS, run, setting_flags
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.export_messages import export_messages
from cruddur.model import InboxRow, Message
from cruddur.shapes import message_shape


@click.command()
@click.argument("user")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file.")
@setting_flags(*TABLE_FLAGS)
def export(user: str, output: Path | None, **given: str | None) -> None:
    """Write all conversations of USER (a handle) as JSON lines, a message a line."""

    async def work(application: Application) -> int:
        if output is None:
            return await _export(application, user, sys.stdout.buffer)
        with output.open("wb") as file:
            return await _export(application, user, file)

    count = run(given, work)
    click.echo(f"{count} messages", err=True)


async def _export(application: Application, handle: str, file: BinaryIO) -> int:
    person = await find_user_by_handle(application.identity, handle)
    count = 0
    columns = SpinnerColumn(), TextColumn("{task.completed:.0f} messages")
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("exporting", total=None)
        async for row, message in export_messages(application.messaging, person.user_uuid):
            file.write(_line(row, message))
            progress.advance(task)
            count += 1
    return count


def _line(row: InboxRow, message: Message) -> bytes:
    conversation = {"kind": row.kind, "title": row.title, "with": row.user_handle}
    shape = msgspec.to_builtins(message_shape(message))
    return msgspec.json.encode({**shape, "conversation": conversation}) + b"\n"
