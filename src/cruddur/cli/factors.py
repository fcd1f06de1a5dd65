"""`cruddur users factors`: the passkeys of a person, and whether they are asked for one."""

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.operator_acts import note_act
from cruddur.cli.runtime import TABLE_FLAGS, run, setting_flags
from cruddur.cli.session_events import announcing
from cruddur.identity.find_factors import Factors, find_factors
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.remove_factors import FactorsRemoved, remove_factors


@click.group()
def factors() -> None:
    """By what a person signs in besides the password."""


@factors.command("list")
@click.argument("handle")
@setting_flags(*TABLE_FLAGS)
def list_(handle: str, **given: str | None) -> None:
    """List the passkeys of HANDLE, and say whether the password alone opens nothing."""

    async def work(application: Application) -> Factors:
        user = await find_user_by_handle(application.identity, handle)
        return await find_factors(application.identity, user)

    found = run(given, work, reads_only=True)
    for one in found.passkeys:
        used = f"last used {one.last_used_at}" if one.last_used_at else "not used yet"
        click.echo(f"{one.passkey_id}  added {one.created_at}, {used}  {one.name}")
    click.echo(_state(found), err=True)


@factors.command("remove")
@click.argument("handle")
@setting_flags(*TABLE_FLAGS, "bus", "valkey_url")
def remove(handle: str, **given: str | None) -> None:
    """Remove all passkeys of HANDLE, and let the password alone sign HANDLE in.

    It is for somebody who has lost their devices and their recovery codes. Make sure who asks for it:
    then the password is all that is needed. Works beside a running service, and signs HANDLE out
    everywhere.
    """

    async def work(application: Application) -> FactorsRemoved:
        async with announcing(application):
            removed = await remove_factors(application.identity, handle)
        user_uuid = removed.user.user_uuid
        await note_act(application, "factors_removed", user_uuid, passkeys=removed.passkeys)
        return removed

    user, passkeys = run(given, work)
    click.echo(
        f"@{user.handle} ({user.display_name}) signs in by the password alone now; "
        f"passkeys removed: {passkeys}"
    )


def _state(found: Factors) -> str:
    factor = found.second_factor
    if factor is None:
        return "the password alone signs in" if found.has_password else "no password here"
    left = len(factor.code_digests)
    return (
        f"a passkey is needed besides the password since {factor.since}; {left} recovery codes left"
    )
