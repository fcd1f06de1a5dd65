"""The circuit: which failures are the cache's, and which are the caller's own end."""

import asyncio

import pytest

from cruddur.cache.circuit import Circuit
from cruddur.cache.store import CacheUnavailable


async def test_a_call_that_the_engine_breaks_off_is_a_failure_like_others() -> None:
    broken_off = asyncio.get_running_loop().create_future()
    broken_off.cancel()  # as gRPC does with its calls when their channel closes
    with pytest.raises(CacheUnavailable):
        await Circuit().call(broken_off)


async def test_who_is_cancelled_while_they_wait_is_cancelled() -> None:
    answer = asyncio.get_running_loop().create_future()
    request = asyncio.create_task(Circuit(call_seconds=60).call(answer))
    await asyncio.sleep(0)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
