"""An invitation lets as many people make an account as it says, and nobody after its end."""

import asyncio
from collections.abc import Sequence

import pytest
from tests.stage import Clock, Interrupted, process

from cruddur.domain.errors import ApiError, Conflict, NotFound
from cruddur.domain.model import User
from cruddur.domain.sign_up_invites import OPEN_INVITES_MAX
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.disable_account import disable_account
from cruddur.identity.find_sign_up_invite import find_sign_up_invite
from cruddur.identity.list_sign_up_invites import all_sign_up_invites, list_sign_up_invites
from cruddur.identity.list_users import list_users
from cruddur.identity.make_sign_up_invite import NO_MEMBER, make_sign_up_invite
from cruddur.identity.revoke_sign_up_invite import revoke_sign_up_invite
from cruddur.identity.sign_up_by_invite import sign_up_by_invite
from cruddur.ports.table import Table

pytestmark = pytest.mark.every_engine

PASSWORD = "correct horse"


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


@pytest.fixture
async def andrew(identity: IdentityContext) -> User:
    return await create_account(identity, "andrew", "Andrew", PASSWORD)


async def token_of(identity: IdentityContext, made_by: User | None = None, uses: int = 1) -> str:
    by = made_by.user_uuid if made_by else None
    return (await make_sign_up_invite(identity, by, uses=uses, days=7)).token


async def join(identity: IdentityContext, token: str, handle: str) -> str:
    """The code of the error, or the handle."""
    try:
        made = await sign_up_by_invite(identity, token, handle, handle.title(), PASSWORD)
    except ApiError as error:
        return error.code
    return made.user.handle


async def handles(identity: IdentityContext) -> Sequence[str]:
    return sorted([one.user.handle for one in await list_users(identity, lambda: None)])


async def test_an_invitation_is_used_up(identity: IdentityContext, andrew: User) -> None:
    token = await token_of(identity, andrew, uses=2)
    invite, member = await find_sign_up_invite(identity, token)
    assert (invite.made_by, member, invite.uses_left) == (andrew.user_uuid, andrew, 2)
    joined = [await join(identity, token, handle) for handle in ("bayko", "chloe", "dora")]
    assert joined == ["bayko", "chloe", "sign_up_invite_invalid"]
    assert await list_sign_up_invites(identity, andrew.user_uuid) == []


async def test_of_many_at_once_as_many_come_in_as_it_says(
    table: Table, clock: Clock, identity: IdentityContext
) -> None:
    token = await token_of(identity, uses=5)
    processes = [process(table, clock) for _ in range(4)]
    tries = [join(processes[n % 4], token, f"person{n}") for n in range(20)]
    joined = await asyncio.gather(*tries)
    assert joined.count("sign_up_invite_invalid") == 15
    assert await handles(identity) == sorted(one for one in joined if one.startswith("person"))


async def test_a_taken_handle_uses_nothing_up(identity: IdentityContext, andrew: User) -> None:
    token = await token_of(identity)
    assert await join(identity, token, "Andrew") == "handle_taken"
    assert await join(identity, token, "bayko") == "bayko"


async def test_without_an_invitation_nobody_learns_of_a_handle(
    identity: IdentityContext, andrew: User
) -> None:
    token = await token_of(identity)
    for wrong in ("x", token[:-4] + "AAAA", token.replace(token[:4], "AAAB", 1)):
        assert await join(identity, wrong, "andrew") == "sign_up_invite_invalid"


async def test_it_ends_by_time_and_by_hand(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    late, ended = await token_of(identity), await token_of(identity, andrew)
    (invite,) = await list_sign_up_invites(identity, andrew.user_uuid)
    with pytest.raises(NotFound):
        await revoke_sign_up_invite(identity, None, invite.invite_id)
    await revoke_sign_up_invite(identity, andrew.user_uuid, invite.invite_id)
    assert await join(identity, ended, "bayko") == "sign_up_invite_invalid"
    clock.turn(days=7)
    assert await join(identity, late, "bayko") == "sign_up_invite_invalid"
    assert await list_sign_up_invites(identity, None) == []


async def test_one_that_is_ended_during_the_use_lets_nobody_in(
    identity: IdentityContext, clock: Clock, andrew: User
) -> None:
    token = await token_of(identity, andrew)
    (invite,) = await list_sign_up_invites(identity, andrew.user_uuid)

    async def overtake() -> None:
        await revoke_sign_up_invite(identity, andrew.user_uuid, invite.invite_id)

    slow = process(Interrupted(identity.table, "transact", overtake), clock)
    assert await join(slow, token, "bayko") == "sign_up_invite_invalid"
    assert await handles(identity) == ["andrew"]


async def test_it_ends_with_the_account_of_its_maker(
    identity: IdentityContext, andrew: User
) -> None:
    bayko = await create_account(identity, "bayko", "Bayko", PASSWORD)
    of_andrew, of_bayko = await token_of(identity, andrew), await token_of(identity, bayko)
    await disable_account(identity, "bayko")
    await begin_erasure(identity, andrew.user_uuid, "blank")
    for token in (of_andrew, of_bayko):
        assert await join(identity, token, "chloe") == "sign_up_invite_invalid"


async def test_a_member_has_so_many_open_ones(identity: IdentityContext, andrew: User) -> None:
    tokens = [await token_of(identity, andrew) for _ in range(OPEN_INVITES_MAX)]
    with pytest.raises(Conflict):
        await token_of(identity, andrew)
    assert await join(identity, tokens[0], "bayko") == "bayko"
    await token_of(identity, andrew)
    for _ in range(OPEN_INVITES_MAX + 1):
        await token_of(identity)
    assert len([one async for one in all_sign_up_invites(identity)]) == 2 * OPEN_INVITES_MAX + 1


async def test_the_table_holds_no_token(identity: IdentityContext, andrew: User) -> None:
    tokens = [await token_of(identity, by) for by in (None, andrew)]
    stored = str([item async for item in identity.table.scan()])
    assert [one for one in tokens if one in stored or one[22:] in stored] == []
    assert NO_MEMBER not in stored
