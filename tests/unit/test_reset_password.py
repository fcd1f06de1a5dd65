"""A link sets another password once, within an hour, and only the newest one; all sessions end."""

import asyncio
import uuid

import pytest
from tests.stage import Clock, Interrupted, person, process

from cruddur.domain.errors import Invalid, NotFound, TableUnavailable, Unauthenticated
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.link_tokens import new_token
from cruddur.identity.list_sessions import list_sessions
from cruddur.identity.make_reset_token import make_reset_token
from cruddur.identity.reset_password import reset_password
from cruddur.identity.sign_in import sign_in
from cruddur.ports.table import Put, Table
from cruddur.schema import items, keys

pytestmark = pytest.mark.every_engine

OLD, NEW, OTHER = "correct horse", "battery staple", "paper airplane"


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


@pytest.fixture
async def andrew(identity: IdentityContext) -> User:
    return await create_account(identity, "andrew", "Andrew", OLD)


async def signs_in(identity: IdentityContext, password: str) -> bool:
    try:
        return bool(await sign_in(identity, "andrew", password))
    except Unauthenticated:
        return False


async def refused(identity: IdentityContext, token: str) -> bool:
    try:
        await reset_password(identity, token, OTHER)
    except NotFound as error:
        return error.code == "reset_link_invalid"
    return False


async def test_a_link_works_once_and_ends_all_sessions(
    identity: IdentityContext, andrew: User
) -> None:
    await sign_in(identity, "andrew", OLD)
    made = await make_reset_token(identity, "@Andrew")
    assert made.user.user_uuid == andrew.user_uuid
    ended = await reset_password(identity, made.token, NEW)
    assert (ended.user_uuid, ended.token_id) == (andrew.user_uuid, None)
    assert await list_sessions(identity, andrew.user_uuid) == []
    assert await refused(identity, made.token)
    assert [await signs_in(identity, password) for password in (OLD, NEW)] == [False, True]
    assert await identity.table.get(keys.reset_key(andrew.user_uuid)) is None


async def test_a_newer_link_replaces_the_older(identity: IdentityContext, andrew: User) -> None:
    older, newer = [(await make_reset_token(identity, "andrew")).token for _ in range(2)]
    assert await refused(identity, older)
    await reset_password(identity, newer, NEW)
    assert await signs_in(identity, NEW)


async def test_of_two_uses_at_once_one_wins(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    token = (await make_reset_token(identity, "andrew")).token

    async def overtake() -> None:
        await reset_password(identity, token, NEW)

    slow = process(Interrupted(identity.table, "transact", overtake), clock)
    assert await refused(slow, token)
    assert [await signs_in(identity, password) for password in (OTHER, NEW)] == [False, True]


async def test_a_newer_link_that_is_made_during_the_use_wins(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    token = (await make_reset_token(identity, "andrew")).token

    async def replace() -> None:
        await make_reset_token(identity, "andrew")

    assert await refused(process(Interrupted(identity.table, "transact", replace), clock), token)
    assert await signs_in(identity, OLD)


async def test_a_link_ends_after_an_hour(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    token = (await make_reset_token(identity, "andrew")).token
    clock.turn(minutes=59)
    with pytest.raises(Invalid) as too_short:
        await reset_password(identity, token, "short")
    assert too_short.value.field == "new_password"  # the link is not used up by that
    clock.turn(minutes=1)
    assert await refused(identity, token)
    item = await identity.table.get(keys.reset_key(andrew.user_uuid))
    assert item is not None
    assert item[keys.TTL_ATTRIBUTE] == int(clock().timestamp())


async def test_no_other_text_works(identity: IdentityContext, andrew: User) -> None:
    token = (await make_reset_token(identity, "andrew")).token
    for wrong in ("", "x", token[:-1], token + "A", token.swapcase(), "=" * 54, "é" * 54, "\0"):
        assert await refused(identity, wrong)
    assert await refused(identity, new_token(andrew.user_uuid).text)
    assert await refused(identity, new_token(str(uuid.uuid4())).text)
    await reset_password(identity, token, NEW)


async def test_the_secret_is_stored_nowhere(identity: IdentityContext, andrew: User) -> None:
    made = await make_reset_token(identity, "andrew")
    stored = str([item async for item in identity.table.scan()])
    assert made.token not in stored
    assert made.token[22:] not in stored  # what follows the person's uuid
    assert made.token not in repr(made)


async def test_who_never_had_a_password_gets_one(identity: IdentityContext) -> None:
    bayko = person("bayko")
    for item in items.person_items(bayko):
        await identity.table.put(Put(item))
    await reset_password(identity, (await make_reset_token(identity, "bayko")).token, NEW)
    assert (await sign_in(identity, "bayko", NEW)).user.handle == "bayko"


async def test_sessions_end_before_the_password_is_set_so_that_a_crash_leaves_none(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    await sign_in(identity, "andrew", OLD)
    token = (await make_reset_token(identity, "andrew")).token

    async def die() -> None:
        raise TableUnavailable("killed")

    dying = process(Interrupted(identity.table, "transact", die), clock)
    with pytest.raises(TableUnavailable):
        await reset_password(dying, token, NEW)
    assert await list_sessions(identity, andrew.user_uuid) == []
    await reset_password(identity, token, NEW)  # the link is as it was


async def test_who_signs_in_by_the_old_password_meanwhile_is_out(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    token = (await make_reset_token(identity, "andrew")).token

    async def sneak_in() -> None:
        await sign_in(identity, "andrew", OLD)

    between = process(Interrupted(identity.table, "transact", sneak_in), clock)
    await asyncio.gather(reset_password(between, token, NEW))
    assert await list_sessions(identity, andrew.user_uuid) == []
