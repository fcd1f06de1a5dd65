"""What people of an OpenID Connect issuer cost: to find them by a token, to make and to link them."""

import time

from tests.prices.asks_sessions import elsewhere
from tests.prices.patterns import Stage, asks, cost_of

from cruddur.domain.issuer import Issuer
from cruddur.identity.create_account import create_account
from cruddur.identity.find_issuer_user import find_issuer_user
from cruddur.identity.issuer_tokens import IssuerClaims
from cruddur.identity.link_login import link_login
from cruddur.identity.unlink_login import unlink_login
from cruddur.ports.metering import Units, measured

URL = "https://id.example.com/realms/all"
ISSUER = Issuer(
    name="sso",
    url=URL,
    client_id="chat",
    discovery_url=f"{URL}/.well-known/openid-configuration",
    label="Continue with Example",
)
PASSWORD = "correct horse battery"


def claims(subject: str) -> IssuerClaims:
    now = int(time.time())
    return IssuerClaims(
        subject=subject,
        token_id=subject,
        expires_at=now + 600,
        made_at=now,
        name="Maya Lindqvist",
        handle="",
    )


@asks("make the person of an issuer's token, of two words")
async def make(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, find_issuer_user(stage.identity, ISSUER, claims("made")))


@asks("find the person of an issuer's token, once a minute")
async def find(stage: Stage, pattern: str) -> Units:
    await find_issuer_user(stage.identity, ISSUER, claims("found"))
    return await cost_of(pattern, find_issuer_user(elsewhere(stage), ISSUER, claims("found")))


@asks("link a person to an issuer's subject")
async def link(stage: Stage, pattern: str) -> Units:
    await create_account(stage.identity, "linked", "Linked", PASSWORD)
    with measured() as units:  # the handle is looked up under a pattern of its own
        await link_login(elsewhere(stage), "linked", URL, "linked")
    return units


@asks("unlink a person from an issuer's subject")
async def unlink(stage: Stage, pattern: str) -> Units:
    await create_account(stage.identity, "unlinked", "Unlinked", PASSWORD)
    await link_login(stage.identity, "unlinked", URL, "unlinked")
    with measured() as units:
        await unlink_login(elsewhere(stage), "unlinked", f"{URL}#unlinked")
    return units
