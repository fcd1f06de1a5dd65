"""`cruddur ddb get-conversation` and `list-conversations`: two access patterns with their cost."""

from collections.abc import Sequence
from typing import Any

import rich_click as click
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from cruddur.bootstrap import Application
from cruddur.cli.operator_acts import note_act
from cruddur.cli.target import finish, open_at, place_flags, settings_at
from cruddur.domain.model import InboxRow, Message, canonical_uuid, direct_group_uuid
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.access import find_group, group_not_found
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.ports.table import Query, Range, Table
from cruddur.schema import keys
from cruddur.schema.readable import messages_from
from cruddur.tools.recording_table import Reading, RecordingTable

_PAGE = click.IntRange(1, 100)
_MINUTE_CHARS = len("2026-11-23 07:28")
_NAME_CHARS = 16


@click.command("get-conversation")
@click.argument("who", nargs=-1, required=True, metavar="HANDLE HANDLE | UUID")
@click.option(
    "--limit",
    type=_PAGE,
    default=20,
    show_default=True,
    help="The most to print, the newest first.",
)
@click.option("--before", type=click.IntRange(min=1), help="Print messages before this number.")
@place_flags
def get_conversation(who: tuple[str, ...], limit: int, before: int | None, **given: Any) -> None:
    """Print the messages of two people's conversation, or of the one with this UUID.

    It prints the key conditions that found them, and the units that they consumed (access pattern A).
    """
    if len(who) > 2:  # noqa: PLR2004  a conversation by handles is of two people
        raise click.UsageError("give two handles, or the uuid of a conversation")

    async def read() -> tuple[Sequence[Message], Sequence[Reading]]:
        async with open_at(settings_at(given)) as application:
            uuid = await _group_uuid(application, who)
            group = await find_group(application.messaging, uuid)
            if group is None:
                raise group_not_found()
            await note_act(application, "messages_read", None, message_group_uuid=uuid)
            messaging, recording = _recorded(application)
            if not group.members:
                click.echo("Everybody has left this conversation.", err=True)
                return await _left_behind(recording, uuid, before, limit), recording.readings
            # The member who joined first can see the most messages.
            reader = min(group.members, key=lambda user: group.members[user].first_seq)
            page = await list_messages(messaging, reader, uuid, before=before, limit=limit)
            return page.messages, recording.readings

    messages, readings = finish(read())
    _print_messages(messages)
    _print_readings(readings)


@click.command("list-conversations")
@click.argument("handle")
@click.option(
    "--limit",
    type=_PAGE,
    default=20,
    show_default=True,
    help="The most to print, the newest first.",
)
@place_flags
def list_conversations(handle: str, limit: int, **given: Any) -> None:
    """Print the inbox of HANDLE, newest first.

    It prints the key conditions that found it, and the units that they consumed (access pattern B).
    """

    async def read() -> tuple[Sequence[InboxRow], Sequence[Reading]]:
        async with open_at(settings_at(given)) as application:
            person = await find_user_by_handle(application.identity, handle)
            await note_act(application, "inbox_read", person.user_uuid)
            messaging, recording = _recorded(application)
            page = await list_inbox(messaging, person.user_uuid, limit=limit)
            return page.rows, recording.readings

    rows, readings = finish(read())
    _print_inbox(rows)
    _print_readings(readings)


def _recorded(application: Application) -> tuple[MessagingContext, RecordingTable]:
    """Returns a context without cache and memory, so that the table is read, and its recording table."""
    recording = RecordingTable(application.messaging.table)
    return MessagingContext(
        recording, application.messaging.bus, application.messaging.clock
    ), recording


async def _group_uuid(application: Application, who: Sequence[str]) -> str:
    if len(who) == 1:
        uuid = canonical_uuid(who[0])
        if uuid is None:
            raise click.UsageError(f"{who[0]!r} is not a uuid; or give two handles")
        return uuid
    one, other = [await find_user_by_handle(application.identity, handle) for handle in who]
    return direct_group_uuid(one.user_uuid, other.user_uuid)


async def _left_behind(
    table: Table, uuid: str, before: int | None, limit: int
) -> Sequence[Message]:
    """Returns the messages of a group that all members have left, so that no user can read it."""
    last = keys.LAST_SEQ_SK if before is None else keys.seq_sk(before - 1)
    part = Range(at_least=keys.FIRST_SEQ_SK, at_most=last)
    page = await table.query(Query(keys.messages_pk(uuid), part, descending=True, limit=limit))
    return messages_from(reversed(page.items))


def _print_messages(messages: Sequence[Message]) -> None:
    table = Grid(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("seq", justify="right")
    for heading in ("created_at", "from", "message"):
        table.add_column(heading, no_wrap=heading == "created_at")
    for message in messages:
        text = message.message if message.deleted_at is None else "(deleted)"
        table.add_row(
            str(message.seq), _minute(message.created_at), f"@{message.user_handle}", Text(text)
        )
    _console().print(table)


def _print_inbox(rows: Sequence[InboxRow]) -> None:
    table = Grid(box=None, header_style="bold", padding=(0, 2, 0, 0))
    # The preview is shortened, so that each conversation fits on one line.
    table.expand = True
    table.add_column("last message", no_wrap=True, width=_MINUTE_CHARS)
    table.add_column("with", no_wrap=True, width=_NAME_CHARS)
    table.add_column("unread", no_wrap=True, width=len("unread"), justify="right")
    table.add_column("message", no_wrap=True, ratio=1)
    for row in rows:
        name = row.title if row.kind == "group" else f"@{row.user_handle}"
        table.add_row(
            _minute(row.last_message_at), Text(name or ""), str(row.unread), Text(row.message)
        )
    _console().print(table)


def _print_readings(readings: Sequence[Reading]) -> None:
    console = _console()
    console.print()
    for reading in readings:
        line = Text.assemble((reading.call, "bold"), "  ", reading.key_condition)
        console.print(line, soft_wrap=True)
        items = f"{reading.items} item{'' if reading.items == 1 else 's'}"
        console.print(f"  {reading.how}: {items} for {_units(reading.units.read)}")
    console.print(f"Together {_units(sum(reading.units.read for reading in readings))}")


def _units(units: float) -> str:
    return f"{units:g} read unit{'' if units == 1 else 's'}"


def _minute(time: str) -> str:
    return time[:_MINUTE_CHARS].replace("T", " ")


def _console() -> Console:
    return Console(highlight=False, markup=False)
