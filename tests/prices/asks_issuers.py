"""What people of an OpenID Connect issuer cost: to find them by a token, to make and to link them."""

import time

from tests.issuer import known_issuers, running_issuer
from tests.prices.asks_sessions import elsewhere
from tests.prices.patterns import Stage, asks, cost_of

from cruddur.domain.issuer import Issuer
from cruddur.identity.create_account import create_account
from cruddur.identity.find_issuer_user import find_issuer_user
from cruddur.identity.finish_issuer_sign_in import IssuerResponse, finish_issuer_sign_in
from cruddur.identity.issuer_tokens import IssuerClaims
from cruddur.identity.link_login import link_login
from cruddur.identity.sign_in_state import new_state
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


@asks("sign in by an issuer")
async def sign_in(stage: Stage, pattern: str) -> Units:
    async with (
        running_issuer(stage.identity.clock) as issuer,
        known_issuers(issuer.issuer(), clock=stage.identity.clock) as known,
    ):
        there, identity = known.by_name["sso"], elsewhere(stage)
        await find_issuer_user(stage.identity, there.issuer, claims("42"))
        state = new_state(identity, "sso", "https://chat.example.com/callback", "/")
        token = issuer.token(nonce=state.nonce, name="Maya Lindqvist")
        issuer.tokens = {"id_token": token}
        response = IssuerResponse(state=state.state, code="c0de", iss=issuer.url)
        with measured() as units:
            await finish_issuer_sign_in(identity, there, state, response, device="", address="")
    return units
