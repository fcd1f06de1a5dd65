"""`cruddur users link` and `unlink`: what people sign in with at an OpenID Connect issuer."""

import sys
from collections.abc import Sequence
from typing import TextIO

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.operator_acts import note_act
from cruddur.cli.progress import counting
from cruddur.cli.runtime import TABLE_FLAGS, fail, run, setting_flags
from cruddur.cli.session_events import announcing
from cruddur.domain.issuer import login_name
from cruddur.domain.model import User
from cruddur.identity.link_login import Linked, link_login
from cruddur.identity.unlink_login import unlink_login
from cruddur.tools.login_links import Outcome, UnknownIssuer, issuer_url, lines_of, link_logins

OIDC_FLAGS = ("oidc_issuer", "oidc_client_id", "oidc_file")


@click.command()
@click.argument("handle", required=False)
@click.argument("issuer", required=False)
@click.argument("subject", required=False)
@click.option(
    "--csv",
    "file",
    type=click.File(encoding="utf-8-sig", errors="replace"),
    help="A file with a line for each person: handle, issuer, subject; - is standard input.",
)
@setting_flags(*TABLE_FLAGS, *OIDC_FLAGS)
def link(
    handle: str | None,
    issuer: str | None,
    subject: str | None,
    file: TextIO | None,
    **given: str | None,
) -> None:
    """Let SUBJECT of ISSUER sign in as HANDLE.

    ISSUER is its address as tokens say it in `iss`, or its name in the settings; SUBJECT is `sub`. The
    same may be said again: a run over a file that was broken off is run again. It works beside a
    running service.
    """
    if file is not None and handle is None:
        _link_all(file, given)
    elif file is None and handle and issuer and subject:
        _link_one(handle, issuer, subject, given)
    else:
        raise click.UsageError("give HANDLE ISSUER SUBJECT, or --csv and a file")


def _link_one(handle: str, issuer: str, subject: str, given: dict[str, str | None]) -> None:
    async def work(application: Application) -> Linked:
        url = _issuer_url(application, issuer)
        linked = await link_login(application.identity, handle, url, subject)
        if linked.is_new:
            await note_act(application, "linked", linked.user.user_uuid, issuer=url)
        return linked

    user, is_new = run(given, work)
    said = "can sign in by" if is_new else "could sign in already by"
    click.echo(f"@{user.handle} ({user.display_name}) {said} {issuer}")


def _link_all(file: TextIO, given: dict[str, str | None]) -> None:
    async def work(application: Application) -> Sequence[Outcome]:
        with counting() as step:
            outcomes = await link_logins(
                application.identity, lines_of(file), lambda: step("linked", 1)
            )
        for one in outcomes:
            if one.user is not None and one.is_new:
                await note_act(application, "linked", one.user.user_uuid, line=one.number)
        return outcomes

    outcomes = run(given, work)
    faults = [one for one in outcomes if one.fault]
    for one in faults:
        click.echo(f"line {one.number}: {one.fault}", err=True)
    new = sum(one.is_new for one in outcomes)
    before = len(outcomes) - new - len(faults)
    click.echo(f"{new:,} linked, {before:,} were linked before, {len(faults):,} have a fault")
    if faults:
        sys.exit(1)


@click.command()
@click.argument("handle")
@click.argument("issuer", required=False)
@click.argument("subject", required=False)
@setting_flags(*TABLE_FLAGS, *OIDC_FLAGS, "bus", "valkey_url")
def unlink(handle: str, issuer: str | None, subject: str | None, **given: str | None) -> None:
    """Let SUBJECT of ISSUER no longer sign in as HANDLE; without both, nothing of any issuer.

    HANDLE is signed out on all devices. The account stays, and whoever signs in with SUBJECT later is
    a new person, where people are made at first sight.
    """
    if issuer is not None and subject is None:
        raise click.UsageError("give ISSUER and SUBJECT, or neither")

    async def work(application: Application) -> User:
        url = _issuer_url(application, issuer) if issuer else ""
        login = login_name(url, subject) if subject else None
        async with announcing(application):
            user = await unlink_login(application.identity, handle, login)
        await note_act(application, "unlinked", user.user_uuid, issuer=url or "all")
        return user

    user = run(given, work)
    click.echo(f"@{user.handle} ({user.display_name}) is unlinked, and signed out on all devices")


def _issuer_url(application: Application, text: str) -> str:
    try:
        return issuer_url(application.identity, text)
    except UnknownIssuer as error:
        fail(str(error))
