"""A person changes their password: once, with the current one, and other sessions end."""

import asyncio

import pytest
from tests.stage import CHEAP_PASSWORDS, Clock, Interrupted

from cruddur.domain.errors import ApiError, Busy, Conflict, Forbidden, Invalid, Unauthenticated
from cruddur.domain.model import User
from cruddur.identity.change_password import change_password
from cruddur.identity.context import LOCAL_ISSUER, IdentityContext, Session
from cruddur.identity.create_account import create_account
from cruddur.identity.list_sessions import list_sessions
from cruddur.identity.set_password import set_password
from cruddur.identity.sign_in import sign_in
from cruddur.identity.tokens import issue_token, verify_token
from cruddur.ports.table import Delete, Table
from cruddur.schema import keys

pytestmark = pytest.mark.every_engine

SECRET = bytes(range(32))
OLD, NEW = "correct horse", "battery staple"


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


def process(table: Table, clock: Clock) -> IdentityContext:
    return IdentityContext(table, SECRET, clock, password_cost=CHEAP_PASSWORDS)


@pytest.fixture
async def andrew(identity: IdentityContext) -> User:
    return await create_account(identity, "andrew", "Andrew", OLD)


async def session_of(identity: IdentityContext) -> Session:
    return await verify_token(identity, (await sign_in(identity, "andrew", OLD)).token)


async def signs_in(identity: IdentityContext, password: str) -> bool:
    try:
        return bool(await sign_in(identity, "andrew", password))
    except Unauthenticated:
        return False


async def is_open(identity: IdentityContext, token: str) -> bool:
    try:
        return bool(await verify_token(identity, token))
    except Unauthenticated:
        return False


async def test_the_new_one_counts_and_only_this_session_goes_on(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    here, there = [(await sign_in(identity, "andrew", OLD)).token for _ in range(2)]
    old = issue_token(identity, andrew.user_uuid)
    await change_password(identity, andrew, await verify_token(identity, here), OLD, NEW)
    other = process(identity.table, clock)
    assert [await is_open(other, token) for token in (here, there, old)] == [True, False, False]
    assert [await signs_in(other, password) for password in (OLD, NEW)] == [False, True]


WRONG: dict[tuple[str, str], tuple[type[ApiError], str]] = {
    ("incorrect horse", NEW): (Forbidden, "current_password"),
    (OLD, OLD): (Invalid, "new_password"),
    (OLD, "short"): (Invalid, "new_password"),
    (OLD, "x" * 257): (Invalid, "new_password"),
    ("x" * 300, NEW): (Forbidden, "current_password"),
}
"""The present and the new password, and which of the two is refused."""


@pytest.mark.parametrize("passwords", WRONG, ids=lambda both: both[0][:9] + "-" + both[1][:9])
async def test_what_is_wrong_is_named_and_changes_nothing(
    identity: IdentityContext, andrew: User, passwords: tuple[str, str]
) -> None:
    session, token = await session_of(identity), (await sign_in(identity, "andrew", OLD)).token
    kind, field = WRONG[passwords]
    with pytest.raises(kind) as refused:
        await change_password(identity, andrew, session, *passwords)
    assert refused.value.field == field
    assert await is_open(identity, token)
    assert await signs_in(identity, OLD)


async def test_without_a_password_there_is_none_to_change(
    identity: IdentityContext, andrew: User
) -> None:
    session = await session_of(identity)
    await identity.table.delete(Delete(keys.login_key(LOCAL_ISSUER, "andrew")))
    with pytest.raises(Conflict):
        await change_password(identity, andrew, session, OLD, NEW)


async def test_of_two_changes_at_once_one_counts(identity: IdentityContext, andrew: User) -> None:
    session = await session_of(identity)
    changes = [change_password(identity, andrew, session, OLD, f"{NEW} {n}") for n in range(2)]
    outcomes = await asyncio.gather(*changes, return_exceptions=True)
    assert sorted(type(one) is Busy for one in outcomes) == [False, True]
    counts = [await signs_in(identity, f"{NEW} {number}") for number in range(2)]
    assert counts == [not isinstance(one, Busy) for one in outcomes]


async def test_whoever_signs_in_by_the_old_one_at_this_moment_is_out(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    """Their password is found right, then it is changed, and only then is their session stored."""
    session = await session_of(identity)
    change = lambda: change_password(identity, andrew, session, OLD, NEW)  # noqa: E731
    other = process(Interrupted(identity.table, "put", change), clock)
    assert not await signs_in(other, OLD)
    left = await list_sessions(identity, andrew.user_uuid)
    assert [one.session_id for one in left] == [session.token_id]


async def test_the_operator_ends_all_sessions_with_the_password(
    identity: IdentityContext, andrew: User
) -> None:
    token = (await sign_in(identity, "andrew", OLD)).token
    await set_password(identity, "andrew", NEW)
    assert not await is_open(identity, token)
    assert await list_sessions(identity, andrew.user_uuid) == []
