"""`cruddur push`: the key with which the service pushes to browsers."""

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.runtime import TABLE_FLAGS, run, setting_flags
from cruddur.identity.secret import derivations
from cruddur.messaging.push.context import PushContext, push_context
from cruddur.messaging.push.find_push_key import find_push_key
from cruddur.messaging.push.rotate_push_key import rotate_push_key
from cruddur.messaging.push.vapid import PushKey


@click.group()
def push() -> None:
    """Notifications that are pushed to browsers whose page is closed."""


@push.command()
@setting_flags(*TABLE_FLAGS)
def key(**given: str | None) -> None:
    """Print the public key with which browsers subscribe, and its number."""

    async def work(application: Application) -> PushKey:
        return await find_push_key(_context(application))

    _print(run(given, work))


@push.command("rotate-key")
@setting_flags(*TABLE_FLAGS)
def rotate_key(**given: str | None) -> None:
    """Take another key, as after the one in use was seen by others.

    Browsers take it over within a day of their page being open, without a question; until then they are
    told by the key that they have. Works beside a running service, which notices within a minute.
    """

    async def work(application: Application) -> PushKey:
        return await rotate_push_key(_context(application))

    _print(run(given, work))


def _context(application: Application) -> PushContext:
    identity = application.identity
    derive = derivations(identity.secret, identity.secret_before)
    return push_context(application.messaging, application.settings, derive)


def _print(found: PushKey) -> None:
    click.echo(found.public)
    click.echo(f"key {found.number}", err=True)
