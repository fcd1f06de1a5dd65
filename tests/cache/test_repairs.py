"""How the cache is left alone and taken up again, and what the log says of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs
from tests.cache.stores import Breakable
from tests.cache.test_generations import ticket_of

from cruddur.cache import generations
from cruddur.cache.circuit import FAILURES, FAILURES_IN_ALL
from cruddur.cache.generations import GenerationCache
from cruddur.cache.memory import MemoryStore

LEFT_ALONE = "the cache is left alone; the table answers"
FAILS = "the cache fails some calls; the table answers"
BACK = "the cache is back"


@pytest.fixture
def store() -> Breakable:
    return Breakable(MemoryStore())


@pytest.fixture
async def cache(store: Breakable) -> AsyncIterator[GenerationCache]:
    """One that repairs itself, as a service's does."""
    cache = GenerationCache(store)
    yield cache
    store.mode = "works"
    await cache.close()


async def opened(cache: GenerationCache) -> None:
    while not cache.circuit.is_open:
        await cache.recall("page")


async def closed(cache: GenerationCache) -> None:
    while cache.circuit.is_open:  # noqa: ASYNC110  nobody but a test waits for that
        await asyncio.sleep(0.01)


async def test_an_engine_that_is_too_slow_for_requests_is_not_taken_up_again(
    store: Breakable,
) -> None:
    cache = GenerationCache(store, repairs_itself=False)
    store.mode = "is slow"
    for _ in range(FAILURES):
        await cache.recall("page")
    assert not await cache.repair()
    assert cache.circuit.is_open
    store.mode = "works"
    assert await cache.repair()
    assert not cache.circuit.is_open


async def test_an_engine_that_comes_and_goes_is_one_outage_with_growing_pauses(
    store: Breakable, cache: GenerationCache
) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            store.mode = "refuses"
            await opened(cache)
            store.mode = "works"
            await closed(cache)
    assert [log["event"] for log in logs] == [LEFT_ALONE]
    assert cache._pause >= 2**2 * generations._FIRST_PAUSE_SECONDS


async def test_an_outage_is_over_after_a_quiet_while_and_the_next_one_is_news(
    store: Breakable,
) -> None:
    cache = GenerationCache(store, quiet_seconds=0)
    with capture_logs() as logs:
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
    with capture_logs() as logs:
        for _ in range(3 * FAILURES_IN_ALL):
            ticket = await ticket_of(cache)
            store.mode = "refuses"
            await cache.keep("page", ticket, b"page", certain=True)
            store.mode = "works"
            assert await cache.repair()
    assert [log["event"] for log in logs] == [FAILS]


async def test_what_is_owed_is_paid_in_portions(store: Breakable, cache: GenerationCache) -> None:
    store.most = 100
    cache.outdate_later([f"page {number}" for number in range(500)])
    assert await cache.repair()
    assert cache._owed == {}
