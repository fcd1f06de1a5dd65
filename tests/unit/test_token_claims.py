"""What a well-signed token is refused for, and what a badly signed one is told: nothing."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest
from tests.stage import Clock, person

from cruddur.domain.errors import Unauthenticated
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_external_user import find_external_user
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.put_external_user import WantedUser, put_external_user
from cruddur.identity.sign_out import sign_out
from cruddur.identity.token_claims import key_id
from cruddur.identity.token_errors import TokenRefused
from cruddur.identity.tokens import issue_token, verify_token
from cruddur.ports.table import Put, Table
from cruddur.schema import items

pytestmark = pytest.mark.every_engine

SECRET, OTHER = bytes(range(32)), bytes(range(1, 33))
DAY = 86_400


@pytest.fixture
async def identity(table: Table, clock: Clock) -> IdentityContext:
    await table.transact([Put(item) for item in items.person_items(person("andrew"))])
    return IdentityContext(table, SECRET, clock)


def elsewhere(identity: IdentityContext, **changed: Any) -> IdentityContext:
    fresh = IdentityContext(identity.table, identity.secret, identity.clock)
    return replace(fresh, **changed)


def signed(identity: IdentityContext, secret: bytes = SECRET, **changed: Any) -> str:
    now = int(identity.clock().timestamp())
    claims = {"iss": "cruddur", "sub": person("andrew").user_uuid, "exp": now + DAY, **changed}
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, secret, algorithm="HS256")


async def refused(identity: IdentityContext, token: str) -> str:
    """The code; empty if the token counts."""
    error = None
    try:
        await verify_token(identity, token)
    except Unauthenticated as raised:
        error = raised
    if error is None:
        return ""
    assert isinstance(error, TokenRefused) is (error.code != "unauthenticated")
    assert error.detail.isascii()
    assert '"' not in error.detail
    return error.code


async def test_a_token_needs_little(identity: IdentityContext) -> None:
    session = await verify_token(identity, signed(identity))
    assert session.user_uuid == person("andrew").user_uuid


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"exp": 1}, "token_expired"),
        ({"exp": None}, "token_claims_wrong"),
        ({"exp": 10**12}, "token_claims_wrong"),
        ({"sub": None}, "token_claims_wrong"),
        ({"sub": "ext:42"}, "token_subject_unknown"),
        ({"sub": "ext:"}, "token_subject_unknown"),
        ({"iss": "shop"}, "token_wrong_issuer"),
        ({"aud": "shop"}, "token_wrong_audience"),
        ({"aud": ["shop", "forum"]}, "token_wrong_audience"),
        ({"aud": ["shop", "cruddur"]}, ""),
        ({"aud": "cruddur"}, ""),
        ({"nbf": 10**10}, "token_not_yet_valid"),
        ({"iat": 10**10}, "token_not_yet_valid"),
        ({"cruddur_session": True}, "token_claims_wrong"),
        ({"cruddur_session": True, "jti": "made-up"}, "token_revoked"),
    ],
)
async def test_a_well_signed_token_says_what_is_wrong(
    identity: IdentityContext, changed: dict[str, Any], code: str
) -> None:
    assert await refused(identity, signed(identity, **changed)) == code
    assert await refused(identity, signed(identity, OTHER, **changed)) == "unauthenticated"


async def test_a_token_ends_while_it_is_remembered(identity: IdentityContext, clock: Clock) -> None:
    token = issue_token(identity, person("andrew").user_uuid, timedelta(minutes=5))
    assert await refused(identity, token) == ""
    clock.turn(minutes=5)
    assert await refused(identity, token) == "token_expired"


async def test_where_an_audience_is_set_each_token_names_it(identity: IdentityContext) -> None:
    there = elsewhere(identity, audience="chat")
    assert await refused(there, signed(identity)) == "token_wrong_audience"
    assert await refused(there, signed(identity, aud="cruddur")) == "token_wrong_audience"
    assert await refused(there, signed(identity, aud=["x", "chat"])) == ""
    assert await refused(there, issue_token(there, person("andrew").user_uuid)) == ""


async def test_an_id_used_twice_signs_out_one_token_only(identity: IdentityContext) -> None:
    now = int(identity.clock().timestamp())
    one, other = (signed(identity, jti="always-this", iat=now - n) for n in (1, 2))
    await sign_out(identity, await verify_token(identity, one))
    for process in (identity, elsewhere(identity)):
        assert await refused(process, one) == "token_revoked"
        assert await refused(process, other) == ""


async def test_what_an_older_version_revoked_stays_revoked(identity: IdentityContext) -> None:
    token = signed(identity, jti="revoked-long-ago")
    expires_at = int(identity.clock().timestamp()) + DAY
    await identity.table.put(Put(items.revocation_item("revoked-long-ago", expires_at)))
    assert await refused(identity, token) == "token_revoked"


async def test_a_revoked_token_does_not_count_in_another_spelling(
    identity: IdentityContext,
) -> None:
    """The last character of a signature has two bits that mean nothing."""
    token = signed(identity)
    await sign_out(identity, await verify_token(identity, token))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spelled = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]
    there = elsewhere(identity)
    assert await refused(there, spelled) in {"token_revoked", "unauthenticated"}


async def test_two_keys_count_at_a_time(identity: IdentityContext) -> None:
    rolled = elsewhere(identity, secret=OTHER, secret_before=SECRET)
    before, after = (issue_token(one, person("andrew").user_uuid) for one in (identity, rolled))
    assert [await refused(rolled, token) for token in (before, after)] == ["", ""]
    assert [jwt.get_unverified_header(token)["kid"] for token in (before, after)] == [
        key_id(SECRET),
        key_id(OTHER),
    ]
    done = elsewhere(identity, secret=OTHER)
    assert [await refused(done, token) for token in (before, after)] == ["unauthenticated", ""]


@pytest.mark.parametrize("kid", ["shop-1", "", 5, None, ["x"]])
async def test_a_key_id_of_ones_own_does_no_harm(identity: IdentityContext, kid: object) -> None:
    header = {"alg": "HS256", "kid": kid}
    payload = json.loads(base64.urlsafe_b64decode(signed(identity).split(".")[1] + "=="))
    parts = [
        base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (header, payload)
    ]
    signing = b".".join(parts)
    mac = jwt.get_algorithm_by_name("HS256")
    signature = mac.sign(signing, mac.prepare_key(SECRET))
    token = b".".join([signing, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()
    assert await refused(identity, token) in {"", "unauthenticated"}


async def test_a_token_may_name_a_person_by_the_hosts_id(identity: IdentityContext) -> None:
    wanted = WantedUser(external_id="a@b.example", display_name="Maya")
    maya = (await put_external_user(identity, wanted)).known.user
    token = signed(identity, sub="ext:a@b.example")
    assert (await verify_token(elsewhere(identity), token)).user_uuid == maya.user_uuid


async def test_a_token_makes_its_person_where_that_is_wanted(identity: IdentityContext) -> None:
    there = elsewhere(identity, provisions=True)
    said: dict[str, Any] = {
        "name": "Maya L.",
        "preferred_username": "maya",
        "picture": "https://a.example/m.png",
    }
    token = signed(identity, sub="ext:42", iat=100, **said)
    session = await verify_token(there, token)
    user, external = await find_external_user(identity, "42")
    assert (user.user_uuid, user.display_name, user.handle) == (
        session.user_uuid,
        "Maya L.",
        "maya",
    )
    assert external.avatar_url == said["picture"]
    assert (await verify_token(elsewhere(identity), token)).user_uuid == user.user_uuid
    # What somebody else has, or nobody may have, is no reason to turn a person away.
    odd: dict[str, Any] = {"name": "\0", "preferred_username": "maya", "picture": "javascript:1"}
    await verify_token(there, signed(identity, sub="ext:9z9", **odd))
    guest, external = await find_external_user(identity, "9z9")
    assert (guest.display_name, external.avatar_url) == ("Guest", None)
    assert "9z9" not in guest.handle
    assert await refused(there, signed(identity, sub="ext:")) == "token_claims_wrong"
    assert await refused(there, signed(identity, OTHER, sub="ext:44")) == "unauthenticated"


async def test_the_name_of_the_youngest_token_counts(identity: IdentityContext) -> None:
    there = elsewhere(identity, provisions=True)
    for made_at, name, expected in (
        (100, "Maya One", "Maya One"),
        (300, "Maya Three", "Maya Three"),
        (200, "Maya Two", "Maya Three"),
        (None, "Maya Ever", "Maya Three"),
    ):
        there = elsewhere(there, provisions=True)
        await verify_token(there, signed(identity, sub="ext:42", iat=made_at, name=name))
        found = await find_user_by_handle(elsewhere(identity), "ext:42")
        assert found.display_name == expected
