"""`cruddur ddb seed`: create sample users and conversations."""

from typing import Any

import rich_click as click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from cruddur.bootstrap import Application, is_local
from cruddur.cli.target import ask_before_aws, finish, open_at, place_flags, settings_at
from cruddur.cli.target import where as place_of
from cruddur.config import Settings
from cruddur.identity.passwords import hash_password
from cruddur.tools.samples.seeding import seed_messages, seed_people
from cruddur.web.sse.encoding import encode_event

PASSWORD = "lake-weekend"  # noqa: S105  a demo's password is public


@click.command()
@click.option("--users", type=click.IntRange(2, 1_000_000), default=4, show_default=True)
@click.option("--messages", type=click.IntRange(1), default=40, show_default=True,
              help="Shared out equally among their conversations.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask before writing to AWS.")
@place_flags
def seed(users: int, messages: int, yes: bool, **given: Any) -> None:
    """Fill the table with people and their conversations.

    Running it again goes on where it stopped, and changes nothing that is there. On a local engine
    the people can sign in; on AWS they get no password.
    """
    settings = settings_at(given)
    ask_before_aws(settings, f"Write {users:,} people and {messages:,} messages to", yes=yes)
    finish(_seed(settings, users, messages))


async def _seed(settings: Settings, users: int, messages: int) -> None:
    async with open_at(settings) as application:
        application.messaging.encode = encode_event  # pages may be open on this table
        with _progress() as progress:
            handles, talks = await _write(application, progress, users, messages)
    click.echo(
        f"{users:,} people, {talks:,} conversations, {messages:,} messages: {place_of(settings)}"
    )
    if is_local(settings):
        click.echo(f"Sign in as @{handles[0]} or @{handles[1]}, password {PASSWORD}")


async def _write(
    application: Application, progress: Progress, users: int, messages: int
) -> tuple[list[str], int]:
    # All users share one hash, since making a thousand would take minutes. On AWS they have none,
    # because everybody could sign in with a password that is in the source.
    password_hash = await hash_password(PASSWORD) if is_local(application.settings) else None
    making = progress.add_task("people", total=users)
    writing = progress.add_task("messages", total=messages)
    people = await seed_people(
        application.messaging,
        application.identity,
        users,
        password_hash,
        lambda done: progress.advance(making, done),
    )
    talks = await seed_messages(
        application.messaging, people, messages, lambda done: progress.advance(writing, done)
    )
    return [person.handle for person in people], talks


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:>8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
