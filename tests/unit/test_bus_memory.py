"""The bus of one process."""

import asyncio

import msgspec
import pytest
from tests.captured_logs import captured_logs
from tests.subscriptions import Subscriber, next_event, subscribed

from cruddur.engines.bus.memory import MemoryBus
from cruddur.ports.bus import Event, Subscription

HELLO = Event("message", b"{}", "1")


async def test_an_event_reaches_every_listener_of_its_channels_and_no_other() -> None:
    bus = MemoryBus()
    async with (
        subscribed(bus, "a") as one,
        subscribed(bus, "a") as two,
        subscribed(bus, "b") as other,
    ):
        await bus.publish(["a", "nobody"], HELLO)
        await bus.publish(["b"], Event("read", b"[]"))
        assert await next_event(one) == await next_event(two) == HELLO
        assert (await next_event(other)).type == "read"


async def test_who_waits_is_woken() -> None:
    bus = MemoryBus()
    async with subscribed(bus, "a") as subscription:
        waiting = asyncio.create_task(next_event(subscription))
        await asyncio.sleep(0)
        await bus.publish(["a"], HELLO)
        assert await waiting == HELLO


async def test_closing_ends_those_who_wait_and_those_who_come_later() -> None:
    bus = MemoryBus()
    async with subscribed(bus, "a") as subscription:
        waiting = asyncio.create_task(next_event(subscription))
        await asyncio.sleep(0)
        await bus.close()
        with pytest.raises(StopAsyncIteration):
            await waiting
        async with subscribed(bus, "a") as late:
            with pytest.raises(StopAsyncIteration):
                await next_event(late)


async def test_what_was_queued_before_the_end_is_still_read() -> None:
    bus = MemoryBus()
    async with subscribed(bus, "a") as subscription:
        await bus.publish(["a"], HELLO)
        await bus.close()
        assert await next_event(subscription) == HELLO


async def test_who_leaves_leaves_nothing_behind() -> None:
    bus = MemoryBus()
    async with subscribed(bus, "a"):
        pass
    assert bus._channels == {}


class LeavesAtOnce(Subscriber):
    """Closes a subscription, its own or another, as soon as an event comes."""

    subscription: Subscription

    def on_event(self, event: Event) -> None:
        super().on_event(event)
        self.subscription.close()


async def test_who_leaves_while_an_event_is_delivered_disturbs_nobody() -> None:
    bus, leaving = MemoryBus(), LeavesAtOnce()
    leaving.subscription = await bus.subscribe("a", leaving)
    async with subscribed(bus, "a") as other:
        for _ in range(2):
            await bus.publish(["a"], HELLO)
            assert await next_event(other) == HELLO
    assert leaving.arrived() == [HELLO]


class Fails(Subscriber):
    """Raises at each event, against the port's rule."""

    def on_event(self, event: Event) -> None:
        raise ValueError(event)


async def test_a_listener_that_fails_silences_no_other_and_fails_no_publish() -> None:
    bus = MemoryBus()
    await bus.subscribe("a", Fails())
    async with subscribed(bus, "a") as other:
        with captured_logs() as logs:
            await bus.publish(["a"], HELLO)
        assert await next_event(other) == HELLO
    assert [line["level"] for line in logs] == ["error"]


async def test_a_closed_subscription_tells_no_end() -> None:
    bus, listener = MemoryBus(), Subscriber()
    subscription = await bus.subscribe("a", listener)
    subscription.close()
    subscription.close()
    await bus.close()
    assert listener.arrived() == []


@pytest.mark.parametrize(
    ("sent", "understood"),
    [
        (["read", b"{}"], Event("read", b"{}")),
        (["message", b"{}", "1"], HELLO),
        (
            ["message", b"{}", "1", 7, "g", 2, (3, 1), "of a later version"],
            Event("message", b"{}", "1", 7, "g", 2, (3, 1)),
        ),
    ],
)
def test_an_event_of_another_version_is_understood(sent: list[object], understood: Event) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(sent), type=Event) == understood
