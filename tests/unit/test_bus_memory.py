"""The bus of one process."""

import asyncio

import pytest

from cruddur.bus.memory import QUEUE_MAX_EVENTS, MemoryBus
from cruddur.messaging.ports import Event

HELLO = Event("message", b"{}", "1")


async def test_an_event_reaches_every_listener_of_its_channels_and_no_other() -> None:
    bus = MemoryBus()
    async with bus.subscribe("a") as one, bus.subscribe("a") as two, bus.subscribe("b") as other:
        await bus.publish(["a", "nobody"], HELLO)
        await bus.publish(["b"], Event("read", b"[]"))
        assert await one.next() == await two.next() == HELLO
        assert (await other.next()).type == "read"


async def test_who_waits_is_woken() -> None:
    bus = MemoryBus()
    async with bus.subscribe("a") as subscription:
        waiting = asyncio.create_task(subscription.next())
        await asyncio.sleep(0)
        await bus.publish(["a"], HELLO)
        assert await waiting == HELLO


async def test_a_reader_who_lags_is_let_go() -> None:
    bus = MemoryBus()
    async with bus.subscribe("a") as slow, bus.subscribe("a") as quick:
        for _ in range(QUEUE_MAX_EVENTS + 1):
            await bus.publish(["a"], HELLO)
            await quick.next()
        with pytest.raises(StopAsyncIteration):
            await slow.next()
        await bus.publish(["a"], HELLO)
        assert await quick.next() == HELLO


async def test_closing_ends_those_who_wait_and_those_who_come_later() -> None:
    bus = MemoryBus()
    async with bus.subscribe("a") as subscription:
        waiting = asyncio.create_task(subscription.next())
        await asyncio.sleep(0)
        await bus.close()
        with pytest.raises(StopAsyncIteration):
            await waiting
        async with bus.subscribe("a") as late:
            with pytest.raises(StopAsyncIteration):
                await late.next()


async def test_what_was_queued_before_the_end_is_still_read() -> None:
    bus = MemoryBus()
    async with bus.subscribe("a") as subscription:
        await bus.publish(["a"], HELLO)
        await bus.close()
        assert await subscription.next() == HELLO


async def test_who_leaves_leaves_nothing_behind() -> None:
    bus = MemoryBus()
    async with bus.subscribe("a"):
        pass
    assert bus._channels == {}


async def test_a_wait_that_is_cancelled_loses_no_event() -> None:
    bus = MemoryBus()
    async with bus.subscribe("a") as subscription:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await subscription.next()
        await bus.publish(["a"], HELLO)
        assert await subscription.next() == HELLO
