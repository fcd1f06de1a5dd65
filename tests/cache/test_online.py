"""The keys of people who are online: on every engine, and without one."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from tests.cache.stores import PATIENCE_SECONDS, Breakable, opened_store

from cruddur.engines.cache.online import StoreOnline
from cruddur.engines.seal import Seal
from cruddur.ports.online import Online, OnlineHere

SEAL = Seal(b"s" * 32)
SOON_SECONDS = 0.2


@pytest.fixture(params=["here", "memory", "valkey", "momento"])
async def online(request: pytest.FixtureRequest) -> AsyncIterator[Online]:
    if request.param == "here":
        yield OnlineHere()
        return
    async with opened_store(request.param, str(uuid.uuid4())) as store:
        yield StoreOnline(store, SEAL)


async def test_who_arrives_is_there_until_they_leave(online: Online) -> None:
    assert await online.arrive("andrew")
    assert not await online.arrive("andrew")
    await online.refresh(["bayko"])
    found = await online.find(["andrew", "bayko", "mallory"])
    assert set(found or ()) == {"andrew", "bayko"}
    await online.leave("andrew")
    await online.leave("mallory")
    assert set(await online.find(["andrew", "bayko"]) or ()) == {"bayko"}
    assert await online.arrive("andrew")


async def test_many_are_refreshed_and_found(online: Online) -> None:
    people = [f"person-{number}" for number in range(40)]
    await online.refresh(people)
    assert set(await online.find([*people, "nobody"]) or ()) == set(people)
    assert await online.find([]) is not None


@pytest.mark.parametrize("engine", ["memory", "valkey", "momento"])
async def test_who_is_not_refreshed_goes_by_themselves(engine: str) -> None:
    async with opened_store(engine, str(uuid.uuid4())) as store:
        online = StoreOnline(store, SEAL, seconds=SOON_SECONDS)
        await online.arrive("andrew")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await online.find(["andrew"]):  # noqa: ASYNC110  no engine tells of an end
                await asyncio.sleep(SOON_SECONDS)


async def test_nobody_else_makes_people_online() -> None:
    async with opened_store("valkey", str(uuid.uuid4())) as store:
        await StoreOnline(store, Seal(b"o" * 32)).arrive("andrew")
        assert await StoreOnline(store, SEAL).find(["andrew"]) == set()


@pytest.mark.parametrize("mode", ["refuses", "loses"])
async def test_an_engine_that_is_down_holds_nobody_up(mode: str) -> None:
    async with opened_store("memory", "") as store:
        broken = Breakable(store)
        broken.mode = mode  # type: ignore[assignment]
        online = StoreOnline(broken, SEAL)
        assert await online.arrive("andrew")
        assert await online.find(["andrew"]) is None
        await online.refresh(["andrew"])
        await online.leave("andrew")
