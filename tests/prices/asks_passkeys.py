"""What passkeys cost, and a second factor."""

import uuid

from tests.authenticator import PARTY, Device
from tests.prices.asks_sessions import ADDRESS, DEVICE, PASSWORD, elsewhere
from tests.prices.patterns import Stage, asks, cost_of

from cruddur.domain.model import User
from cruddur.domain.passkey import Passkey
from cruddur.identity.add_passkey import add_passkey, begin_passkey
from cruddur.identity.context import Session
from cruddur.identity.find_factors import find_factors
from cruddur.identity.logins import login_key_of
from cruddur.identity.open_session import open_session
from cruddur.identity.passkey_challenge import PasskeyChallenge, new_challenge
from cruddur.identity.remove_passkey import remove_passkey
from cruddur.identity.rename_passkey import rename_passkey
from cruddur.identity.require_second_factor import end_second_factor, require_second_factor
from cruddur.identity.set_password import set_password
from cruddur.identity.sign_in_by_passkey import sign_in_by_passkey
from cruddur.identity.store_short_password import store_short_password
from cruddur.identity.tokens import verify_token
from cruddur.ports.metering import Units, measured
from cruddur.ports.table import Update
from cruddur.schema import keys


async def begun(stage: Stage, user: User, device: Device) -> tuple[PasskeyChallenge, Device]:
    await set_password(stage.identity, user.handle, PASSWORD)
    challenge, _ = await begin_passkey(stage.identity, user)
    return challenge, device


async def added(stage: Stage, user: User, device: Device) -> Passkey:
    challenge, _ = await begun(stage, user, device)
    made = device.make(challenge.challenge, uuid.UUID(user.user_uuid).bytes)
    return await add_passkey(
        stage.identity, user, challenge, made, PARTY, name="Phone", transports=["internal"]
    )


async def two_sessions(stage: Stage, user: User) -> Session:
    tokens = [
        (await open_session(stage.identity, user.user_uuid, DEVICE, ADDRESS))[1] for _ in range(2)
    ]
    return await verify_token(stage.identity, tokens[0])


@asks("add a passkey")
async def add(stage: Stage, pattern: str) -> Units:
    user, device = stage.people[5], Device()
    challenge, _ = await begun(stage, user, device)
    made = device.make(challenge.challenge)
    adding = add_passkey(stage.identity, user, challenge, made, PARTY, name="Phone", transports=[])
    return await cost_of(pattern, adding)


@asks("rename a passkey")
async def rename(stage: Stage, pattern: str) -> Units:
    user = stage.people[6]
    passkey = await added(stage, user, Device())
    renaming = rename_passkey(stage.identity, user.user_uuid, passkey.passkey_id, "Laptop")
    return await cost_of(pattern, renaming)


@asks("see one's own passkeys")
async def see(stage: Stage, pattern: str) -> Units:
    user = stage.people[7]
    for _ in range(3):
        await added(stage, user, Device())
    return await cost_of(pattern, find_factors(stage.identity, user))


@asks("sign in by a passkey")
async def sign_in_alone(stage: Stage, pattern: str) -> Units:
    user, device = stage.people[8], Device()
    await added(stage, user, device)
    challenge = new_challenge(stage.identity, "sign_in")
    signed = device.sign(challenge.challenge)
    with measured() as units:
        await sign_in_by_passkey(elsewhere(stage), challenge, signed, PARTY)
    return units


@asks("remove a passkey, with another session open")
async def remove(stage: Stage, pattern: str) -> Units:
    user = stage.people[9]
    passkey = await added(stage, user, Device())
    session = await two_sessions(stage, user)
    with measured() as units:
        await remove_passkey(stage.identity, user, session, passkey.passkey_id)
    return units


@asks("turn the second factor on, with another session open")
async def require(stage: Stage, pattern: str) -> Units:
    user = stage.people[10]
    await added(stage, user, Device())
    session = await two_sessions(stage, user)
    with measured() as units:
        await require_second_factor(stage.identity, user, session)
    return units


@asks("store a short password beside a second factor")
async def store_short(stage: Stage, pattern: str) -> Units:
    user = stage.people[12]
    await added(stage, user, Device())
    await require_second_factor(stage.identity, user, await two_sessions(stage, user))
    update = Update(login_key_of(user.handle), {"password_hash": "$argon2id$…"})
    one_way_less = Update(keys.user_key(user.user_uuid), {"ways_version": 7})
    storing = store_short_password(
        stage.identity, user.user_uuid, update, one_way_less, field="new_password"
    )
    return await cost_of(pattern, storing)


@asks("turn the second factor off")
async def end(stage: Stage, pattern: str) -> Units:
    user = stage.people[11]
    await added(stage, user, Device())
    await require_second_factor(stage.identity, user, await two_sessions(stage, user))
    return await cost_of(pattern, end_second_factor(stage.identity, user))
