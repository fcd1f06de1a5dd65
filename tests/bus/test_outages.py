"""The transport is cut, stalls, or is absent; nothing is lost for good, and no publish waits."""
# ruff: noqa: T201  the figures of an outage are told in the tests' output

import asyncio
import time

import pytest
from tests.bus.conftest import PATIENCE_SECONDS
from tests.bus.test_between_processes import HELLO, LAST, next_of
from tests.momento_local import MomentoLocal, full, stall
from tests.ports import free_port
from tests.stage import SEAL
from tests.subscriptions import Subscriber, subscribed
from tests.valkey_server import ValkeyServer

from cruddur.engines.bus import send_queue
from cruddur.engines.bus.local import BEHIND_BYTES, Hub, LocalTransport
from cruddur.engines.bus.momento import MomentoTransport
from cruddur.engines.bus.relay import RelayBus
from cruddur.engines.bus.valkey import ValkeyTransport
from cruddur.ports.bus import Event

TYPING = Event("typing", b"{}")


def over_valkey(url: str, *, silence_seconds: float = 5) -> RelayBus:
    return RelayBus(
        ValkeyTransport(url, seal=SEAL, silence_seconds=silence_seconds), spread_seconds=0
    )


async def connected(*buses: RelayBus) -> None:
    async with asyncio.timeout(2 * PATIENCE_SECONDS):
        await asyncio.gather(*(bus.connected.wait() for bus in buses))


async def cut_off(bus: RelayBus) -> None:
    async with asyncio.timeout(2 * PATIENCE_SECONDS):
        while bus.connected.is_set():  # noqa: ASYNC110  only the coming back is awaited elsewhere
            await asyncio.sleep(0.01)


async def ends(subscription: Subscriber) -> None:
    with pytest.raises(StopAsyncIteration):
        await next_of(subscription)


async def test_without_a_server_ones_own_process_is_served() -> None:
    bus = over_valkey(f"valkey://127.0.0.1:{free_port()}/0")
    async with subscribed(bus, "a") as subscription:
        await bus.publish(["a"], HELLO)
        assert await next_of(subscription) == HELLO
    await bus.close()


async def test_a_killed_server_costs_nothing_within_the_process(valkey: ValkeyServer) -> None:
    bus = over_valkey(valkey.url)
    await connected(bus)
    async with subscribed(bus, "a") as subscription:
        valkey.kill()
        await cut_off(bus)
        slowest = 0.0
        for _ in range(100):
            started = time.perf_counter()
            await bus.publish(["a"], HELLO)
            slowest = max(slowest, time.perf_counter() - started)
            assert await next_of(subscription) == HELLO
        print(f"\nwithout a server: the slowest of 100 publishes took {slowest * 1000:.2f} ms")
    await bus.close()


async def test_once_it_is_back_devices_come_again_and_hear_the_others(valkey: ValkeyServer) -> None:
    here, there = over_valkey(valkey.url), over_valkey(valkey.url)
    await connected(here, there)
    async with subscribed(there, "a") as before:
        valkey.kill()
        await cut_off(there)
        async with subscribed(there, "a") as meanwhile:
            valkey.restart()
            started = time.perf_counter()
            await connected(here, there)
            print(f"\nback {time.perf_counter() - started:.2f} s after the server")
            await ends(before)
            await ends(meanwhile)
    async with subscribed(there, "a") as after:
        await here.publish(["a"], HELLO)
        assert await next_of(after) == HELLO
    await asyncio.gather(here.close(), there.close())


async def test_what_was_published_meanwhile_is_sent_but_for_what_is_fleeting() -> None:
    waiting = send_queue.SendQueue(bytes(send_queue.ORIGIN_BYTES))
    for event in (TYPING, HELLO):
        waiting.add(["a"], event)
    waiting.is_away = False
    waiting.add(["b"], TYPING)
    assert [packet.channels for packet in await waiting.take()] == [["a"], ["b"]]


async def test_what_was_perhaps_sent_is_sent_again(valkey: ValkeyServer) -> None:
    here, there = over_valkey(valkey.url), over_valkey(valkey.url)
    await connected(here, there)
    async with subscribed(there, "a") as subscription:
        await asyncio.wait_for(there._channels["a"].confirmed, PATIENCE_SECONDS)
        await here.publish(["a"], HELLO)
        await here._transport.disconnect()  # in the same turn: the sender finds the connection gone
        assert await next_of(subscription) == HELLO
    await asyncio.gather(here.close(), there.close())


async def test_a_server_that_stalls_is_given_up(valkey: ValkeyServer) -> None:
    bus = over_valkey(valkey.url, silence_seconds=0.2)
    await connected(bus)
    async with subscribed(bus, "a") as subscription:
        valkey.stall()
        started = time.perf_counter()
        await cut_off(bus)
        print(f"\nstalled: given up after {time.perf_counter() - started:.2f} s of silence")
        await bus.publish(["a"], HELLO)
        assert await next_of(subscription) == HELLO
        valkey.go_on()
        await ends(subscription)
    await bus.close()


async def test_what_is_dropped_sends_the_others_to_fetch_it(valkey: ValkeyServer) -> None:
    here, there = over_valkey(valkey.url), over_valkey(valkey.url)
    await connected(here, there)
    async with subscribed(there, "a") as possibly_missed, subscribed(there, "b") as other:
        for name in ["a"] * 3 + ["c"] * send_queue.PACKETS_MAX:
            await here.publish([name], HELLO)  # all in one turn: nothing is sent in between
        assert here._send_queue.dropped == 3
        await ends(possibly_missed)
        await here.publish(["b"], LAST)
        assert await next_of(other) == LAST
    await asyncio.gather(here.close(), there.close())


async def test_too_many_to_be_named_are_all_sent(valkey: ValkeyServer) -> None:
    here, there = over_valkey(valkey.url), over_valkey(valkey.url)
    await connected(here, there)
    async with subscribed(there, "a") as subscription:
        for number in range(send_queue.PACKETS_MAX + send_queue.NAMED_MAX + 1):
            await here.publish([f"{number}"], HELLO)
        await ends(subscription)
    await asyncio.gather(here.close(), there.close())


async def test_momento_killed_and_back() -> None:
    async with MomentoLocal().running() as momento:
        transport = [
            MomentoTransport(momento.credentials, seal=SEAL, call_seconds=5) for _ in range(2)
        ]
        here, there = (RelayBus(transport, spread_seconds=0) for transport in transport)
        await connected(here, there)
        async with subscribed(there, "a") as subscription:
            await momento.kill()
            await cut_off(there)
            await momento.start()
            await ends(subscription)
        await connected(here, there)
        async with subscribed(there, "a") as after:
            await here.publish(["a"], HELLO)
            assert await next_of(after) == HELLO
        await asyncio.gather(here.close(), there.close())


@pytest.mark.parametrize("fault", [stall, full])
async def test_momento_that_takes_nothing_holds_nobody_up(fault: object) -> None:
    async with MomentoLocal().running() as momento:
        bus = RelayBus(MomentoTransport(momento.credentials, seal=SEAL), spread_seconds=0)
        await connected(bus)
        async with subscribed(bus, "a") as subscription:
            momento.fault = fault  # type: ignore[assignment]
            started = time.perf_counter()
            await bus.publish(["a"], HELLO)
            took = time.perf_counter() - started
            assert await next_of(subscription) == HELLO
            await cut_off(bus)
            momento.fault = None
            await ends(subscription)
        print(f"\nMomento at fault: the publish took {took * 1000:.2f} ms")
        await bus.close()


async def test_a_token_that_is_refused_is_an_outage_like_others() -> None:
    async with MomentoLocal().running() as momento:
        wrong = MomentoTransport(
            MomentoLocal(token="wrong", port=momento.port).credentials, seal=SEAL
        )
        await serves_its_own_process(RelayBus(wrong))


async def test_a_password_that_is_refused_is_an_outage_like_others() -> None:
    server = ValkeyServer(password="right")
    await serves_its_own_process(over_valkey(server.url.replace("right", "wrong")))
    server.stop()


async def serves_its_own_process(bus: RelayBus) -> None:
    async with subscribed(bus, "a") as subscription:
        await bus.publish(["a"], HELLO)
        assert await next_of(subscription) == HELLO
    assert not bus.connected.is_set()
    await bus.close()


async def test_a_worker_that_lags_holds_up_nobody_and_fetches_what_passed_it_by() -> None:
    hub = Hub()
    here, quick = [RelayBus(LocalTransport(await hub.join()), spread_seconds=0) for _ in range(2)]
    await connected(here, quick)
    stuck_end = await hub.join()
    big = Event("message", bytes(1024 * 1024))
    async with subscribed(quick, "a") as subscription:
        for _ in range(3 * BEHIND_BYTES // len(big.data)):
            await here.publish(["a"], big)
            assert await next_of(subscription) == big
        stuck = LocalTransport(stuck_end)
        await stuck.connect()
        assert (await carried_by(stuck, big))[
            -1
        ] == send_queue.LOST_BODY  # though all are quiet now
        await here.publish(["a"], HELLO)
        assert HELLO.data in (await stuck.receive())[0].body
    await asyncio.gather(here.close(), quick.close(), stuck.close(), hub.close())


async def carried_by(transport: LocalTransport, event: Event) -> list[bytes]:
    """All up to the first that is not this event."""
    bodies = [event.data]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while event.data in bodies[-1]:
            bodies += [packet.body for packet in await transport.receive()]
    return bodies
