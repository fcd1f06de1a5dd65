"""How the cache is left alone and taken up again, and what the log says of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.cache.stores import PATIENCE_SECONDS, Breakable
from tests.cache.test_generations import lease_of
from tests.captured_logs import captured_logs
from tests.stage import SEAL

from cruddur.engines.cache import generations
from cruddur.engines.cache.circuit_breaker import FAILURES, FAILURES_IN_ALL
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.cache.memory import MemoryStore
from cruddur.engines.cache.store import CacheUnavailable

LEFT_ALONE = "the cache is left alone; the table answers"
FAILS = "the cache fails some calls; the table answers"
BACK = "the cache is back"


@pytest.fixture
def store() -> Breakable:
    return Breakable(MemoryStore())


@pytest.fixture
async def cache(store: Breakable) -> AsyncIterator[GenerationCache]:
    """One that repairs itself, as a service's does."""
    cache = GenerationCache(store, seal=SEAL)
    yield cache
    store.mode = "works"
    await cache.close()


async def opened(cache: GenerationCache) -> None:
    while not cache.circuit.is_open:
        await cache.get("page")


async def closed(cache: GenerationCache) -> None:
    while cache.circuit.is_open:  # noqa: ASYNC110  nobody but a test waits for that
        await asyncio.sleep(0.01)


async def test_an_engine_that_is_too_slow_for_requests_is_not_taken_up_again(
    store: Breakable,
) -> None:
    cache = GenerationCache(store, seal=SEAL, repairs_itself=False)
    store.mode = "is slow"
    for _ in range(FAILURES):
        await cache.get("page")
    assert not await cache.repair()
    assert cache.circuit.is_open
    store.mode = "works"
    assert await cache.repair()
    assert not cache.circuit.is_open


async def test_an_engine_that_comes_and_goes_is_one_outage_with_growing_pauses(
    store: Breakable, cache: GenerationCache
) -> None:
    with captured_logs() as logs:
        for _ in range(3):
            store.mode = "refuses"
            await opened(cache)
            store.mode = "works"
            await closed(cache)
    assert [log["event"] for log in logs] == [LEFT_ALONE]
    assert cache._backoff.next() >= 2**2 * generations._FIRST_PAUSE_SECONDS


async def test_an_outage_is_over_after_a_quiet_while_and_the_next_one_is_news(
    store: Breakable,
) -> None:
    cache = GenerationCache(store, seal=SEAL, quiet_seconds=0)
    with captured_logs() as logs:
        for _ in range(2):
            store.mode = "refuses"
            await opened(cache)
            store.mode = "works"
            assert cache._repairing is not None
            await cache._repairing
    assert [log["event"] for log in logs] == [LEFT_ALONE, BACK] * 2


async def test_an_engine_that_can_only_be_read_is_told_of_once_however_often_it_is_repaired(
    store: Breakable, cache: GenerationCache
) -> None:
    with captured_logs() as logs:
        for _ in range(3 * FAILURES_IN_ALL):
            lease = await lease_of(cache)
            store.mode = "refuses"
            await cache.put("page", lease, b"page", consistent=True)
            store.mode = "works"
            assert await cache.repair()
    assert [log["event"] for log in logs] == [FAILS]


async def test_pending_ones_are_flushed_in_portions(
    store: Breakable, cache: GenerationCache
) -> None:
    store.most = 100
    cache.invalidate_later([f"page {number}" for number in range(500)])
    assert await cache.repair()
    assert cache._pending == {}


async def test_a_service_ends_while_the_engine_is_away(store: Breakable) -> None:
    cache = GenerationCache(store, seal=SEAL)
    store.mode = "refuses"
    await opened(cache)
    closing = asyncio.create_task(cache.close())
    ended, _ = await asyncio.wait([closing], timeout=PATIENCE_SECONDS)
    assert closing in ended
    assert isinstance(closing.exception(), CacheUnavailable)  # this engine refuses its end as well
