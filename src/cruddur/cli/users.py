"""`cruddur users`: manage accounts."""

from collections.abc import Sequence

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.erase import erase
from cruddur.cli.factors import factors
from cruddur.cli.link import link, unlink
from cruddur.cli.operator_acts import note_act
from cruddur.cli.passwords import ask_password
from cruddur.cli.picture import picture
from cruddur.cli.progress import counting
from cruddur.cli.runtime import TABLE_FLAGS, address_of, run, setting_flags
from cruddur.cli.session_events import announcing
from cruddur.domain.model import User
from cruddur.identity.create_account import create_account
from cruddur.identity.disable_account import disable_account
from cruddur.identity.enable_account import enable_account
from cruddur.identity.end_sessions import end_sessions
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.list_users import ListedUser, list_users
from cruddur.identity.make_reset_token import ResetMade, make_reset_token
from cruddur.identity.rename_user import rename_user
from cruddur.identity.set_password import set_password
from cruddur.messaging.inbox.correct_names import renaming_of
from cruddur.messaging.inbox.tell_of_name import tell_of_name


@click.group()
def users() -> None:
    """People with an account."""


@users.command()
@click.argument("handle")
@click.option("--name", help="The name that others see; the handle if none is given.")
@click.option(
    "--password", help="Better not given: then it is asked for, or read from standard input."
)
@setting_flags(*TABLE_FLAGS)
def add(handle: str, name: str | None, password: str | None, **given: str | None) -> None:
    """Make an account for HANDLE.

    It works beside a running service, and also where `CRUDDUR_SIGN_UP` is closed. Every user of the
    machine can read what is given as `--password`.
    """
    secret = ask_password() if password is None else password

    async def work(application: Application) -> User:
        user = await create_account(application.identity, handle, name or handle, secret)
        await note_act(application, "account_added", user.user_uuid)
        return user

    user = run(given, work, new=True)
    click.echo(f"@{user.handle} ({user.display_name}) is {user.user_uuid}")


@users.command("set-password")
@click.argument("handle")
@setting_flags(*TABLE_FLAGS, "bus", "valkey_url")
def set_password_(handle: str, **given: str | None) -> None:
    """Give HANDLE a password, or another one.

    It is asked for at a terminal, and otherwise the first line of standard input. Works beside a
    running service, and signs HANDLE out on all devices.
    """
    password = ask_password()

    async def work(application: Application) -> User:
        async with announcing(application):
            user = await set_password(application.identity, handle, password)
        await note_act(application, "password_set", user.user_uuid)
        return user

    user = run(given, work)
    click.echo(f"@{user.handle} ({user.display_name}) can sign in with this password now")


@users.command("reset-link")
@click.argument("handle")
@setting_flags(*TABLE_FLAGS, "public_url", "host", "port", "base_path")
def reset_link(handle: str, **given: str | None) -> None:
    """Print a link by which HANDLE sets a new password.

    It works once, within an hour, and only the newest one of a person. Anybody who has it can sign in
    as HANDLE: send it to nobody else. Works beside a running service.
    """

    async def work(application: Application) -> tuple[ResetMade, str]:
        made = await make_reset_token(application.identity, handle)
        await note_act(application, "reset_link_made", made.user.user_uuid)
        return made, f"{address_of(application.settings)}/reset#{made.token}"

    made, link = run(given, work)
    click.echo(link)
    click.echo(
        f"for @{made.user.handle} ({made.user.display_name}), once, within an hour", err=True
    )


@users.command()
@click.argument("handle")
@click.argument("name")
@setting_flags(*TABLE_FLAGS, "bus", "valkey_url")
def rename(handle: str, name: str, **given: str | None) -> None:
    """Give HANDLE another display name, NAME. The handle stays.

    It works beside a running service. The projector brings the name to the conversations; messages keep
    the name under which they were written.
    """

    async def work(application: Application) -> User:
        found = await find_user_by_handle(application.identity, handle)
        async with announcing(application):
            user = await rename_user(application.identity, found.user_uuid, name)
            await tell_of_name(application.messaging, renaming_of(user))
        await note_act(application, "renamed", user.user_uuid)
        return user

    user = run(given, work)
    click.echo(f"@{user.handle} is {user.display_name} now")


@users.command("sign-out")
@click.argument("handle")
@setting_flags(*TABLE_FLAGS, "bus", "valkey_url")
def sign_out(handle: str, **given: str | None) -> None:
    """Sign HANDLE out on all devices.

    It works beside a running service, which notices at once where both have the same bus. Otherwise it
    refuses requests within a minute, and open pages within ten. Tokens that a host product signed
    before end as well.
    """

    async def work(application: Application) -> User:
        user = await find_user_by_handle(application.identity, handle)
        async with announcing(application):
            await end_sessions(application.identity, user.user_uuid)
        await note_act(application, "sessions_ended", user.user_uuid, which="all")
        return user

    user = run(given, work)
    click.echo(f"@{user.handle} ({user.display_name}) is signed out on all devices")


@users.command()
@click.argument("handle")
@setting_flags(*TABLE_FLAGS, "bus", "valkey_url")
def disable(handle: str, **given: str | None) -> None:
    """Sign HANDLE out everywhere, and let nobody sign in as HANDLE.

    What HANDLE wrote stays, and others may write to HANDLE. `users enable` takes it back.
    """

    async def work(application: Application) -> User:
        async with announcing(application):
            user = await disable_account(application.identity, handle)
        await note_act(application, "disabled", user.user_uuid)
        return user

    user = run(given, work)
    click.echo(f"@{user.handle} ({user.display_name}) is disabled")


@users.command()
@click.argument("handle")
@setting_flags(*TABLE_FLAGS)
def enable(handle: str, **given: str | None) -> None:
    """Let HANDLE sign in again, a minute from now at the latest."""

    async def work(application: Application) -> User:
        user = await enable_account(application.identity, handle)
        await note_act(application, "enabled", user.user_uuid)
        return user

    user = run(given, work)
    click.echo(f"@{user.handle} ({user.display_name}) can sign in again")


users.add_command(erase)
users.add_command(factors)
users.add_command(link)
users.add_command(unlink)
users.add_command(picture)


@users.command("list")
@setting_flags(*TABLE_FLAGS)
def list_(**given: str | None) -> None:
    """List everybody: handle, uuid, whether they have a password or are disabled, name.

    It reads the whole table.
    """

    async def work(application: Application) -> Sequence[ListedUser]:
        total = await application.messaging.table.count()
        with counting() as step:
            return await list_users(
                application.identity, lambda: step("read", 1, total, about=True)
            )

    found = run(given, work, reads_only=True)
    width = max((len(one.user.handle) for one in found), default=0) + 1
    for one in found:
        signs_in = _how(one)
        handle = f"@{one.user.handle}"
        click.echo(f"{handle:<{width}}  {one.user.user_uuid}  {signs_in}  {one.user.display_name}")
    click.echo(f"{len(found):,} people", err=True)


def _how(one: ListedUser) -> str:
    if one.user.disabled_at is not None:
        return "disabled   "
    return "password   " if one.has_password else "no password"
