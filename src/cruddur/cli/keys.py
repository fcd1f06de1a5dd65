"""`cruddur keys`: the keys with which a host product's back end calls the service."""

from collections.abc import Sequence

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.runtime import TABLE_FLAGS, run, setting_flags
from cruddur.cli.session_events import announcing
from cruddur.domain.host_key import SCOPES, HostKey
from cruddur.identity.add_host_key import add_host_key
from cruddur.identity.host_keys import HostKeyMade
from cruddur.identity.list_host_keys import list_host_keys
from cruddur.identity.remove_host_key import remove_host_key
from cruddur.identity.roll_host_key import roll_host_key

_BUS_FLAGS = ("bus", "valkey_url")


@click.group()
def keys() -> None:
    """Keys of host products, whose back ends make people here and sign them in."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(list(SCOPES)),
    help="What the key is for. It may be given several times; without it the key is for everything.",
)
@setting_flags(*TABLE_FLAGS)
def add(name: str, scopes: Sequence[str], **given: str | None) -> None:
    """Make a key for the product NAME, and print it.

    It cannot be printed again: the table holds a digest of it. Works beside a running service.
    """

    async def work(application: Application) -> HostKeyMade:
        return await add_host_key(application.identity, name, scopes)

    _print(run(given, work, new=True))


@keys.command("list")
@setting_flags(*TABLE_FLAGS)
def list_(**given: str | None) -> None:
    """List all keys: name, number, when each was made and last used, and its scopes.

    Use is noted once an hour. A key that is being rolled has two lines.
    """

    async def work(application: Application) -> Sequence[HostKey]:
        return await list_host_keys(application.identity)

    found = run(given, work, reads_only=True)
    width = max((len(key.name) for key in found), default=0)
    for key in found:
        used = f"used {key.last_used_at}" if key.last_used_at else f"{'never used':<29}"
        scopes = ", ".join(key.scopes)
        click.echo(f"{key.name:<{width}}  {key.number}  made {key.created_at}  {used}  {scopes}")
    click.echo(f"{len({key.name for key in found}):,} keys", err=True)


@keys.command()
@click.argument("name")
@setting_flags(*TABLE_FLAGS, *_BUS_FLAGS)
def roll(name: str, **given: str | None) -> None:
    """Give the key NAME another secret, and print it.

    The one before works on, until `keys remove NAME --old` or the next roll. So a back end changes over
    without a pause. Works beside a running service.
    """

    async def work(application: Application) -> HostKeyMade:
        async with announcing(application):
            return await roll_host_key(application.identity, name)

    _print(run(given, work))


@keys.command()
@click.argument("name")
@click.option("--old", is_flag=True, help="End the secret from before the last roll, and no more.")
@setting_flags(*TABLE_FLAGS, *_BUS_FLAGS)
def remove(name: str, old: bool, **given: str | None) -> None:
    """Remove the key NAME.

    A running service refuses it at once where both have the same bus, and otherwise within a minute.
    Tokens that were made with it hold until they expire.
    """

    async def work(application: Application) -> Sequence[HostKey]:
        async with announcing(application):
            return await remove_host_key(application.identity, name, old_only=old)

    ended = run(given, work)
    numbers = ", ".join(str(key.number) for key in ended)
    click.echo(f"{name}: {numbers} works no more" if ended else f"{name} has no old secret")
    if ended and given["bus"] in {None, "memory"}:
        click.echo("A running service refuses it within a minute.", err=True)


def _print(made: HostKeyMade) -> None:
    click.echo(made.token)
    scopes = ", ".join(made.key.scopes)
    click.echo(
        f"{made.key.name}, number {made.key.number}, for {scopes}; shown this once", err=True
    )
