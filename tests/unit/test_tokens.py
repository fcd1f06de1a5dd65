"""What a token may claim: whatever it is, it is a session, or nobody's; never an error of ours."""

import json
import uuid
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.stage import Clock

from cruddur.domain.errors import Unauthenticated
from cruddur.domain.session import LIFETIME
from cruddur.identity.context import IdentityContext, Session
from cruddur.identity.tokens import verify_token
from cruddur.ports.table import Table

SECRET = bytes(range(32))
DAY = 86_400
SURROGATE = "\ud800"
# What other languages write, and what attackers try, beside everything that JSON can be.
ODD = ["\0", SURROGATE, "a\nb", "", " 5", "5", 5.5, 1e400, -1e400, float("nan"), 10**40, True, None]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(ODD)
JSON = st.recursive(
    SCALARS, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(), one)
)


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return IdentityContext(table, SECRET, clock)


def claims(clock: Clock, **changed: Any) -> dict[str, Any]:
    now = int(clock().timestamp())
    return {"iss": "cruddur", "sub": "u", "jti": str(uuid.uuid4()), "exp": now + DAY, **changed}


def signed(payload: object) -> str:
    """Also what PyJWT itself would not sign."""
    return jwt.PyJWS().encode(json.dumps(payload).encode(), SECRET, algorithm="HS256")


async def verified(identity: IdentityContext, token: str) -> Session | None:
    try:
        return await verify_token(identity, token)
    except Unauthenticated:
        return None


async def test_a_host_product_may_sign_tokens(identity: IdentityContext, clock: Clock) -> None:
    session = await verified(identity, signed(claims(clock, sub="their-user")))
    assert session is not None
    assert session.user_uuid == "their-user"


WRONG: list[dict[str, Any]] = [
    {"iss": "evil"},
    {"sub": 5},
    {"sub": ""},
    {"sub": "a\0"},
    {"sub": SURROGATE},
    {"jti": "x" * 129},
    {"jti": None},
    {"jti": "\0"},
    {"jti": f"a{SURROGATE}"},
    {"exp": "never"},
    {"exp": "1795500000"},
    {"exp": True},
    {"exp": 0},
    {"exp": 1e400},
    {"iat": "today"},
    {"iat": None},
    {"iat": []},
    {"nbf": "now"},
    {"nbf": {}},
]


@pytest.mark.parametrize("changed", WRONG, ids=repr)
async def test_wrong_claims_are_refused(
    changed: dict[str, Any], identity: IdentityContext, clock: Clock
) -> None:
    assert await verified(identity, signed(claims(clock, **changed))) is None


@pytest.mark.parametrize(
    ("claim", "days", "holds"),
    [
        ("exp", LIFETIME.days, True),
        ("exp", LIFETIME.days + 1, False),
        ("exp", 36_500, False),
        ("nbf", -1, True),
        ("nbf", 0.5, False),
        ("iat", -400, True),
    ],
)
async def test_a_token_holds_thirty_days_at_most_and_not_before_its_time(
    claim: str, days: float, holds: bool, identity: IdentityContext, clock: Clock
) -> None:
    at = clock().timestamp() + days * DAY  # with a fraction, as RFC 7519 allows
    session = await verified(identity, signed(claims(clock, **{claim: at})))
    assert (session is not None) is holds


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.dictionaries(st.sampled_from(["iss", "sub", "jti", "exp", "iat", "nbf", "aud"]), JSON))
async def test_whatever_a_token_claims_it_is_a_session_or_nobodys(
    identity: IdentityContext, clock: Clock, changed: dict[str, Any]
) -> None:
    session = await verified(identity, signed(claims(clock, **changed)))
    if session is not None:
        now = clock().timestamp()
        assert now < session.expires_at <= now + LIFETIME.total_seconds() + 60
        assert session.user_uuid.encode()


@pytest.mark.parametrize("payload", [[], 5, "x", None, {}], ids=repr)
async def test_what_is_signed_but_claims_nothing_is_nobodys(
    payload: object, identity: IdentityContext
) -> None:
    assert await verified(identity, signed(payload)) is None


async def test_a_token_cannot_choose_how_it_is_checked(
    identity: IdentityContext, clock: Clock
) -> None:
    good = claims(clock)
    unsigned = jwt.encode(good, "", algorithm="none")
    other_key = jwt.encode(good, bytes(32), algorithm="HS256")
    other_hash = jwt.encode(good, SECRET * 2, algorithm="HS512")
    for token in (unsigned, other_key, other_hash):
        assert await verified(identity, token) is None
