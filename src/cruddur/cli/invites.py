"""`cruddur invites`: links by which people who are invited make an account."""

from collections.abc import Sequence
from datetime import UTC, datetime

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.operator_acts import note_act
from cruddur.cli.runtime import TABLE_FLAGS, address_of, run, setting_flags
from cruddur.domain.errors import NotFound
from cruddur.domain.model import timestamp
from cruddur.domain.sign_up_invites import SignUpInvite
from cruddur.identity.find_user import find_user, find_user_by_handle
from cruddur.identity.list_sign_up_invites import all_sign_up_invites, list_sign_up_invites
from cruddur.identity.make_sign_up_invite import SignUpInviteMade, make_sign_up_invite
from cruddur.identity.revoke_sign_up_invite import revoke_sign_up_invite


@click.group()
def invites() -> None:
    """Invitations to make an account, where `CRUDDUR_SIGN_UP` is `invite`."""


@invites.command()
@click.option("--uses", type=click.IntRange(1, 10_000), default=1, show_default=True)
@click.option("--days", type=click.IntRange(1, 365), default=7, show_default=True)
@setting_flags(*TABLE_FLAGS, "sign_up", "public_url", "host", "port", "base_path")
def create(uses: int, days: int, **given: str | None) -> None:
    """Print a link by which as many people as `--uses` make an account, within `--days`.

    It cannot be printed again: the table holds a digest of it. Works beside a running service.
    """

    async def work(application: Application) -> tuple[SignUpInviteMade, str, str]:
        made = await make_sign_up_invite(application.identity, None, uses=uses, days=days)
        await note_act(
            application, "sign_up_invite_made", None, invite=made.invite.invite_id, uses=uses
        )
        settings = application.settings
        return made, f"{address_of(settings)}/sign-up#{made.token}", settings.sign_up

    made, link, sign_up = run(given, work, new=True)
    click.echo(link)
    people = "one person" if uses == 1 else f"{uses:,} people"
    click.echo(f"{made.invite.invite_id}, for {people}, within {days} days", err=True)
    if sign_up != "invite":
        click.echo(f"CRUDDUR_SIGN_UP is {sign_up} here: the link is not asked for", err=True)


@invites.command("list")
@click.option("--all", "with_members", is_flag=True, help="With members'; reads the whole table.")
@setting_flags(*TABLE_FLAGS)
def list_(with_members: bool, **given: str | None) -> None:
    """List what still works: id, how many uses are left, when it ends, and who made it."""

    async def work(application: Application) -> Sequence[tuple[SignUpInvite, str]]:
        identity = application.identity
        if not with_members:
            return [(one, "operator") for one in await list_sign_up_invites(identity, None)]
        found = [one async for one in all_sign_up_invites(identity)]
        return [(one, await _maker(application, one)) for one in found]

    found = run(given, work, reads_only=True)
    for one, maker in found:
        ends = timestamp(datetime.fromtimestamp(one.expires_at, UTC))
        click.echo(f"{one.invite_id}  {one.uses_left} of {one.uses} left  ends {ends}  {maker}")
    click.echo(f"{len(found):,} invitations", err=True)


@invites.command()
@click.argument("invite_id")
@click.option("--by", help="The handle of the member who made it; without it, an operator did.")
@setting_flags(*TABLE_FLAGS)
def revoke(invite_id: str, by: str | None, **given: str | None) -> None:
    """End the invitation INVITE_ID. Accounts that were made by it stay."""

    async def work(application: Application) -> None:
        identity = application.identity
        made_by = (await find_user_by_handle(identity, by)).user_uuid if by else None
        await revoke_sign_up_invite(identity, made_by, invite_id)
        await note_act(application, "sign_up_invite_revoked", made_by, invite=invite_id)

    run(given, work)
    click.echo(f"{invite_id} works no more")


async def _maker(application: Application, invite: SignUpInvite) -> str:
    if invite.made_by is None:
        return "operator"
    try:
        return f"@{(await find_user(application.identity, invite.made_by)).handle}"
    except NotFound:  # their account is being erased
        return invite.made_by
