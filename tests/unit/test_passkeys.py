"""A passkey signs in alone or as a second factor; each challenge counts once, in its own browser."""

import asyncio
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.authenticator import PARTY, Device
from tests.stage import Clock, process

from cruddur.domain.errors import ApiError, Busy, Conflict, Invalid, NotFound, Unauthenticated
from cruddur.domain.model import User
from cruddur.domain.passkey import Passkey
from cruddur.identity.add_passkey import add_passkey, begin_passkey
from cruddur.identity.context import IdentityContext, Session
from cruddur.identity.create_account import create_account
from cruddur.identity.disable_account import disable_account
from cruddur.identity.list_passkeys import list_passkeys
from cruddur.identity.list_sessions import list_sessions
from cruddur.identity.passkey_challenge import (
    PasskeyChallenge,
    new_challenge,
    sealed_challenge,
    unsealed_challenge,
)
from cruddur.identity.passkey_proofs import (
    Assertion,
    Attestation,
    RelyingParty,
    check_assertion,
    check_attestation,
)
from cruddur.identity.remove_passkey import remove_passkey
from cruddur.identity.rename_passkey import rename_passkey
from cruddur.identity.set_password import set_password
from cruddur.identity.sign_in import SignedIn, sign_in
from cruddur.identity.sign_in_by_passkey import begin_second_factor, sign_in_by_passkey
from cruddur.identity.tokens import verify_token
from cruddur.ports.table import Delete, Table
from cruddur.schema.passkey_items import passkey_key

pytestmark = pytest.mark.every_engine

PASSWORD = "correct horse battery"


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


@pytest.fixture
async def andrew(identity: IdentityContext) -> User:
    return await create_account(identity, "andrew", "Andrew", PASSWORD)


async def added(identity: IdentityContext, user: User, device: Device) -> Passkey:
    begun, _ = await begin_passkey(identity, user)
    attestation = device.make(begun.challenge, uuid.UUID(user.user_uuid).bytes)
    return await add_passkey(
        identity, user, begun, attestation, device.party, name="Phone", transports=["usb", "odd"]
    )


async def alone(
    identity: IdentityContext, device: Device, begun: PasskeyChallenge | None = None
) -> SignedIn:
    begun = begun or new_challenge(identity, "sign_in")
    signed = device.sign(begun.challenge)
    return await sign_in_by_passkey(identity, begun, signed, PARTY)


async def refused(identity: IdentityContext, device: Device) -> str:
    with pytest.raises(ApiError) as error:
        await alone(identity, device)
    return error.value.code


async def session_of(identity: IdentityContext) -> Session:
    return await verify_token(identity, (await sign_in(identity, "andrew", PASSWORD)).token)


async def test_a_passkey_signs_in_alone(identity: IdentityContext, andrew: User) -> None:
    device = Device()
    passkey = await added(identity, andrew, device)
    assert (passkey.name, passkey.transports, passkey.last_used_at) == ("Phone", ["usb"], None)
    signed_in = await alone(identity, device)
    assert signed_in.user.user_uuid == andrew.user_uuid
    assert (await verify_token(identity, signed_in.token)).user_uuid == andrew.user_uuid
    (used,) = await list_passkeys(identity, andrew.user_uuid)
    assert (used.sign_count, used.last_used_at) == (1, "2026-11-23T09:00:00.000Z")


async def test_a_device_must_check_the_person_where_no_password_was_given(
    identity: IdentityContext, andrew: User
) -> None:
    device = Device(verifies=False)
    await added(identity, andrew, device)
    assert await refused(identity, device) == "passkey_wrong"
    begun, passkeys = await begin_second_factor(identity, "andrew", PASSWORD, address="")
    assert [one.name for one in passkeys] == ["Phone"]
    signed = device.sign(begun.challenge)
    assert await sign_in_by_passkey(identity, begun, signed, PARTY)


async def test_a_challenge_is_answered_once_by_any_process(
    identity: IdentityContext, table: Table, clock: Clock, andrew: User
) -> None:
    device, other = Device(counts=False), process(table, clock)
    await added(identity, andrew, device)
    begun = new_challenge(identity, "sign_in")
    kept = unsealed_challenge(other, sealed_challenge(identity, begun))
    signed = device.sign(begun.challenge)
    assert await sign_in_by_passkey(other, kept, signed, PARTY)
    for replay in (identity, other):
        with pytest.raises(Conflict) as error:
            await sign_in_by_passkey(replay, begun, signed, PARTY)
        assert error.value.code == "challenge_expired"
    assert len(await list_sessions(identity, andrew.user_uuid)) == 1


async def test_of_two_answers_at_once_one_counts(
    identity: IdentityContext, table: Table, clock: Clock, andrew: User
) -> None:
    device = Device(counts=False)
    await added(identity, andrew, device)
    begun = new_challenge(identity, "sign_in")
    signed = device.sign(begun.challenge)
    answers = await asyncio.gather(
        *(sign_in_by_passkey(process(table, clock), begun, signed, PARTY) for _ in range(8)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, SignedIn) for one in answers) == 1


async def test_a_challenge_ends_and_belongs_to_its_use_and_browser(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    device = Device(counts=False)
    await added(identity, andrew, device)
    kept = sealed_challenge(identity, new_challenge(identity, "sign_in"))
    for other in ("confirm", "add"):
        with pytest.raises(Conflict):
            await alone(identity, device, new_challenge(identity, other, andrew.user_uuid))
    with pytest.raises(Conflict):
        await sign_in_by_passkey(identity, None, device.sign("x"), PARTY)
    assert unsealed_challenge(identity, kept + "x") is None
    clock.turn(minutes=9)
    assert unsealed_challenge(identity, kept) is not None
    clock.turn(minutes=1)
    assert unsealed_challenge(identity, kept) is None


async def test_what_is_signed_for_another_site_or_challenge_does_not_count(
    identity: IdentityContext, andrew: User
) -> None:
    device = Device()
    await added(identity, andrew, device)
    for party in (
        RelyingParty("http://localhost:9", "localhost"),
        RelyingParty(*("https://a", "a")),
    ):
        device.party = party
        assert await refused(identity, device) == "passkey_wrong"
    device.party = PARTY
    begun = new_challenge(identity, "sign_in")
    for signed in (device.sign("another"), device.sign(begun.challenge, crossOrigin=True)):
        with pytest.raises(Unauthenticated):
            await sign_in_by_passkey(identity, begun, signed, PARTY)
    assert await sign_in_by_passkey(identity, begun, device.sign(begun.challenge), PARTY)


async def test_a_passkey_of_nobody_looks_like_a_wrong_one(
    identity: IdentityContext, andrew: User
) -> None:
    stranger, of_andrew = Device(), Device()
    await added(identity, andrew, of_andrew)
    handles = [uuid.UUID(andrew.user_uuid).bytes, uuid.uuid4().bytes, b"short", b""]
    for handle in handles:
        stranger.user_handle = handle
        assert await refused(identity, stranger) == "passkey_wrong"
    forged = Device(credential_id=of_andrew.credential_id, user_handle=of_andrew.user_handle)
    assert await refused(identity, forged) == "passkey_wrong"


async def test_a_copy_of_a_key_is_found_by_its_counter(
    identity: IdentityContext, andrew: User
) -> None:
    device = Device()
    await added(identity, andrew, device)
    await alone(identity, device)
    copy = Device(
        key=device.key, credential_id=device.credential_id, user_handle=device.user_handle
    )
    assert await refused(identity, copy) == "passkey_copied"
    copy.counts, copy.uses = False, 0
    assert await refused(identity, copy) == "passkey_copied"
    assert await alone(identity, device)


async def test_a_disabled_account_stays_shut(identity: IdentityContext, andrew: User) -> None:
    device = Device()
    await added(identity, andrew, device)
    await disable_account(identity, "andrew")
    identity.memory.users.forget(andrew.user_uuid)
    assert await refused(identity, device) == "account_disabled"


async def test_a_removed_passkey_opens_nothing_and_ends_the_other_sessions(
    identity: IdentityContext, andrew: User
) -> None:
    device = Device()
    passkey = await added(identity, andrew, device)
    await alone(identity, device)
    here = await session_of(identity)
    await remove_passkey(identity, andrew, here, passkey.passkey_id)
    assert [one.session_id for one in await list_sessions(identity, andrew.user_uuid)] == [
        here.token_id
    ]
    assert await refused(identity, device) == "passkey_wrong"
    with pytest.raises(NotFound):
        await remove_passkey(identity, andrew, here, passkey.passkey_id)
    with pytest.raises(NotFound):
        await rename_passkey(identity, andrew.user_uuid, passkey.passkey_id, "Back")


async def test_a_sign_in_beside_the_removal_leaves_no_session(
    identity: IdentityContext, table: Table, clock: Clock, andrew: User
) -> None:
    devices = [Device(), Device()]
    passkeys = [await added(identity, andrew, device) for device in devices]
    here = await session_of(identity)
    for device, passkey in zip(devices, passkeys, strict=True):
        await asyncio.gather(
            *(alone(process(table, clock), device) for _ in range(3)),
            remove_passkey(identity, andrew, here, passkey.passkey_id),
            return_exceptions=True,
        )
        if passkey in await list_passkeys(identity, andrew.user_uuid):  # the use came first
            await remove_passkey(identity, andrew, here, passkey.passkey_id)
        assert [one.session_id for one in await list_sessions(identity, andrew.user_uuid)] == [
            here.token_id
        ]


async def test_a_passkey_has_a_name_of_its_own(identity: IdentityContext, andrew: User) -> None:
    passkey = await added(identity, andrew, Device())
    await rename_passkey(identity, andrew.user_uuid, passkey.passkey_id, "  Blue   key ")
    assert [one.name for one in await list_passkeys(identity, andrew.user_uuid)] == ["Blue key"]
    with pytest.raises(Invalid):
        await rename_passkey(identity, andrew.user_uuid, passkey.passkey_id, " ")


async def test_a_passkey_is_added_once_and_ten_are_the_most(
    identity: IdentityContext, andrew: User
) -> None:
    device = Device()
    await added(identity, andrew, device)
    with pytest.raises(Conflict) as error:
        await added(identity, andrew, device)
    assert error.value.code == "passkey_there"
    for _ in range(9):
        await added(identity, andrew, Device())
    with pytest.raises(Conflict) as error:
        await begin_passkey(identity, andrew)
    assert error.value.code == "passkeys_max_10"


async def test_a_passkey_is_made_for_the_challenge_and_the_person_who_asked(
    identity: IdentityContext, andrew: User
) -> None:
    maya = await create_account(identity, "maya", "Maya", PASSWORD)
    begun, _ = await begin_passkey(identity, andrew)
    device = Device()
    made = device.make(begun.challenge)

    async def add(user: User, attestation: Attestation) -> str:
        with pytest.raises((Invalid, Conflict)) as error:
            await add_passkey(identity, user, begun, attestation, PARTY, name="Key", transports=[])
        return str(error.value.code)

    assert await add(maya, made) == "challenge_expired"
    assert await add(andrew, device.make("another")) == "passkey_invalid"
    other_id = Attestation(
        credential_id=b"other",
        client_data=made.client_data,
        attestation_object=made.attestation_object,
    )
    assert await add(andrew, other_id) == "passkey_invalid"
    await add_passkey(identity, andrew, begun, made, PARTY, name="Key", transports=[])
    assert await add(andrew, made) == "challenge_expired"


async def test_another_password_ends_what_the_old_one_began(
    identity: IdentityContext, andrew: User
) -> None:
    device = Device()
    await added(identity, andrew, device)
    begun, _ = await begin_second_factor(identity, "andrew", PASSWORD, address="")
    await set_password(identity, "andrew", "another one of mine")
    with pytest.raises(Conflict) as error:
        await sign_in_by_passkey(identity, begun, device.sign(begun.challenge), PARTY)
    assert error.value.code == "challenge_expired"
    assert await list_sessions(identity, andrew.user_uuid) == []


async def test_of_a_use_and_its_copy_at_once_one_counts(
    identity: IdentityContext, table: Table, clock: Clock, andrew: User
) -> None:
    device = Device()
    await added(identity, andrew, device)
    copy = Device(
        key=device.key, credential_id=device.credential_id, user_handle=device.user_handle
    )
    answers = await asyncio.gather(
        *(alone(process(table, clock), one) for one in (device, copy)), return_exceptions=True
    )
    assert sum(isinstance(one, SignedIn) for one in answers) == 1
    assert all(isinstance(one, SignedIn | Busy | Unauthenticated) for one in answers)


@pytest.mark.parametrize("turns", range(8))
async def test_one_that_is_removed_while_it_is_used_is_nobodys(
    identity: IdentityContext, andrew: User, turns: int
) -> None:
    device = Device()
    passkey = await added(identity, andrew, device)
    key = passkey_key(andrew.user_uuid, passkey.passkey_id)

    async def remove() -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        await identity.table.delete(Delete(key))

    answer, _ = await asyncio.gather(alone(identity, device), remove(), return_exceptions=True)
    assert isinstance(answer, SignedIn | Unauthenticated)


@given(st.binary(max_size=400), st.binary(max_size=400))
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
async def test_hostile_bytes_prove_nothing(first: bytes, second: bytes) -> None:
    signed = Device().sign("challenge")
    assertion = Assertion(
        credential_id=b"id",
        client_data=signed.client_data,
        authenticator_data=first,
        signature=second,
    )
    assert (
        await check_assertion(PARTY, "challenge", assertion, "pQ", is_person_verified=True) is None
    )
    made = Device().make("challenge")
    attestation = Attestation(
        credential_id=b"id", client_data=made.client_data, attestation_object=first
    )
    assert await check_attestation(PARTY, "challenge", attestation) is None
