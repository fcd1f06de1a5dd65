"""`cruddur tokens`: tokens with which a program acts for a person."""

import re
from datetime import timedelta

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.runtime import TABLE_FLAGS, fail, run, setting_flags
from cruddur.domain.session import LIFETIME
from cruddur.identity.make_token import TokenMade, make_token_for
from cruddur.identity.token_claims import key_id

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_TTL = re.compile(r"([1-9]\d{0,8})([smhd])", re.ASCII)


@click.group()
def tokens() -> None:
    """Tokens, as a host product signs them for its people."""


@tokens.command()
@click.argument("handle")
@click.option("--ttl", default="1h", help="For how long: 90s, 15m, 1h or 30d, which is the most.")
@setting_flags(*TABLE_FLAGS, "secret_file", "audience")
def mint(handle: str, ttl: str, **given: str | None) -> None:
    """Print a token of HANDLE, or of ext:ID: for a trial, or for a program that acts for them.

    The name of the key (`kid`) goes to standard error, for those who sign tokens themselves. Anybody who
    has the token acts for HANDLE until it expires.
    """
    lasts = _seconds(ttl)

    async def work(application: Application) -> tuple[TokenMade, str]:
        made = await make_token_for(application.identity, handle, lasts)
        return made, key_id(application.identity.secret)

    made, kid = run(given, work)
    click.echo(made.issued.token)
    click.echo(f"for @{made.user.handle} ({made.user.display_name}), {ttl}; kid {kid}", err=True)


def _seconds(ttl: str) -> timedelta:
    found = _TTL.fullmatch(ttl)
    if found is None:
        fail(f"--ttl takes a number and s, m, h or d, like 15m, and not {ttl!r}")
    lasts = timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    if lasts > LIFETIME:
        fail(f"a token lasts {LIFETIME.days} days at most")
    return lasts
