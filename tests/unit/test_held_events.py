"""What is held for pages without a stream is bounded in time and number, and never told in part."""

import asyncio

import pytest

from cruddur.engines.bus.memory import MemoryBus
from cruddur.messaging.events import channel
from cruddur.ports.bus import Event
from cruddur.web.http.held_events import EVENTS_MAX, PAGES_MAX, HeldEvents

READ, PRESENCE = Event("read", b"{}"), Event("presence", b"{}")


@pytest.fixture
def bus() -> MemoryBus:
    return MemoryBus()


async def publish(bus: MemoryBus, *events: Event) -> None:
    for event in events:
        await bus.publish([channel("andrew")], event)


async def test_a_page_gets_once_what_happened_since_it_was_made(bus: MemoryBus) -> None:
    held = HeldEvents(bus)
    await publish(bus, READ)
    page = await held.hold("andrew")
    await publish(bus, PRESENCE, READ)
    assert held.take("bayko", page) is None
    assert held.take("andrew", page) == [READ]
    assert held.take("andrew", page) is None


async def test_a_page_with_too_many_events_is_told_none(bus: MemoryBus) -> None:
    held = HeldEvents(bus)
    enough, too_many = await held.hold("andrew"), await held.hold("andrew")
    await publish(bus, *[READ] * EVENTS_MAX)
    assert held.take("andrew", enough) == [READ] * EVENTS_MAX
    await publish(bus, READ)
    assert held.take("andrew", too_many) is None


async def test_where_events_may_be_lost_nothing_is_told(bus: MemoryBus) -> None:
    held = HeldEvents(bus)
    page = await held.hold("andrew")
    await publish(bus, READ)
    await bus.end_subscriptions()
    assert held.take("andrew", page) is None


async def test_no_more_pages_are_held_than_fit(bus: MemoryBus) -> None:
    held = HeldEvents(bus)
    pages = [await held.hold("andrew") for _ in range(PAGES_MAX + 1)]
    assert held.take("andrew", pages[-1]) is None
    assert held.take("andrew", pages[-2]) == []
    assert held.take("andrew", await held.hold("andrew")) == []


async def test_a_page_that_opens_no_stream_is_given_up(bus: MemoryBus) -> None:
    held = HeldEvents(bus)
    held.seconds = 0
    page = await held.hold("andrew")
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(0, over.set)
    await over.wait()
    assert held.take("andrew", page) is None
    held.seconds = 60
    await publish(bus, READ)
    assert held.take("andrew", await held.hold("andrew")) == []
