"""Beside a second factor eight characters are enough; and then the factor stays."""

import asyncio
import uuid

import pytest
from tests.authenticator import PARTY, Device
from tests.stage import Clock, Interrupted, process

from cruddur.domain.errors import ApiError, Invalid
from cruddur.domain.model import User
from cruddur.identity.add_passkey import add_passkey, begin_passkey
from cruddur.identity.change_password import change_password
from cruddur.identity.context import IdentityContext, Session
from cruddur.identity.create_account import create_account
from cruddur.identity.list_sessions import list_sessions
from cruddur.identity.logins import find_own_login, login_key_of
from cruddur.identity.make_reset_token import make_reset_token
from cruddur.identity.open_session import open_session
from cruddur.identity.remove_factors import remove_factors
from cruddur.identity.require_second_factor import end_second_factor, require_second_factor
from cruddur.identity.reset_password import reset_password
from cruddur.identity.second_factors import find_second_factor
from cruddur.identity.set_password import set_password
from cruddur.identity.sign_in import sign_in
from cruddur.identity.sign_in_by_passkey import begin_second_factor, sign_in_by_passkey
from cruddur.identity.tokens import verify_token
from cruddur.ports.table import Table

pytestmark = pytest.mark.every_engine

LONG, SHORT, OTHER = "correct horse battery", "tr0mb0ne", "another one of mine"


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


@pytest.fixture
async def andrew(identity: IdentityContext) -> User:
    return await create_account(identity, "andrew", "Andrew", LONG)


@pytest.fixture
async def here(identity: IdentityContext, andrew: User) -> Session:
    return await verify_token(identity, (await sign_in(identity, "andrew", LONG)).token)


@pytest.fixture
async def device(identity: IdentityContext, andrew: User) -> Device:
    device = Device()
    begun, _ = await begin_passkey(identity, andrew)
    made = device.make(begun.challenge, uuid.UUID(andrew.user_uuid).bytes)
    await add_passkey(identity, andrew, begun, made, PARTY, name="Phone", transports=[])
    return device


@pytest.fixture
async def factor(identity: IdentityContext, andrew: User, here: Session, device: Device) -> Device:
    """The device of a second factor that is on."""
    await require_second_factor(identity, andrew, here)
    return device


async def code_of(work: object) -> str | None:
    """The code of what the work is refused with, None if it is done."""
    try:
        await work  # type: ignore[misc]
    except ApiError as error:
        return error.code
    return None


async def short_alone(identity: IdentityContext, user: User) -> bool:
    """Whether a short password stands alone now."""
    login = await find_own_login(identity, user)
    factor = await find_second_factor(identity, user.user_uuid)
    return login is not None and login.is_short and factor is None


async def test_eight_characters_and_a_passkey_sign_in(
    identity: IdentityContext, andrew: User, here: Session, factor: Device
) -> None:
    await change_password(identity, andrew, here, LONG, SHORT)
    assert await code_of(sign_in(identity, "andrew", SHORT)) == "second_factor_needed"
    begun, _ = await begin_second_factor(identity, "andrew", SHORT, address="")
    assert await sign_in_by_passkey(identity, begun, factor.sign(begun.challenge), PARTY)
    stored = await identity.table.get(login_key_of("andrew"))
    assert stored is not None
    assert stored["is_short"] is True
    assert set(stored) == {"pk", "sk", "user_uuid", "password_hash", "is_short"}


REFUSED = {
    "seven77": "password_too_short",
    "iloveyou": "password_common",
    "andrew12": "password_is_handle",
}


@pytest.mark.parametrize("password", REFUSED)
async def test_the_other_rules_hold_of_short_ones(
    identity: IdentityContext, andrew: User, here: Session, factor: Device, password: str
) -> None:
    change = change_password(identity, andrew, here, LONG, password)
    assert await code_of(change) == REFUSED[password]


async def test_a_passkey_that_is_not_asked_for_makes_no_password_shorter(
    identity: IdentityContext, andrew: User, here: Session, device: Device
) -> None:
    await open_session(identity, andrew.user_uuid)
    with pytest.raises(Invalid, match="at least 12 characters"):
        await change_password(identity, andrew, here, LONG, SHORT)
    assert len(await list_sessions(identity, andrew.user_uuid)) == 2  # nothing was begun


async def test_the_factor_stays_until_the_password_is_long(
    identity: IdentityContext, andrew: User, here: Session, factor: Device
) -> None:
    await change_password(identity, andrew, here, LONG, SHORT)
    assert await code_of(end_second_factor(identity, andrew)) == "password_is_short"
    assert await code_of(remove_factors(identity, "andrew")) == "password_is_short"
    assert await find_second_factor(identity, andrew.user_uuid)
    await change_password(identity, andrew, here, SHORT, OTHER)
    assert await code_of(end_second_factor(identity, andrew)) is None
    assert await sign_in(identity, "andrew", OTHER)


@pytest.mark.parametrize("by_link", [True, False])
async def test_an_operator_has_a_longer_one_set_first(
    identity: IdentityContext, andrew: User, here: Session, factor: Device, by_link: bool
) -> None:
    await change_password(identity, andrew, here, LONG, SHORT)
    made = await make_reset_token(identity, "andrew")
    assert await code_of(reset_password(identity, made.token, "tr0mb0n3")) == "password_too_short"
    assert await code_of(set_password(identity, "andrew", "tr0mb0n3")) == "password_too_short"
    await (
        reset_password(identity, made.token, OTHER)
        if by_link
        else set_password(identity, "andrew", OTHER)
    )
    assert await code_of(remove_factors(identity, "andrew")) is None
    assert await sign_in(identity, "andrew", OTHER)


async def test_no_short_one_is_set_once_the_factor_is_off(
    identity: IdentityContext, clock: Clock, andrew: User, here: Session, factor: Device
) -> None:
    turn_off = lambda: end_second_factor(identity, andrew)  # noqa: E731
    there = process(Interrupted(identity.table, "transact", turn_off), clock)
    change = change_password(there, andrew, here, LONG, SHORT)
    assert await code_of(change) == "password_too_short"
    assert await sign_in(identity, "andrew", LONG)


async def test_no_factor_goes_once_a_short_one_is_set(
    identity: IdentityContext, clock: Clock, andrew: User, here: Session, factor: Device
) -> None:
    change = lambda: change_password(identity, andrew, here, LONG, SHORT)  # noqa: E731
    there = process(Interrupted(identity.table, "transact", change), clock)
    assert await code_of(end_second_factor(there, andrew)) == "password_is_short"
    assert await find_second_factor(identity, andrew.user_uuid)


async def test_of_both_at_once_one_counts(
    identity: IdentityContext, clock: Clock, andrew: User, here: Session, factor: Device
) -> None:
    password = LONG
    for number in range(10):
        await require_second_factor(identity, andrew, here)
        short = f"{SHORT}{number}"
        codes = await asyncio.gather(
            code_of(change_password(identity, andrew, here, password, short)),
            code_of(end_second_factor(process(identity.table, clock), andrew)),
        )
        assert not await short_alone(identity, andrew)
        password = password if codes[0] else short
