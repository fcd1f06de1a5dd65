"""Tokens of an OpenID Connect issuer as bearer: which count, and what is said of those that do not."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
from tests.issuer import CLIENT, FakeIssuer, Key, known_issuers, running_issuer, unsigned
from tests.stage import Clock

from cruddur.domain.errors import Unauthenticated
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import find_user
from cruddur.identity.sign_out import sign_out
from cruddur.identity.tokens import verify_token
from cruddur.ports.table import Table

pytestmark = pytest.mark.every_engine

LONG_AGO, LATER = 1, 10**10


@pytest.fixture
async def issuer(clock: Clock) -> AsyncIterator[FakeIssuer]:
    async with running_issuer(clock) as issuer:
        yield issuer


@pytest.fixture
async def identity(
    table: Table, clock: Clock, issuer: FakeIssuer
) -> AsyncIterator[IdentityContext]:
    async with known_issuers(issuer.issuer(audiences=("api", "shop")), clock=clock) as issuers:
        yield IdentityContext(table, bytes(32), clock, issuers=issuers)


async def refused(identity: IdentityContext, token: str) -> str:
    """The code; empty if the token counts."""
    error = None
    try:
        await verify_token(identity, token)
    except Unauthenticated as raised:
        error = raised
    assert error is None or (error.detail.isascii() and '"' not in error.detail)
    return error.code if error else ""


@pytest.mark.parametrize("kind", ["RS256", "ES256"])
async def test_a_person_is_made_at_first_sight_and_found_again(
    identity: IdentityContext, issuer: FakeIssuer, kind: str
) -> None:
    key = Key("second", kind)
    issuer.listed.append(key.public)
    said = {"name": "Maya Lindqvist", "preferred_username": "maya"}
    first = await verify_token(identity, issuer.token(key, **said))
    again = await verify_token(identity, issuer.token(key, **said, iat=LONG_AGO))
    user = await find_user(identity, first.user_uuid)
    assert (user.handle, user.display_name) == ("maya", "Maya Lindqvist")
    assert again.user_uuid == first.user_uuid


@pytest.mark.parametrize("use", ["access", "id"])
async def test_tokens_in_the_form_of_cognito_count(
    identity: IdentityContext, issuer: FakeIssuer, use: str
) -> None:
    session = await verify_token(identity, issuer.cognito(use))
    user = await find_user(identity, session.user_uuid)
    assert user.handle == "maya" if use == "id" else user.handle.startswith("guest-")
    wrong = {"client_id": "another"} if use == "access" else {"aud": "another"}
    assert await refused(identity, issuer.cognito(use, **wrong)) == "token_wrong_audience"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"exp": LONG_AGO}, "token_expired"),
        ({"exp": None}, "token_claims_wrong"),
        ({"exp": 10**12}, "token_claims_wrong"),
        ({"nbf": LATER}, "token_not_yet_valid"),
        ({"iat": LATER}, "token_not_yet_valid"),
        ({"sub": None}, "token_claims_wrong"),
        ({"sub": ""}, "token_claims_wrong"),
        ({"sub": 42}, "token_claims_wrong"),
        ({"sub": "a\0b"}, "token_claims_wrong"),
        ({"sub": "x" * 256}, "token_claims_wrong"),
        ({"aud": None}, "token_wrong_audience"),
        ({"aud": "another"}, "token_wrong_audience"),
        ({"aud": [["api"], 7]}, "token_wrong_audience"),
        ({"aud": ["another", "api"]}, ""),
        ({"aud": "api", "azp": "another"}, "token_wrong_audience"),
        ({"aud": "api", "azp": 7}, "token_wrong_audience"),
        ({"aud": "api", "client_id": "another"}, "token_wrong_audience"),
        ({"aud": "api", "azp": "shop", "client_id": CLIENT}, ""),
        ({"aud": None, "client_id": CLIENT}, "token_wrong_audience"),
        ({"token_use": "refresh"}, "token_claims_wrong"),
        ({"events": {}}, "token_claims_wrong"),
        ({"header": {"typ": "at+jwt"}}, ""),
        ({"header": {"typ": "logout+jwt"}}, "token_claims_wrong"),
        ({"header": {"typ": 7}}, "token_claims_wrong"),
    ],
)
async def test_a_well_signed_token_says_what_is_wrong(
    identity: IdentityContext, issuer: FakeIssuer, changed: dict[str, Any], code: str
) -> None:
    assert await refused(identity, issuer.token(**changed)) == code
    forged = issuer.token(Key(), **changed)
    assert await refused(identity, forged) == "unauthenticated"


async def test_clocks_may_differ_by_a_minute(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    now = int(clock().timestamp())
    assert await refused(identity, issuer.token(exp=now - 59, iat=now - 600)) == ""
    assert await refused(identity, issuer.token(exp=now - 60, iat=now - 600)) == "token_expired"
    assert await refused(identity, issuer.token(iat=now + 60, nbf=now + 60)) == ""
    assert await refused(identity, issuer.token(iat=now + 61)) == "token_not_yet_valid"


def _by_public_key(issuer: FakeIssuer) -> str:
    # PyJWT itself refuses to sign so; whoever attacks has another library.
    head = {"alg": "HS256", "kid": "first", "typ": "JWT"}
    parts = [json.dumps(part).encode() for part in (head, issuer.claims())]
    text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = jwt.get_algorithm_by_name("HS256").sign(text, issuer.key.pem)
    return (text + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


async def test_a_lie_is_told_nothing(identity: IdentityContext, issuer: FakeIssuer) -> None:
    good = issuer.token()
    for algorithm in ("none", "None", "nOnE", "", None, "HS256", "RS512", "PS256"):
        forged = unsigned(good, alg=algorithm, kid="first")
        assert await refused(identity, forged) == "unauthenticated"
    assert issuer.asked == []  # nobody makes us ask the issuer by what cannot count
    assert await refused(identity, _by_public_key(issuer)) == "unauthenticated"
    assert await refused(identity, good[:-4] + "AAAA") == "unauthenticated"
    critical = issuer.token(header={"crit": ["b64"], "b64": True})
    assert await refused(identity, critical) == "unauthenticated"
    assert await refused(identity, issuer.token(iss="https://another.example")) != ""
    assert await refused(identity, issuer.token(padding="x" * 20_000)) == "unauthenticated"


@pytest.mark.parametrize(
    "kid", ["../../../etc/passwd", "first' OR 1=1 --", "http://evil/", "x" * 999]
)
async def test_a_key_s_name_leads_nowhere(
    identity: IdentityContext, issuer: FakeIssuer, kid: str
) -> None:
    header = {"kid": kid, "jku": f"{issuer.url}/evil", "jwk": Key().public, "x5u": issuer.url}
    assert await refused(identity, issuer.token(Key(), header=header)) == "unauthenticated"
    assert {*issuer.asked} == {"/.well-known/openid-configuration", "/jwks"}


async def test_a_key_counts_for_its_own_algorithm_only(
    identity: IdentityContext, issuer: FakeIssuer
) -> None:
    elliptic = Key("first", "ES256")  # under the name of a key for RS256
    assert await refused(identity, issuer.token(elliptic)) == "unauthenticated"


async def test_a_signature_that_was_written_otherwise_is_the_same_token(
    identity: IdentityContext, issuer: FakeIssuer
) -> None:
    key = Key("second", "ES256")
    issuer.listed.append(key.public)
    token = issuer.token(key)
    await sign_out(identity, await verify_token(identity, token))
    text, _, signature = token.rpartition(".")
    number = base64.urlsafe_b64decode(signature + "==")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    other = number[:32] + (order - int.from_bytes(number[32:])).to_bytes(32)
    written = base64.urlsafe_b64encode(other).rstrip(b"=").decode()
    assert await refused(identity, f"{text}.{written}") == "token_revoked"


async def test_one_process_s_sign_out_holds_in_another(
    identity: IdentityContext, issuer: FakeIssuer
) -> None:
    token = issuer.token()
    elsewhere = IdentityContext(
        identity.table, identity.secret, identity.clock, issuers=identity.issuers
    )
    await sign_out(identity, await verify_token(identity, token))
    assert await refused(elsewhere, token) == "token_revoked"


async def test_a_token_ends_while_it_is_remembered(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    token = issuer.token()
    assert await refused(identity, token) == ""
    clock.turn(seconds=660)
    assert await refused(identity, token) == "token_expired"
