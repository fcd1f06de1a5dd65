"""The keys of an issuer: fetched once for all, anew when they change, kept while it is down."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from tests.issuer import FakeIssuer, Key, known_issuers, running_issuer
from tests.stage import Clock

from cruddur.domain.errors import Busy, Unauthenticated
from cruddur.engines.issuer_http import BODY_MAX_BYTES
from cruddur.identity.context import IdentityContext
from cruddur.identity.tokens import verify_token
from cruddur.ports.table import Table

COLD = ["/.well-known/openid-configuration", "/jwks"]


@pytest.fixture
async def issuer(clock: Clock) -> AsyncIterator[FakeIssuer]:
    async with running_issuer(clock) as issuer:
        yield issuer


@pytest.fixture
async def identity(
    table: Table, clock: Clock, issuer: FakeIssuer
) -> AsyncIterator[IdentityContext]:
    async with known_issuers(issuer.issuer(), clock=clock, seconds=0.5) as issuers:
        yield IdentityContext(table, bytes(32), clock, issuers=issuers)


def cold(identity: IdentityContext) -> IdentityContext:
    """A process that has verified no token yet, but knows the keys."""
    return IdentityContext(identity.table, bytes(32), identity.clock, issuers=identity.issuers)


async def outcome(identity: IdentityContext, token: str) -> str:
    try:
        await verify_token(cold(identity), token)
    except (Busy, Unauthenticated) as error:
        return error.code
    return ""


async def test_many_at_once_fetch_once(identity: IdentityContext, issuer: FakeIssuer) -> None:
    tokens = [issuer.token(jti=str(number)) for number in range(20)]
    assert {*await asyncio.gather(*(outcome(identity, token) for token in tokens))} == {""}
    assert issuer.asked == COLD


async def test_a_warm_call_asks_nobody(identity: IdentityContext, issuer: FakeIssuer) -> None:
    token = issuer.token()
    await verify_token(identity, token)
    issuer.is_stalled = True
    for _ in range(3):
        await verify_token(identity, token)
        assert await outcome(identity, issuer.token(sub="other")) == ""
    assert issuer.asked == COLD


async def test_a_new_key_is_fetched_when_it_is_first_named(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    assert await outcome(identity, issuer.token()) == ""
    clock.turn(seconds=1)
    new = Key("second")
    issuer.listed = [new.public]
    assert await outcome(identity, issuer.token(new)) == ""
    assert await outcome(identity, issuer.token()) == "unauthenticated"  # the old one is gone
    assert issuer.asked == [*COLD, "/jwks"]


async def test_names_of_keys_that_are_not_there_cost_two_fetches_a_minute(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    assert await outcome(identity, issuer.token()) == ""
    for second in range(60):
        forged = issuer.token(issuer.key, header={"kid": f"made-up-{second}"})
        assert await outcome(identity, forged) == "unauthenticated"
        clock.turn(seconds=1)
    assert issuer.asked == [*COLD, "/jwks", "/jwks"]


async def test_keys_without_a_name_are_all_tried(
    identity: IdentityContext, issuer: FakeIssuer
) -> None:
    first, second = Key(None), Key(None)
    issuer.listed = [first.public, second.public]
    assert await outcome(identity, issuer.token(second)) == ""
    assert await outcome(identity, issuer.token(Key(None))) == "unauthenticated"


async def test_old_keys_count_while_the_issuer_is_down(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    assert await outcome(identity, issuer.token()) == ""
    issuer.answer = lambda _: web.Response(status=500)
    clock.turn(hours=3)
    for _ in range(3):
        assert await outcome(identity, issuer.token()) == ""
    assert await outcome(identity, issuer.token(Key("second"))) == "unavailable"


async def test_an_issuer_that_is_down_at_the_start_is_asked_again(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    issuer.answer = lambda _: web.Response(status=503)
    assert await outcome(identity, issuer.token()) == "unavailable"
    issuer.answer = lambda _: None
    assert await outcome(identity, issuer.token()) == "unavailable"  # nobody asks for ten seconds
    assert issuer.asked == COLD[:1]
    clock.turn(seconds=11)
    assert await outcome(identity, issuer.token()) == ""


async def test_a_stalled_issuer_holds_up_nobody_else(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    async with (
        running_issuer(clock) as other,
        known_issuers(
            issuer.issuer(), other.issuer(name="other"), clock=clock, seconds=30
        ) as issuers,
    ):
        both = IdentityContext(identity.table, bytes(32), clock, issuers=issuers)
        issuer.is_stalled = True
        waiting = [asyncio.create_task(verify_token(both, issuer.token())) for _ in range(50)]
        await verify_token(both, other.token())
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        issuer.goes_on.set()


async def test_a_request_waits_some_seconds_and_says_when_to_come_back(
    identity: IdentityContext, issuer: FakeIssuer
) -> None:
    issuer.is_stalled = True
    with pytest.raises(Busy) as refused:
        await verify_token(identity, issuer.token())
    assert refused.value.retry_after == 10


def _leads_to(url: str) -> web.Response:
    return web.Response(status=302, headers={"Location": url})


def _moved(path: str, keys: Any) -> web.Response | None:
    return web.json_response(keys) if path == "/moved" else None


async def test_answers_that_lie_are_not_believed(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    small, keys, where = Key("first", bits=1024).public, {"keys": issuer.listed}, COLD[0]
    whole = json.dumps(issuer.document).encode()

    def says(**changed: Any) -> Any:
        document = {**issuer.document, **changed}
        return lambda path: web.json_response(document) if path == where else None

    lies: list[Any] = [
        lambda path: web.Response(body=whole + b" " * BODY_MAX_BYTES) if path == where else None,
        lambda _: web.Response(body=b"[" * 100_000),
        says(issuer="http://127.0.0.1:1"),
        says(jwks_uri="http://id.example/jwks"),
        says(jwks_uri="file:///etc/passwd"),
        lambda _: web.json_response({"issuer": issuer.url}),
        lambda _: web.Response(body=b"x", headers={"Content-Encoding": "gzip"}),
        # From here on the issuer's addresses are known, and it lies about its keys.
        lambda path: _leads_to(f"{issuer.url}/moved") if path == "/jwks" else _moved(path, keys),
        lambda path: web.json_response({"keys": 7}) if path == "/jwks" else None,
        lambda path: web.json_response({"keys": [7, {}, small]}) if path == "/jwks" else None,
    ]
    for lie in lies:
        issuer.answer = lie
        assert await outcome(identity, issuer.token()) == "unavailable"
        clock.turn(seconds=11)


async def test_of_a_list_only_what_can_sign_is_taken(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    good = issuer.key.public
    odd: list[Any] = [
        {**good, "use": "enc"},
        {**good, "alg": "RS512"},
        {**good, "key_ops": ["encrypt"]},
        {**good, "kid": 7},
        {**good, "n": "!"},
        {**good, "e": base64.urlsafe_b64encode(b"\1" + bytes(30) + b"\1").decode()},
        {"kty": "oct", "kid": "first", "k": "c2VjcmV0"},
    ]
    issuer.listed = odd
    assert await outcome(identity, issuer.token()) == "unavailable"
    issuer.listed = [*odd, good]
    clock.turn(seconds=11)
    assert await outcome(identity, issuer.token()) == ""
