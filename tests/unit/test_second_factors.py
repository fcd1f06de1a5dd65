"""Once a person wants a second factor, the password alone opens nothing; and nothing takes that away."""

import asyncio

import pytest
from tests.authenticator import PARTY, Device
from tests.stage import Clock, Interrupted, process
from tests.unit.test_passkeys import PASSWORD, added, alone, session_of

from cruddur.domain.errors import ApiError, Busy, Conflict, Forbidden, Invalid, Unauthenticated
from cruddur.domain.model import User
from cruddur.identity.add_passkey import add_passkey, begin_passkey
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.confirm_person import Proof, begin_confirmation, confirm_person
from cruddur.identity.context import IdentityContext, Session
from cruddur.identity.create_account import create_account
from cruddur.identity.find_factors import find_factors
from cruddur.identity.list_passkeys import list_passkeys
from cruddur.identity.list_sessions import list_sessions
from cruddur.identity.make_reset_token import make_reset_token
from cruddur.identity.open_session import open_session
from cruddur.identity.remove_factors import remove_factors
from cruddur.identity.remove_passkey import remove_passkey
from cruddur.identity.require_second_factor import end_second_factor, require_second_factor
from cruddur.identity.reset_password import reset_password
from cruddur.identity.second_factors import RECOVERY_CODES, find_second_factor
from cruddur.identity.set_password import set_password
from cruddur.identity.sign_in import SignedIn, sign_in
from cruddur.identity.sign_in_by_passkey import begin_second_factor, sign_in_by_passkey
from cruddur.identity.tokens import verify_token
from cruddur.ports.table import Delete, Table
from cruddur.schema import keys
from cruddur.schema.passkey_items import second_factor_key

pytestmark = pytest.mark.every_engine

NEW = "battery staple of mine"


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


@pytest.fixture
async def andrew(identity: IdentityContext) -> User:
    return await create_account(identity, "andrew", "Andrew", PASSWORD)


@pytest.fixture
async def device(identity: IdentityContext, andrew: User) -> Device:
    device = Device()
    await added(identity, andrew, device)
    return device


@pytest.fixture
async def here(identity: IdentityContext, device: Device) -> Session:
    """The session in which the person turns the second factor on."""
    return await session_of(identity)


@pytest.fixture
async def codes(identity: IdentityContext, andrew: User, here: Session) -> list[str]:
    """The recovery codes of a second factor that was just turned on."""
    return (await require_second_factor(identity, andrew, here)).codes


async def why_not(
    identity: IdentityContext, password: str = PASSWORD, code: str | None = None
) -> str:
    """The code of the refusal."""
    with pytest.raises(ApiError) as error:
        await sign_in(identity, "andrew", password, recovery_code=code)
    return error.value.code


async def test_the_password_alone_opens_nothing(
    identity: IdentityContext, andrew: User, here: Session, device: Device, codes: list[str]
) -> None:
    assert await why_not(identity) == "second_factor_needed"
    assert await why_not(identity, code="") == "second_factor_needed"
    assert await why_not(identity, "another one") == "credentials_wrong"
    assert [one.session_id for one in await list_sessions(identity, andrew.user_uuid)] == [
        here.token_id
    ]
    begun, _ = await begin_second_factor(identity, "andrew", PASSWORD, address="")
    assert await sign_in_by_passkey(identity, begun, device.sign(begun.challenge), PARTY)
    assert await alone(identity, device)


async def test_turning_it_on_ends_what_the_password_alone_has_opened(
    identity: IdentityContext, andrew: User, here: Session
) -> None:
    await sign_in(identity, "andrew", PASSWORD)
    await require_second_factor(identity, andrew, here)
    assert [one.session_id for one in await list_sessions(identity, andrew.user_uuid)] == [
        here.token_id
    ]


async def test_a_sign_in_beside_it_leaves_no_session(
    identity: IdentityContext, table: Table, clock: Clock, andrew: User, here: Session
) -> None:
    async def turn_on() -> None:
        await require_second_factor(identity, andrew, here)

    # The password was enough when it was checked, and is not when the session is stored.
    there = process(Interrupted(table, "put", turn_on), clock)
    assert await why_not(there) == "second_factor_needed"
    assert [one.session_id for one in await list_sessions(identity, andrew.user_uuid)] == [
        here.token_id
    ]


async def test_a_recovery_code_works_once_however_it_is_written(
    identity: IdentityContext, andrew: User, codes: list[str]
) -> None:
    assert len(set(codes)) == RECOVERY_CODES
    written = f" {codes[0].upper().replace('-', ' ')}"
    signed_in = await sign_in(identity, "andrew", PASSWORD, recovery_code=written)
    assert signed_in.codes_left == RECOVERY_CODES - 1
    assert await why_not(identity, code=codes[0]) == "recovery_code_wrong"
    assert await why_not(identity, code=codes[1][:-1]) == "recovery_code_wrong"
    assert await why_not(identity, code=codes[1] + "a") == "recovery_code_wrong"
    assert await why_not(identity, "another one", codes[1]) == "credentials_wrong"
    factor = await find_second_factor(identity, andrew.user_uuid)
    assert factor is not None
    stored = repr(await identity.table.get(second_factor_key(andrew.user_uuid)))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


async def test_of_two_uses_of_a_code_at_once_one_counts(
    identity: IdentityContext, table: Table, clock: Clock, codes: list[str]
) -> None:
    answers = await asyncio.gather(
        *(
            sign_in(process(table, clock), "andrew", PASSWORD, recovery_code=codes[0])
            for _ in range(6)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, SignedIn) for one in answers) == 1
    assert sum(isinstance(one, Unauthenticated) for one in answers) == 5


async def test_new_codes_end_the_old_ones(
    identity: IdentityContext, andrew: User, here: Session, codes: list[str]
) -> None:
    fresh = (await require_second_factor(identity, andrew, here)).codes
    assert await why_not(identity, code=codes[0]) == "recovery_code_wrong"
    assert await sign_in(identity, "andrew", PASSWORD, recovery_code=fresh[0])


async def test_another_password_does_not_take_the_factor_away(
    identity: IdentityContext, codes: list[str]
) -> None:
    made = await make_reset_token(identity, "andrew")
    await reset_password(identity, made.token, NEW)
    assert await why_not(identity, NEW) == "second_factor_needed"
    await set_password(identity, "andrew", PASSWORD)
    assert await why_not(identity) == "second_factor_needed"


async def test_the_last_passkey_stays_while_it_is_needed(
    identity: IdentityContext, andrew: User, here: Session, codes: list[str]
) -> None:
    (first,) = await list_passkeys(identity, andrew.user_uuid)
    with pytest.raises(Conflict) as error:
        await remove_passkey(identity, andrew, here, first.passkey_id)
    assert error.value.code == "passkey_is_last"
    second = await added(identity, andrew, Device())
    outcomes = await asyncio.gather(
        *(remove_passkey(identity, andrew, here, one.passkey_id) for one in (first, second)),
        return_exceptions=True,
    )
    assert any(isinstance(one, ApiError) for one in outcomes)
    assert len(await list_passkeys(identity, andrew.user_uuid)) >= 1


async def test_a_factor_needs_a_passkey(
    identity: IdentityContext, table: Table, clock: Clock, andrew: User, here: Session
) -> None:
    (only,) = await list_passkeys(identity, andrew.user_uuid)

    async def remove() -> None:
        await remove_passkey(identity, andrew, here, only.passkey_id)

    there = process(Interrupted(table, "transact", remove), clock)
    with pytest.raises(Busy):
        await require_second_factor(there, andrew, here)
    with pytest.raises(Conflict) as error:
        await require_second_factor(identity, andrew, here)
    assert error.value.code == "passkey_needed"
    assert await find_second_factor(identity, andrew.user_uuid) is None


async def test_no_removal_passes_a_factor_that_was_just_turned_on(
    identity: IdentityContext, table: Table, clock: Clock, andrew: User, here: Session
) -> None:
    (only,) = await list_passkeys(identity, andrew.user_uuid)

    async def turn_on() -> None:
        await require_second_factor(identity, andrew, here)

    there = process(Interrupted(table, "transact", turn_on), clock)
    with pytest.raises(Busy):
        await remove_passkey(there, andrew, here, only.passkey_id)
    assert await list_passkeys(identity, andrew.user_uuid) == [only]


async def test_it_is_turned_off(identity: IdentityContext, andrew: User, codes: list[str]) -> None:
    await end_second_factor(identity, andrew)
    assert await sign_in(identity, "andrew", PASSWORD)
    assert await find_second_factor(identity, andrew.user_uuid) is None


async def test_an_operator_removes_all_of_it(
    identity: IdentityContext, andrew: User, codes: list[str]
) -> None:
    removed = await remove_factors(identity, "andrew")
    assert (removed.user.user_uuid, removed.passkeys) == (andrew.user_uuid, 1)
    factors = await find_factors(identity, andrew)
    assert (factors.passkeys, factors.second_factor) == ([], None)
    assert await list_sessions(identity, andrew.user_uuid) == []
    assert await sign_in(identity, "andrew", PASSWORD)


async def test_people_without_a_password_here_have_no_passkeys(
    identity: IdentityContext, andrew: User, here: Session
) -> None:
    await identity.table.delete(Delete(keys.login_key("local", "andrew")))
    with pytest.raises(Conflict) as error:
        await require_second_factor(identity, andrew, here)
    assert error.value.code == "password_missing"


async def test_a_person_shows_who_they_are_by_password_or_passkey(
    identity: IdentityContext, andrew: User, here: Session, device: Device
) -> None:
    async def why(proof: Proof, user: User = andrew) -> str:
        with pytest.raises((Forbidden, Invalid, Conflict)) as error:
            await confirm_person(identity, user, here, proof)
        return str(error.value.code)

    await confirm_person(identity, andrew, here, Proof(password=PASSWORD))
    assert await why(Proof(password="another")) == "password_wrong"
    assert await why(Proof()) == "confirmation_missing"
    begun, _ = await begin_confirmation(identity, andrew)
    signed = Proof(None, device.sign(begun.challenge), begun, PARTY)
    maya = await create_account(identity, "maya", "Maya", PASSWORD)
    assert await why(signed, maya) == "challenge_expired"
    await confirm_person(identity, andrew, here, signed)
    assert await why(signed) == "challenge_expired"
    device.verifies = False
    begun, _ = await begin_confirmation(identity, andrew)
    touched = Proof(None, device.sign(begun.challenge), begun, PARTY)
    assert await why(touched) == "passkey_wrong"


async def test_without_a_password_a_young_sign_in_is_enough(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    await identity.table.delete(Delete(keys.login_key("local", "andrew")))
    _, token = await open_session(identity, andrew.user_uuid)
    session = await verify_token(identity, token)
    await confirm_person(identity, andrew, session, Proof())
    clock.turn(minutes=10, seconds=1)
    with pytest.raises(Forbidden) as error:
        await confirm_person(identity, andrew, session, Proof())
    assert error.value.code == "sign_in_again"


async def test_no_passkey_is_added_to_an_account_that_ended_meanwhile(
    identity: IdentityContext, andrew: User
) -> None:
    begun, _ = await begin_passkey(identity, andrew)
    made = Device().make(begun.challenge)
    await begin_erasure(identity, andrew.user_uuid, "blank")
    with pytest.raises(Unauthenticated):
        await add_passkey(identity, andrew, begun, made, PARTY, name="Key", transports=[])
    assert await list_passkeys(identity, andrew.user_uuid) == []
