"""A process that is killed while it takes a way in away leaves no session that this way has opened."""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from tests.authenticator import PARTY, Device
from tests.stage import Clock, Interrupted, Killed, Mortal, process

from cruddur.domain.errors import Busy, Unauthenticated
from cruddur.domain.model import User
from cruddur.identity.add_passkey import add_passkey, begin_passkey
from cruddur.identity.change_password import change_password
from cruddur.identity.context import IdentityContext, Session
from cruddur.identity.create_account import create_account
from cruddur.identity.find_user import find_user
from cruddur.identity.list_passkeys import list_passkeys
from cruddur.identity.list_sessions import list_open_sessions, list_sessions
from cruddur.identity.logins import find_own_login
from cruddur.identity.make_reset_token import make_reset_token
from cruddur.identity.open_session import open_session
from cruddur.identity.passkey_challenge import new_challenge
from cruddur.identity.passwords import is_password
from cruddur.identity.remove_passkey import remove_passkey
from cruddur.identity.require_second_factor import end_second_factor, require_second_factor
from cruddur.identity.reset_password import reset_password
from cruddur.identity.second_factors import find_second_factor
from cruddur.identity.sign_in import sign_in
from cruddur.identity.sign_in_by_passkey import sign_in_by_passkey
from cruddur.identity.tokens import verify_session, verify_token
from cruddur.ports.table import Table, Write

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


class KilledAfterTransaction:
    """A table of a process that dies right after a transaction. Just before it, something happens."""

    def __init__(self, table: Table, happens: Callable[[], Awaitable[object]]) -> None:
        self._table = table
        self._happens = happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def transact(self, writes: Sequence[Write]) -> None:
        await self._happens()
        await self._table.transact(writes)
        raise Killed


async def is_open(identity: IdentityContext, token: str, clock: Clock) -> bool:
    """Whether the token still opens something in a process that knows nothing of it."""
    elsewhere = process(identity.table, clock)
    try:
        await verify_session(elsewhere, await verify_token(elsewhere, token))
    except Unauthenticated:
        return False
    return True


Way = Callable[[IdentityContext], Awaitable[object]]


async def signed_in_between(identity: IdentityContext, clock: Clock, way: Way, gone: Way) -> str:
    """Signs in just before the write that takes the way away, after which that process is killed."""
    tokens: list[str] = []

    async def sign_in_elsewhere() -> None:
        signed_in: Any = await way(process(identity.table, clock))
        tokens.append(signed_in.token)

    killed = process(KilledAfterTransaction(identity.table, sign_in_elsewhere), clock)
    with pytest.raises(Killed):
        await gone(killed)
    return tokens[0]


async def by_password(identity: IdentityContext) -> object:
    return await sign_in(identity, "andrew", PASSWORDS[0])


async def test_a_session_that_the_old_password_opened_in_between_ends_with_it(
    identity: IdentityContext, clock: Clock, andrew: User, here: Session
) -> None:
    async def change(killed: IdentityContext) -> None:
        await change_password(killed, andrew, here, *PASSWORDS)

    known = process(identity.table, clock)
    await find_user(known, andrew.user_uuid)  # as the profile was before
    token = await signed_in_between(identity, clock, by_password, change)
    assert not await is_open(identity, token, clock)
    await verify_session(process(identity.table, clock), here)
    user = await find_user(process(identity.table, clock), andrew.user_uuid)
    open_ones = await list_open_sessions(identity, user)
    assert [one.session_id for one in open_ones] == [here.token_id]
    again = await sign_in(known, "andrew", PASSWORDS[1])
    assert await is_open(identity, again.token, clock)


async def test_a_session_of_before_a_link_ends_with_it(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    link = (await make_reset_token(identity, "andrew")).token

    async def reset(killed: IdentityContext) -> None:
        await reset_password(killed, link, PASSWORDS[1])

    token = await signed_in_between(identity, clock, by_password, reset)
    assert not await is_open(identity, token, clock)


async def test_a_session_that_the_password_alone_opened_ends_with_the_factor(
    identity: IdentityContext, clock: Clock, andrew: User, here: Session
) -> None:
    await has_passkey(identity, andrew)

    async def turn_on(killed: IdentityContext) -> None:
        await require_second_factor(killed, andrew, here)

    token = await signed_in_between(identity, clock, by_password, turn_on)
    assert not await is_open(identity, token, clock)


async def test_a_session_of_a_passkey_ends_with_it(
    identity: IdentityContext, clock: Clock, andrew: User, here: Session
) -> None:
    device = Device()
    begun, _ = await begin_passkey(identity, andrew)
    made = device.make(begun.challenge, uuid.UUID(andrew.user_uuid).bytes)
    added = await add_passkey(identity, andrew, begun, made, PARTY, name="Key", transports=[])

    async def by_passkey(elsewhere: IdentityContext) -> object:
        begun = new_challenge(elsewhere, "sign_in")
        return await sign_in_by_passkey(elsewhere, begun, device.sign(begun.challenge), PARTY)

    async def remove(killed: IdentityContext) -> None:
        await remove_passkey(killed, andrew, here, added.passkey_id)

    token = await signed_in_between(identity, clock, by_passkey, remove)
    assert not await is_open(identity, token, clock)


async def test_of_two_ways_that_go_at_once_one_is_told_to_come_again(
    identity: IdentityContext, clock: Clock, andrew: User, here: Session
) -> None:
    """Otherwise one of them would not end the session that the other one keeps."""
    passkey = await has_passkey(identity, andrew)

    async def remove() -> None:
        await remove_passkey(process(identity.table, clock), andrew, here, passkey)

    late = process(Interrupted(identity.table, "transact", remove), clock)
    with pytest.raises(Busy):
        await change_password(late, andrew, here, *PASSWORDS)
    await sign_in(identity, "andrew", PASSWORDS[0])
