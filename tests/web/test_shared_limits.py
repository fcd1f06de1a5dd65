"""Limits that processes count together, in a real Valkey; and what happens when it is away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from tests.valkey_server import ValkeyServer

from cruddur.bootstrap.limits import open_limits
from cruddur.config import Settings
from cruddur.domain.errors import RateLimited
from cruddur.engines.cache.valkey_limits import ValkeyLimits
from cruddur.web.http.rate_limits import SITE_SHARE, Limits, Take

SECRET = b"s" * 32


@pytest.fixture(scope="module")
def server() -> Iterator[ValkeyServer]:
    server = ValkeyServer()
    yield server
    server.stop()


@pytest.fixture
async def processes(server: ValkeyServer) -> AsyncIterator[list[Limits]]:
    """Two, as far as their limits are concerned."""
    server.command("FLUSHALL")
    async with AsyncExitStack() as stack:
        limits = []
        for _ in range(2):
            shared = ValkeyLimits(server.url, prefix="test/", secret=SECRET)
            stack.push_async_callback(shared.close)
            limits.append(Limits(shared=shared))
        yield limits


async def takes(limits: Limits, key: str, count: int = 1) -> bool:
    try:
        await limits.take_together([Take(limits.wrong_here, key, count)])
    except RateLimited:
        return False
    return True


async def test_processes_count_together_and_at_the_same_moment(processes: list[Limits]) -> None:
    tries = [takes(processes[number % 2], "andrew") for number in range(16)]
    assert sum(await asyncio.gather(*tries)) == 10
    assert await takes(processes[0], "bayko")


async def test_what_is_given_back_may_be_taken_again(processes: list[Limits]) -> None:
    here, there = processes
    assert await takes(here, "andrew", 10)
    assert not await takes(there, "andrew")
    await here.give_back([Take(here.wrong_here, "andrew", 1)])
    assert [await takes(there, "andrew") for _ in range(2)] == [True, False]
    await here.give_back([Take(here.wrong_here, "andrew", 10)])
    assert await takes(there, "andrew", 10)


async def test_who_is_refused_is_told_how_long_to_wait(processes: list[Limits]) -> None:
    assert await takes(processes[0], "andrew", 10)
    with pytest.raises(RateLimited) as refused:
        await processes[1].take_together([Take(processes[1].wrong_here, "andrew")])
    assert 9 < refused.value.retry_after <= 10


async def test_all_are_counted_or_none(processes: list[Limits]) -> None:
    here, there = processes
    assert await takes(here, "andrew", 10)
    both = [Take(here.wrong_address, "192.0.2.1", 30), Take(here.wrong_here, "andrew")]
    with pytest.raises(RateLimited):
        await here.take_together(both)
    await there.take_together([Take(there.wrong_address, "192.0.2.1", 30)])


async def test_a_key_of_one_limit_is_not_that_of_another(processes: list[Limits]) -> None:
    here, there = processes
    assert await takes(here, "andrew", 10)
    assert not await takes(there, "andrew")
    await there.take_together([Take(there.wrong_address, "andrew")])


async def test_a_site_has_sixteen_times_as_much(processes: list[Limits]) -> None:
    here, there = processes
    for number in range(160):
        limits = processes[number % 2]
        await limits.take_together([Take(limits.wrong_here, "2001:db8::/48", share=SITE_SHARE)])
    for limits in (here, there):
        with pytest.raises(RateLimited) as refused:
            await limits.take_together([Take(limits.wrong_here, "2001:db8::/48", share=SITE_SHARE)])
        assert refused.value.retry_after <= here.wrong_here.seconds / SITE_SHARE


async def test_more_than_may_be_taken_at_once_is_all_there_is(processes: list[Limits]) -> None:
    assert await takes(processes[0], "andrew", 11)
    assert not await takes(processes[1], "andrew")


async def test_limits_that_are_off_count_nothing(server: ValkeyServer) -> None:
    server.command("FLUSHALL")
    shared = ValkeyLimits(server.url, prefix="test/", secret=SECRET)
    limits = Limits(is_on=False, shared=shared)
    assert all([await takes(limits, "andrew", 10) for _ in range(3)])
    await limits.give_back([Take(limits.wrong_here, "andrew", 10)])
    assert server.command("KEYS", "*").startswith("*0")
    await shared.close()


async def test_counts_end_by_themselves_and_name_nobody(
    processes: list[Limits], server: ValkeyServer
) -> None:
    await takes(processes[0], "andrew\n192.0.2.1")
    name = server.command("KEYS", "*").splitlines()[2]
    assert name.startswith("test/limit/")
    assert "192.0.2.1" not in name
    assert "andrew" not in name
    assert 0 < int(server.command("PTTL", name).removeprefix(":")) <= 10_000


async def test_what_somebody_else_wrote_there_is_no_count(
    processes: list[Limits], server: ValkeyServer
) -> None:
    await takes(processes[0], "andrew")
    name = server.command("KEYS", "*").splitlines()[2]
    server.command("SET", name, "nonsense")
    assert await takes(processes[0], "andrew")


async def test_without_the_server_each_process_counts() -> None:
    server = ValkeyServer()
    shared = ValkeyLimits(server.url, prefix="test/", secret=SECRET)
    limits = Limits(shared=shared)
    assert await takes(limits, "andrew", 10)
    server.kill()
    assert [await takes(limits, "andrew", 10), await takes(limits, "andrew")] == [True, False]
    await shared.close()
    server.stop()


async def test_a_server_that_says_nothing_holds_up_one_request_and_no_other() -> None:
    server = ValkeyServer()
    shared = ValkeyLimits(server.url, prefix="test/", secret=SECRET)
    assert await shared.take("andrew", count=1, burst=1, seconds=1) == 0
    server.stall()
    assert await shared.take("andrew", count=1, burst=1, seconds=1) is None
    assert shared.is_paused
    server.go_on()
    await shared.close()
    server.stop()


@pytest.mark.parametrize(
    ("cache", "bus", "rate_limits", "is_shared"),
    [
        ("valkey", "memory", "on", True),
        ("off", "valkey", "on", True),
        ("off", "memory", "on", False),
        ("valkey", "valkey", "off", False),
    ],
)
async def test_limits_are_shared_where_a_valkey_is_named(
    cache: str, bus: str, rate_limits: str, is_shared: bool
) -> None:
    settings = Settings(cache=cache, bus=bus, rate_limits=rate_limits)  # type: ignore[arg-type]
    async with open_limits(settings, SECRET) as limits:
        assert (limits is not None) is is_shared
