"""An account that the operator disables: nobody is in, or comes in, until it is enabled."""

import pytest
from tests.stage import CHEAP_PASSWORDS, Clock

from cruddur.domain.errors import NotFound, Unauthenticated
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.disable_account import disable_account
from cruddur.identity.enable_account import enable_account
from cruddur.identity.find_user import check_is_enabled, find_user
from cruddur.identity.search_people import search_people
from cruddur.identity.sign_in import sign_in
from cruddur.identity.tokens import issue_token, verify_session, verify_token
from cruddur.ports.table import Delete, Table
from cruddur.schema import keys

pytestmark = pytest.mark.every_engine

PASSWORD = "correct horse"


def process(table: Table, clock: Clock) -> IdentityContext:
    return IdentityContext(table, bytes(range(32)), clock, password_cost=CHEAP_PASSWORDS)


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


@pytest.fixture
async def andrew(identity: IdentityContext) -> User:
    return await create_account(identity, "andrew", "Andrew", PASSWORD)


async def code_of(identity: IdentityContext, password: str) -> str:
    """Why nobody comes in by this password."""
    with pytest.raises(Unauthenticated) as refused:
        await sign_in(identity, "andrew", password)
    return refused.value.code


async def test_nobody_comes_in_and_only_the_owner_learns_why(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    await disable_account(identity, "@Andrew")
    for one in (identity, process(identity.table, clock)):
        assert await code_of(one, PASSWORD) == "account_disabled"
        assert await code_of(one, "incorrect horse") == "credentials_wrong"


async def test_nobody_stays_in_by_whatever_token(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    token = (await sign_in(identity, "andrew", PASSWORD)).token
    session = await verify_token(identity, token)
    await disable_account(identity, "andrew")
    clock.turn(seconds=1)
    made_since = issue_token(identity, andrew.user_uuid)
    for one in (identity, process(identity.table, clock)):
        with pytest.raises(Unauthenticated):
            await verify_token(one, token)
        host = await verify_token(one, made_since)
        for held in (session, host):
            with pytest.raises(Unauthenticated):
                await verify_session(one, held)
        with pytest.raises(Unauthenticated):
            check_is_enabled(await find_user(one, andrew.user_uuid))


async def test_enabled_again_the_owner_comes_in_and_old_sessions_stay_ended(
    identity: IdentityContext, andrew: User
) -> None:
    token = (await sign_in(identity, "andrew", PASSWORD)).token
    await disable_account(identity, "andrew")
    await enable_account(identity, "andrew")
    assert (await sign_in(identity, "andrew", PASSWORD)).user.user_uuid == andrew.user_uuid
    with pytest.raises(Unauthenticated):
        await verify_token(identity, token)


async def test_others_see_nothing_of_it(identity: IdentityContext, andrew: User) -> None:
    await disable_account(identity, "andrew")
    assert await search_people(identity, "andrew") == [andrew]


async def test_without_an_account_there_is_nothing_to_disable(
    identity: IdentityContext, andrew: User
) -> None:
    await identity.table.delete(Delete(keys.user_key(andrew.user_uuid)))
    for change in (disable_account, enable_account):
        for handle in ("andrew", "nobody"):
            with pytest.raises(NotFound):
                await change(identity, handle)
