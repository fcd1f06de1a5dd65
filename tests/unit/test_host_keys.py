"""Keys of host products: which work, for how long, and what the table holds of them."""

import asyncio
import re

import pytest
from tests.stage import Clock, Interrupted

from cruddur.domain.errors import ApiError, Busy, Conflict, Invalid, NotFound, Unauthenticated
from cruddur.domain.host_key import SCOPES
from cruddur.identity.add_host_key import add_host_key
from cruddur.identity.check_host_key import check_host_key
from cruddur.identity.context import HostKeysChanged, IdentityContext, SessionsEnded
from cruddur.identity.host_keys import note_host_keys_changed
from cruddur.identity.list_host_keys import list_host_keys
from cruddur.identity.remove_host_key import remove_host_key
from cruddur.identity.roll_host_key import roll_host_key
from cruddur.ports.table import Table

pytestmark = pytest.mark.every_engine


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return IdentityContext(table, bytes(32), clock)


def elsewhere(identity: IdentityContext, table: object = None) -> IdentityContext:
    """Another process, which remembers nothing."""
    return IdentityContext(table or identity.table, identity.secret, identity.clock)  # type: ignore[arg-type]


async def works(identity: IdentityContext, token: str) -> bool:
    try:
        return bool(await check_host_key(identity, token))
    except Unauthenticated:
        return False


async def test_a_key_works_and_has_its_scopes(identity: IdentityContext) -> None:
    made = await add_host_key(identity, "shop", ["tokens", "users"])
    assert re.fullmatch(r"crk_shop_1_[A-Za-z0-9_-]{32}", made.token)
    key = await check_host_key(identity, made.token)
    assert (key.name, key.number, list(key.scopes)) == ("shop", 1, ["users", "tokens"])
    assert list((await add_host_key(identity, "all")).key.scopes) == list(SCOPES)


async def test_the_table_does_not_hold_the_secret(identity: IdentityContext) -> None:
    made = await add_host_key(identity, "shop")
    secret = made.token[-32:]
    assert secret not in str([item async for item in identity.table.scan()])
    assert made.token not in f"{made!r} {made.key!r}"


@pytest.mark.parametrize(
    "name", ["", "Shop", "a b", "shop_1", "é", "a" * 33, "-a", "shop\n", "a#1"]
)
async def test_a_name_must_fit_into_a_token(identity: IdentityContext, name: str) -> None:
    with pytest.raises(Invalid):
        await add_host_key(identity, name)


async def test_a_name_is_given_once_also_at_the_same_moment(identity: IdentityContext) -> None:
    made = [add_host_key(elsewhere(identity), "shop") for _ in range(4)]
    outcomes = await asyncio.gather(*made, return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict"] * 3 + ["HostKeyMade"]
    await roll_host_key(identity, "shop")
    await remove_host_key(identity, "shop", old_only=True)
    with pytest.raises(Conflict):  # though its first secret is gone
        await add_host_key(identity, "shop")


async def test_a_scope_is_one_of_those_that_there_are(identity: IdentityContext) -> None:
    with pytest.raises(Invalid):
        await add_host_key(identity, "shop", ["users", "everything"])


async def test_two_secrets_work_at_a_time(identity: IdentityContext) -> None:
    tokens = [(await add_host_key(identity, "shop", ["users"])).token]
    tokens += [(await roll_host_key(identity, "shop")).token for _ in range(2)]
    assert [await works(identity, token) for token in tokens] == [False, True, True]
    assert [list(key.scopes) for key in await list_host_keys(identity)] == [["users"]] * 2
    assert [key.number for key in await remove_host_key(identity, "shop", old_only=True)] == [2]
    assert [await works(identity, token) for token in tokens] == [False, False, True]
    assert await remove_host_key(identity, "shop", old_only=True) == []


async def test_a_removed_key_is_dead_here_at_once_and_elsewhere_by_the_event(
    identity: IdentityContext,
) -> None:
    there = elsewhere(identity)
    told: list[SessionsEnded | HostKeysChanged] = []

    async def announce(ended: SessionsEnded | HostKeysChanged) -> None:
        told.append(ended)
        note_host_keys_changed(there)

    identity.announce = announce
    token = (await add_host_key(identity, "shop")).token
    assert await works(identity, token)
    assert await works(there, token)
    await remove_host_key(identity, "shop")
    assert told == [HostKeysChanged("shop")]
    assert not await works(identity, token)
    assert not await works(there, token)


async def test_a_key_that_is_removed_while_it_is_read_is_not_remembered(
    identity: IdentityContext,
) -> None:
    token = (await add_host_key(identity, "shop")).token
    assert await works(elsewhere(identity), token)  # its use is noted, which would find it gone

    class Reading:
        """The table, where a removal comes between a read and its answer."""

        def __getattr__(self, name: str) -> object:
            return getattr(identity.table, name)

        async def get(self, *given: object, **named: object) -> object:
            found = await identity.table.get(*given, **named)  # type: ignore[arg-type]
            if found is not None:
                await remove_host_key(there, "shop")
            return found

    there = elsewhere(identity)
    there.table = Reading()  # type: ignore[assignment]
    assert not await works(there, token)


async def test_a_key_that_is_removed_while_it_is_rolled_stays_removed(
    identity: IdentityContext,
) -> None:
    await add_host_key(identity, "shop")
    removal = Interrupted(identity.table, "transact", lambda: remove_host_key(identity, "shop"))
    with pytest.raises(Busy):
        await roll_host_key(elsewhere(identity, removal), "shop")
    assert await list_host_keys(identity) == []


async def test_a_use_is_noted_once_an_hour(identity: IdentityContext, clock: Clock) -> None:
    async def noted() -> str | None:
        return (await list_host_keys(identity))[0].last_used_at

    token = (await add_host_key(identity, "shop")).token
    assert await noted() is None
    for minutes, at in ((0, "09:00"), (59, "09:00"), (1, "10:00")):
        clock.turn(minutes=minutes)
        await check_host_key(elsewhere(identity), token)
        assert f"T{at}" in str(await noted())


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token.replace("_1_", "_2_"),
        lambda token: token.replace("shop", "shop2"),
        lambda token: f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}",
        lambda token: f"{token}x",
        lambda token: token.replace("_1_", "_\u0661_"),
        lambda token: token.removeprefix("crk_"),
        lambda _: "crk_",
        lambda _: "",
    ],
)
async def test_another_token_is_none(identity: IdentityContext, change: object) -> None:
    token = (await add_host_key(identity, "shop")).token
    await add_host_key(identity, "shop2")
    assert await works(identity, token)
    assert not await works(identity, change(token))  # type: ignore[operator]


async def test_what_is_not_there_cannot_be_rolled_or_removed(identity: IdentityContext) -> None:
    await add_host_key(identity, "shop-2")
    for deed in (roll_host_key, remove_host_key):
        with pytest.raises(NotFound):
            await deed(identity, "shop")


async def test_an_unreadable_key_is_none(identity: IdentityContext) -> None:
    made = await add_host_key(identity, "shop")
    from cruddur.ports.table import Update  # noqa: PLC0415
    from cruddur.schema import keys  # noqa: PLC0415

    place = keys.host_key_key("shop", 1)
    await identity.table.update(Update(place, {"secret_digest": 5}))
    with pytest.raises(ApiError):
        await check_host_key(identity, made.token)
