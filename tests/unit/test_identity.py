"""Accounts, passwords, tokens and finding people, over a real table."""

import asyncio
import uuid
from typing import Any

import jwt
import pytest
from argon2 import PasswordHasher
from tests.stage import Clock

from cruddur.errors import Conflict, Invalid, NotFound, Unauthenticated
from cruddur.identity import passwords
from cruddur.identity.create_account import create_account
from cruddur.identity.find_user import find_user, find_user_by_handle
from cruddur.identity.search_handles import search_handles
from cruddur.identity.service import LOCAL_ISSUER, Identity
from cruddur.identity.sign_in import sign_in
from cruddur.identity.sign_out import sign_out
from cruddur.identity.tokens import LIFETIME, issue_token, verify_session, verify_token
from cruddur.messaging.ports import Update
from cruddur.table import keys
from cruddur.table.sqlite import SqliteTable

SECRET = bytes(range(32))
PASSWORD = "correct horse"


@pytest.fixture
def identity(table: SqliteTable, clock: Clock) -> Identity:
    return Identity(table, SECRET, clock)


async def test_an_account_can_be_found_and_signed_in_to(identity: Identity) -> None:
    user = await create_account(identity, " @Andrew ", "Andrew Brown", PASSWORD)
    assert (user.handle, user.display_name) == ("Andrew", "Andrew Brown")
    assert await find_user(identity, user.user_uuid) == user
    assert await find_user_by_handle(identity, "ANDREW") == user
    token, signed_in = await sign_in(identity, "andrew", PASSWORD)
    assert signed_in == user
    assert (await verify_token(identity, token)).user_uuid == user.user_uuid


async def test_a_handle_is_taken_once_however_it_is_written(identity: Identity) -> None:
    tries = (create_account(identity, name, "A", PASSWORD) for name in ("ana", "Ana", "ANA"))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    refused = [one.code for one in outcomes if isinstance(one, Conflict)]
    assert refused == ["handle_taken"] * 2
    assert len(await search_handles(identity, "an")) == 1


async def test_passwords_of_a_wrong_length_are_refused(identity: Identity) -> None:
    for password, code in {"1234567": "password_too_short", "x" * 257: "password_too_long"}.items():
        with pytest.raises(Invalid) as refused:
            await create_account(identity, "andrew", "Andrew", password)
        assert refused.value.code == code
    with pytest.raises(NotFound):
        await find_user_by_handle(identity, "andrew")


async def test_a_password_is_one_however_the_keyboard_composes_it(identity: Identity) -> None:
    await create_account(identity, "andrew", "Andrew", "cafe\u0301 cafe\u0301")
    await sign_in(identity, "andrew", "caf\u00e9 caf\u00e9")


async def test_a_password_longer_than_any_does_not_match_its_beginning(identity: Identity) -> None:
    await create_account(identity, "andrew", "Andrew", "x" * 256)
    with pytest.raises(Unauthenticated):
        await sign_in(identity, "andrew", "x" * 257)


def test_nobodys_hash_costs_what_others_cost() -> None:
    assert not passwords.is_outdated(passwords.NOBODYS_HASH)
    assert not passwords._verify(passwords.NOBODYS_HASH, "")


async def test_a_weaker_hash_is_replaced_at_sign_in(identity: Identity) -> None:
    await create_account(identity, "andrew", "Andrew", PASSWORD)
    weak = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    key = keys.login_key(LOCAL_ISSUER, "andrew")
    await identity.table.update(Update(key, {"password_hash": weak}))
    await sign_in(identity, "andrew", PASSWORD)
    login = await identity.table.get(key)
    assert login is not None
    assert not passwords.is_outdated(login["password_hash"])
    await sign_in(identity, "andrew", PASSWORD)


async def test_a_token_ends_with_its_time(identity: Identity, clock: Clock) -> None:
    token = issue_token(identity, "u")
    session = await verify_token(identity, token)
    clock.turn(seconds=LIFETIME.total_seconds() - 1)
    assert await verify_token(identity, token) == session
    clock.turn(seconds=1)
    with pytest.raises(Unauthenticated):
        await verify_token(identity, token)
    with pytest.raises(Unauthenticated):
        await verify_session(identity, session)


async def test_a_revoked_token_is_refused_at_once_and_kept_until_it_ends(
    identity: Identity,
) -> None:
    token = issue_token(identity, "u")
    session = await verify_token(identity, token)
    await sign_out(identity, session)
    for check in (verify_token(identity, token), verify_session(identity, session)):
        with pytest.raises(Unauthenticated):
            await check
    item = await identity.table.get(keys.revoked_key(session.token_id))
    assert item is not None
    assert item["expires_at"] == session.expires_at


async def test_another_processs_sign_out_is_noticed_when_the_memory_ends(
    identity: Identity, table: SqliteTable, clock: Clock
) -> None:
    token = issue_token(identity, "u")
    session = await verify_token(identity, token)
    await sign_out(Identity(table, SECRET, clock), session)
    assert await verify_token(identity, token) == session  # remembered, for a minute
    identity.memory.sessions.forget(token)
    with pytest.raises(Unauthenticated):
        await verify_token(identity, token)


def claims(**changed: Any) -> dict[str, Any]:
    return {
        "iss": "cruddur",
        "sub": "u",
        "jti": str(uuid.uuid4()),
        "exp": 2_000_000_000,
        **changed,
    }


async def test_a_host_product_may_sign_tokens(identity: Identity) -> None:
    token = jwt.encode(claims(sub="their-user"), SECRET, algorithm="HS256")
    assert (await verify_token(identity, token)).user_uuid == "their-user"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "evil"},
        {"sub": 5},
        {"sub": ""},
        {"jti": "x" * 129},
        {"jti": None},
        {"exp": "never"},
        {"exp": 0},
        {"exp": 1e400},
    ],
    ids=str,
)
async def test_wrong_claims_are_refused(changed: dict[str, Any], identity: Identity) -> None:
    token = jwt.encode(claims(**changed), SECRET, algorithm="HS256")
    with pytest.raises(Unauthenticated):
        await verify_token(identity, token)


async def test_a_token_cannot_choose_how_it_is_checked(identity: Identity) -> None:
    unsigned = jwt.encode(claims(), None, algorithm="none")
    other_key = jwt.encode(claims(), bytes(32), algorithm="HS256")
    other_hash = jwt.encode(claims(), SECRET * 2, algorithm="HS512")
    for token in (unsigned, other_key, other_hash):
        with pytest.raises(Unauthenticated):
            await verify_token(identity, token)


async def test_a_search_finds_the_first_ten_by_handle(identity: Identity) -> None:
    for number in range(11):
        await create_account(identity, f"anna{number:02d}", "Anna", PASSWORD)
    found = await search_handles(identity, "@AN")
    assert [user.handle for user in found] == [f"anna{number:02d}" for number in range(10)]
    assert [user.handle for user in await search_handles(identity, "anna1")] == ["anna10"]
    assert await search_handles(identity, "an\0") == []
    with pytest.raises(Invalid):
        await search_handles(identity, "a")
