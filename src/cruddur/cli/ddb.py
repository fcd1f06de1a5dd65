"""`cruddur ddb`: create, fill, read and delete a DynamoDB table."""

from collections.abc import Mapping, Sequence
from typing import Any

import rich_click as click
from rich.console import Console
from rich.table import Table

from cruddur.bootstrap import is_local
from cruddur.bootstrap.dynamodb import DynamoTables, open_dynamodb_tables
from cruddur.bootstrap.layouts import other_keys, refuse_items_of_others
from cruddur.cli.ddb_conversations import get_conversation, list_conversations
from cruddur.cli.ddb_scan import scan
from cruddur.cli.ddb_seed import seed
from cruddur.cli.runtime import fail
from cruddur.cli.target import ask_before_aws, finish, place_flags, settings_at, where
from cruddur.config import Settings

_DEFAULT_UNITS = 5
_TO_INTERRUPT = "Ctrl-C ends only the waiting; the same command goes on with it."


@click.group()
def ddb() -> None:
    """A DynamoDB table: make it, fill it, look into it, drop it.

    All work at a local engine, http://127.0.0.1:8000 unless `CRUDDUR_ENDPOINT_URL` or
    `--endpoint-url` says another, or on AWS with `--prod`.
    """


@ddb.command("schema-load")
@click.option(
    "--billing",
    type=click.Choice(["provisioned", "on-demand"]),
    default="provisioned",
    show_default=True,
    help="Pay for units held ready, or for units used.",
)
@click.option(
    "--read-units", type=click.IntRange(min=1), help="Provisioned reads a second. [default: 5]"
)
@click.option(
    "--write-units", type=click.IntRange(min=1), help="Provisioned writes a second. [default: 5]"
)
@click.option("--yes", is_flag=True, help="Do not ask before making a table on AWS.")
@place_flags
def schema_load(
    billing: str, read_units: int | None, write_units: int | None, yes: bool, **given: Any
) -> None:
    """Make the table with its index, stream and time to live.

    A table that is there already gets what it lacks: the index, the stream, the time to live. It can
    stay in use meanwhile. Nothing that is there is changed; what differs is shown. It is safe to repeat.
    """
    if billing == "on-demand" and (read_units or write_units):
        raise click.UsageError("--billing on-demand takes no --read-units or --write-units")
    provisioned = (read_units or _DEFAULT_UNITS, write_units or _DEFAULT_UNITS)
    finish(_load(settings_at(given), provisioned if billing == "provisioned" else None, yes=yes))


async def _load(settings: Settings, billing: tuple[int, int] | None, *, yes: bool) -> None:
    name = settings.table_name
    async with open_dynamodb_tables(settings) as tables:
        found = await tables.shape(name)
        if found is None:
            ask_before_aws(settings, "Make the table", yes=yes)
            await tables.create(name, billing)
            click.echo(f"Made {where(settings)}")
            return _show(await tables.shape(name) or {})
        await _refuse_others(tables, found, settings)
        click.echo(f"{where(settings)} is there already")
        await _complete(tables, found, settings, yes=yes)
        found = await tables.shape(name) or found
        _show(found)
        _show_differences(tables.differences(found, name, billing))
    return None


async def _refuse_others(
    tables: DynamoTables, found: Mapping[str, str], settings: Settings
) -> None:
    name = settings.table_name
    sampled = await tables.sample(name)
    refuse_items_of_others(sampled, settings)
    lines = tables.differing_keys(found, name)
    if lines and not tables.lacks_index(found, name, sampled):
        raise other_keys(lines, settings)


async def _complete(
    tables: DynamoTables, found: Mapping[str, str], settings: Settings, *, yes: bool
) -> None:
    """Adds the missing parts, one after the other."""
    name = settings.table_name
    for label in tables.missing_parts(found, name):
        ask_before_aws(settings, f"Add the {label} to", yes=yes)
        click.echo(
            f"Adding the {label}, which it lacks. The table can stay in use. {_TO_INTERRUPT}"
        )
        await tables.add_part(name, label)
        click.echo(f"Added the {label}.")
    if not await tables.is_ready(name):
        click.echo(f"It is still being made. {_TO_INTERRUPT}")
        await tables.wait(name)


def _show_differences(differing: Sequence[str]) -> None:
    if not differing:
        click.echo("It is as it should be.")
    for line in differing:
        click.echo(f"differs: {line}")


def _show(shape: Mapping[str, str]) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    for label, trait in shape.items():
        table.add_row(label, trait)
    Console(highlight=False).print(table)


@ddb.command("list-tables")
@place_flags
def list_tables(**given: Any) -> None:
    """List the tables, with their keys and billing."""
    settings = settings_at(given)
    table = Table(box=None, header_style="bold", padding=(0, 3, 0, 0))
    for heading in ("table", "key", "billing"):
        table.add_column(heading, no_wrap=heading == "table")
    for name, shape in finish(_described(settings)).items():
        shown = f"{name} (ours)" if name == settings.table_name else name
        table.add_row(shown, shape["key"], shape["billing"])
    if not table.row_count:
        click.echo(f"No tables at {settings.endpoint_url or f'AWS, {settings.region}'}")
        return
    Console(highlight=False).print(table)


async def _described(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    async with open_dynamodb_tables(settings) as tables:
        found = [(name, await tables.shape(name)) for name in await tables.names()]
    return {name: shape for name, shape in found if shape is not None}


@ddb.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@place_flags
def drop(yes: bool, **given: Any) -> None:
    """Remove the table and all that is in it."""
    finish(_drop(settings_at(given), yes=yes))


async def _drop(settings: Settings, *, yes: bool) -> None:
    async with open_dynamodb_tables(settings) as tables:
        if await tables.shape(settings.table_name) is None:
            fail(f"there is no table {where(settings)}")
        if not yes:
            _ask_to_drop(settings)
        await tables.delete(settings.table_name)
    click.echo(f"Dropped {where(settings)}")


def _ask_to_drop(settings: Settings) -> None:
    click.echo(f"This removes {where(settings)} with all messages in it, for ever.", err=True)
    if is_local(settings):
        click.confirm("Drop it?", abort=True, err=True)
    # Typing a name takes more thought than typing "y".
    elif click.prompt("Type the table's name to drop it", err=True) != settings.table_name:
        fail("that is not its name; nothing was dropped")


for _command in (seed, scan, get_conversation, list_conversations):
    ddb.add_command(_command)
for _placed in ddb.commands.values():
    _placed.allow_extra_args = True  # so that `settings_at` can name the flag that was meant
