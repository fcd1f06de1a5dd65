"""The circuit: which failures are the cache's, and which are the caller's own end."""

import asyncio

import pytest

from cruddur.engines.cache.circuit_breaker import FAILURES, CircuitBreaker
from cruddur.engines.cache.store import CacheUnavailable


async def test_a_call_that_the_engine_breaks_off_is_a_failure_like_others() -> None:
    broken_off = asyncio.get_running_loop().create_future()
    broken_off.cancel()  # as gRPC does with its calls when their channel closes
    with pytest.raises(CacheUnavailable):
        await CircuitBreaker().call(broken_off)


async def test_who_is_cancelled_while_they_wait_is_cancelled() -> None:
    answer = asyncio.get_running_loop().create_future()
    request = asyncio.create_task(CircuitBreaker(call_seconds=60).call(answer))
    await asyncio.sleep(0)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request


async def test_what_failed_before_a_repair_is_not_counted_after_it() -> None:
    async def fails() -> None:
        raise CacheUnavailable("no")

    async def fail(times: int) -> None:
        for _ in range(times):
            with pytest.raises(CacheUnavailable):
                await breaker.call(fails())

    breaker = CircuitBreaker()
    await fail(FAILURES)
    assert breaker.is_open
    breaker.close()
    await fail(FAILURES - 1)
    assert not breaker.is_open
