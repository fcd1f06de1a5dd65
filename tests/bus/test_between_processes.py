"""What every bus between processes does, whatever carries its events."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from tests.bus.conftest import PATIENCE_SECONDS, MakeBus
from tests.subscriptions import Subscriber, next_event, subscribed

from cruddur.engines.bus.relay import RelayBus
from cruddur.engines.bus.transport import Transport
from cruddur.ports.bus import Event

HELLO = Event("message", b'{"text":"hello \xc3\xa9"}', "2026-11-23T09:00:00.000Z")
LAST = Event("read", b"{}")


async def next_of(subscription: Subscriber) -> Event:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await next_event(subscription)


async def test_an_event_reaches_the_listeners_of_other_processes(make_bus: MakeBus) -> None:
    here, there = await make_bus(), await make_bus()
    async with subscribed(there, "a") as one, subscribed(there, "a") as two:
        await here.publish(["a"], HELLO)
        assert await next_of(one) == await next_of(two) == HELLO


async def test_it_reaches_nobody_else(make_bus: MakeBus) -> None:
    here, there = await make_bus(), await make_bus()
    async with subscribed(there, "a") as one, subscribed(there, "b") as other:
        await here.publish(["a", "c"], HELLO)
        await here.publish(["a", "b"], LAST)
        assert [await next_of(one), await next_of(one)] == [HELLO, LAST]
        assert await next_of(other) == LAST


async def test_ones_own_process_hears_it_at_once_and_once(make_bus: MakeBus) -> None:
    here, there = await make_bus(), await make_bus()
    async with subscribed(here, "a") as own, subscribed(there, "a") as other:
        waiting = asyncio.create_task(next_event(own))
        await asyncio.sleep(0)
        await here.publish(["a"], HELLO)
        await asyncio.sleep(0)
        assert waiting.done()
        await next_of(other)
        await there.publish(["a"], LAST)  # after the echo, had there been one
        assert await next_of(own) == LAST


async def test_a_process_notes_each_event_of_another_once_and_none_of_its_own(
    make_bus: MakeBus, make_wire: Callable[[], Awaitable[Transport]]
) -> None:
    noted: list[Event] = []
    here, there = await make_bus(), RelayBus(await make_wire(), on_event=noted.append)
    sent = Event("message", b"{}", "", 7, "a-conversation")
    async with AsyncExitStack() as stack:
        stack.push_async_callback(there.close)
        await there.connected.wait()
        one = await stack.enter_async_context(subscribed(there, "a"))
        two = await stack.enter_async_context(subscribed(there, "a"))
        await there.publish(["a"], LAST)
        await here.publish(["a"], sent)
        assert [await next_of(one), await next_of(one)] == [LAST, sent]
        assert [await next_of(two), await next_of(two)] == [LAST, sent]
    assert noted == [sent]


async def test_events_keep_their_order(make_bus: MakeBus) -> None:
    here, there = await make_bus(), await make_bus()
    async with subscribed(there, "a") as subscription:
        for number in range(200):
            await here.publish(["a"], Event("message", b"%d" % number))
        heard = [int((await next_of(subscription)).data) for _ in range(200)]
        assert heard == list(range(200))


async def test_who_comes_again_at_once_is_heard_again(make_bus: MakeBus) -> None:
    here, there = await make_bus(), await make_bus()
    for _ in range(20):
        async with subscribed(there, "a") as subscription:
            await here.publish(["a"], HELLO)
            assert await next_of(subscription) == HELLO


async def test_the_end_ends_those_who_wait_and_sends_what_was_published(make_bus: MakeBus) -> None:
    here, there = await make_bus(), await make_bus()
    async with subscribed(there, "a") as other, subscribed(here, "a") as own:
        await here.end_subscriptions()
        with pytest.raises(StopAsyncIteration):
            await next_of(own)
        await here.publish(["a"], HELLO)
        await here.close()
        assert await next_of(other) == HELLO


async def test_who_leaves_leaves_nothing_behind(make_bus: MakeBus) -> None:
    bus = await make_bus()
    async with subscribed(bus, "a"):
        pass
    async with subscribed(bus, "b"):
        pass
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(bus._channels) > 1:  # noqa: ASYNC110  it is forgotten in the background
            await asyncio.sleep(0)
    assert bus._local._channels == {}
