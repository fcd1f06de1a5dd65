"""A process that is killed while it takes a way in away leaves no session that this way has opened."""

import uuid
from collections.abc import Awaitable, Callable

import pytest
from tests.authenticator import PARTY, Device
from tests.stage import Clock, Killed, Mortal, process

from cruddur.domain.model import User
from cruddur.identity.add_passkey import add_passkey, begin_passkey
from cruddur.identity.change_password import change_password
from cruddur.identity.context import IdentityContext, Session
from cruddur.identity.create_account import create_account
from cruddur.identity.list_passkeys import list_passkeys
from cruddur.identity.list_sessions import list_sessions
from cruddur.identity.logins import find_own_login
from cruddur.identity.open_session import open_session
from cruddur.identity.passwords import is_password
from cruddur.identity.remove_passkey import remove_passkey
from cruddur.identity.require_second_factor import end_second_factor, require_second_factor
from cruddur.identity.second_factors import find_second_factor
from cruddur.identity.tokens import verify_token
from cruddur.ports.table import Table

pytestmark = pytest.mark.every_engine

PASSWORDS = ["correct horse battery", "another one of mine"]


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


@pytest.fixture
async def andrew(identity: IdentityContext) -> User:
    return await create_account(identity, "andrew", "Andrew", PASSWORDS[0])


@pytest.fixture
async def here(identity: IdentityContext, andrew: User) -> Session:
    return await verify_token(identity, (await open_session(identity, andrew.user_uuid))[1])


async def has_passkey(identity: IdentityContext, user: User) -> str:
    """Returns the id of the person's passkey, which is made if there is none."""
    for passkey in await list_passkeys(identity, user.user_uuid):
        return passkey.passkey_id
    begun, _ = await begin_passkey(identity, user)
    made = Device().make(begun.challenge, uuid.UUID(user.user_uuid).bytes)
    added = await add_passkey(identity, user, begun, made, PARTY, name="Phone", transports=[])
    return added.passkey_id


async def killed_at_each_write(
    identity: IdentityContext,
    user: User,
    work: Callable[[IdentityContext], Awaitable[object]],
    is_done: Callable[[], Awaitable[bool]],
    clock: Clock,
) -> None:
    """Kills the work before and after each of its writes, with another session open each time."""
    for after in (False, True):
        writes, was_killed = 0, True
        while was_killed:
            await open_session(identity, user.user_uuid)
            mortal = process(Mortal(identity.table, writes, after=after), clock)
            try:
                await work(mortal)
                was_killed = False
            except Killed:
                writes += 1
            if await is_done():
                assert len(await list_sessions(identity, user.user_uuid)) == 1
        assert writes > 4


async def test_a_removed_passkey_leaves_no_session(
    identity: IdentityContext, clock: Clock, andrew: User, here: Session
) -> None:
    async def remove(killed: IdentityContext) -> None:
        passkey = await has_passkey(identity, andrew)
        await remove_passkey(killed, andrew, here, passkey)

    async def is_removed() -> bool:
        return await list_passkeys(identity, andrew.user_uuid) == []

    await killed_at_each_write(identity, andrew, remove, is_removed, clock)


async def test_a_changed_password_leaves_no_session(
    identity: IdentityContext, clock: Clock, andrew: User, here: Session
) -> None:
    passwords = list(PASSWORDS)

    async def change(killed: IdentityContext) -> None:
        await change_password(killed, andrew, here, *passwords)

    async def is_changed() -> bool:
        login = await find_own_login(identity, andrew)
        assert login is not None
        if not await is_password(login.password_hash or "", passwords[1]):
            return False
        passwords.reverse()
        return True

    await killed_at_each_write(identity, andrew, change, is_changed, clock)


async def test_a_second_factor_leaves_no_session_of_the_password_alone(
    identity: IdentityContext, clock: Clock, andrew: User, here: Session
) -> None:
    await has_passkey(identity, andrew)

    async def turn_on(killed: IdentityContext) -> None:
        await end_second_factor(identity, andrew)
        await require_second_factor(killed, andrew, here)

    async def is_on() -> bool:
        return await find_second_factor(identity, andrew.user_uuid) is not None

    await killed_at_each_write(identity, andrew, turn_on, is_on, clock)
