"""`cruddur users`: make accounts from the command line."""

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.running import TABLE_FLAGS, run, setting_flags
from cruddur.identity.create_account import create_account
from cruddur.model import User


@click.group()
def users() -> None:
    """People with an account."""


@users.command()
@click.argument("handle")
@click.option("--name", help="The name that others see. Otherwise the handle.")
@click.password_option(help="Asked for if not given.")
@setting_flags(*TABLE_FLAGS)
def add(handle: str, name: str | None, password: str, **given: str | None) -> None:
    """Make an account for HANDLE.

    Works beside a running service, and also where `CRUDDUR_SIGN_UP` is closed.
    """

    async def work(application: Application) -> User:
        return await create_account(application.identity, handle, name or handle, password)

    user = run(given, work, new=True)
    click.echo(f"@{user.handle} ({user.display_name}) is {user.user_uuid}")
