"""A program that can write to the transport cannot send events to people's devices."""

import asyncio

import msgspec
import pytest
from tests.bus.conftest import PATIENCE_SECONDS
from tests.bus.test_between_processes import next_of
from tests.momento_local import MomentoLocal
from tests.stage import SEAL
from tests.subscriptions import subscribed
from tests.valkey_server import ValkeyServer

from cruddur.engines.bus.forms import is_well_formed
from cruddur.engines.bus.momento import MomentoTransport
from cruddur.engines.bus.relay import RelayBus
from cruddur.engines.bus.sealed import FRESH_SECONDS, Sealing
from cruddur.engines.bus.send_queue import LOST, ORIGIN_BYTES
from cruddur.engines.bus.transport import Packet, Transport
from cruddur.engines.bus.valkey import ValkeyTransport
from cruddur.engines.seal import NoSeal, Seal
from cruddur.ports.bus import Event

TRUE = Event("message", b'{"text":"true"}')
FORGED = Event("message", b'{"text":"forged"}')


class Seconds:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def sent(sealing: Sealing, channel: str, body: bytes) -> bytes:
    ((name, message),) = sealing.close([channel], body)
    assert name == channel
    return message


def test_what_was_sealed_is_opened_on_its_channel_only() -> None:
    sealing = Sealing(SEAL)
    for body in (b"", b"hello", bytes(70_000)):
        message = sent(sealing, "user#1", body)
        assert sealing.open("user#1", message) == body
        assert sealing.open("user#2", message) is None
    assert sealing.refused == 3


def test_each_bit_counts() -> None:
    sealing = Sealing(SEAL)
    message = sent(sealing, "user#1", b"hello")
    forged = [
        message[:at] + bytes([message[at] ^ 128]) + message[at + 1 :] for at in range(len(message))
    ]
    forged += [message[:at] for at in range(len(message))] + [message + b"x", b"", b"hello"]
    assert [one for one in forged if sealing.open("user#1", one) is not None] == []
    assert sealing.refused == len(forged)


def test_another_key_opens_nothing() -> None:
    message = sent(Sealing(Seal(b"1" * 32)), "user#1", b"hello")
    assert Sealing(SEAL).open("user#1", message) is None
    assert Sealing(SEAL).open("user#1", sent(Sealing(NoSeal()), "user#1", b"hello")) is None


@pytest.mark.parametrize(
    ("later", "is_taken"),
    [(0, True), (FRESH_SECONDS, True), (FRESH_SECONDS + 1, False), (-FRESH_SECONDS - 1, False)],
)
def test_a_recorded_message_is_not_told_again_for_ever(later: float, is_taken: bool) -> None:
    clock = Seconds()
    sealing = Sealing(SEAL, now=clock)
    message = sent(sealing, "user#1", b"hello")
    clock.now += later
    assert (sealing.open("user#1", message) is not None) is is_taken


@pytest.fixture(params=["valkey", "momento"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_service_with_another_secret_is_not_heard(kind: str) -> None:
    async with MomentoLocal().running() as momento:
        server = ValkeyServer()

        def transport(seal: Seal) -> Transport:
            if kind == "valkey":
                return ValkeyTransport(server.url, seal=seal)
            return MomentoTransport(momento.credentials, seal=seal, call_seconds=5)

        buses = [
            RelayBus(transport(seal), spread_seconds=0, confirm_seconds=PATIENCE_SECONDS)
            for seal in (SEAL, SEAL, Seal(b"1" * 32))
        ]
        here, there, stranger = buses
        for bus in buses:
            await bus.connected.wait()
        async with subscribed(there, "a") as one:
            await stranger.publish(["a"], FORGED)
            await stranger.publish(["*"], LOST)
            async with asyncio.timeout(PATIENCE_SECONDS):
                await stranger._send_queue.sent()
            await here.publish(["a"], TRUE)
            assert await next_of(one) == TRUE
            assert there.refused >= 1
        for bus in buses:
            await bus.close()
        server.stop()


async def test_what_somebody_publishes_by_hand_is_heard_by_nobody(valkey: ValkeyServer) -> None:
    buses = [
        RelayBus(
            ValkeyTransport(valkey.url, seal=SEAL),
            spread_seconds=0,
            confirm_seconds=PATIENCE_SECONDS,
        )
        for _ in range(2)
    ]
    here, there = buses
    for bus in buses:
        await bus.connected.wait()
    async with subscribed(there, "a") as one:
        for forged in ('""', "hello", "x" * 100):  # an empty one would confirm a subscription
            assert valkey.command("PUBLISH", "cruddur/bus/a", forged).startswith(":")
        await here.publish(["a"], TRUE)
        assert await next_of(one) == TRUE
        assert there.refused == 3
    for bus in buses:
        await bus.close()


@pytest.mark.parametrize(
    ("event", "is_one"),
    [
        (Event("message", b"{}", "2026-11-23T09:00:00.000Z"), True),
        (Event("message_changed", b'{"text":"\\n"}'), True),
        (Event("message\ndata: {}", b"{}"), False),
        (Event("message\n", b"{}"), False),
        (Event("message", b"{}\n\nevent: read\ndata: {}"), False),
        (Event("message", b"{}\r"), False),
        (Event("message", b"{}", "1\nevent: left"), False),
        (Event("message", b"{}", "1\r"), False),
        (Event("message", b"{}", "1\x00"), False),
        (Event("message", b"{}", "1\u2028"), False),
        (Event("", b"{}"), False),
        (Event("Message", b"{}"), False),
        (Event("x" * 33, b"{}"), False),
    ],
    ids=str,
)
async def test_nothing_breaks_the_framing_of_streams(
    event: Event, is_one: bool, valkey: ValkeyServer
) -> None:
    assert is_well_formed(event) is is_one
    bus = RelayBus(ValkeyTransport(valkey.url, seal=SEAL), spread_seconds=0)
    async with subscribed(bus._local, "a") as subscription:
        body = b"o" * ORIGIN_BYTES + msgspec.msgpack.encode(event)
        bus._take(Packet(("a",), body))
        await bus._local.publish(["a"], TRUE)
        assert await next_of(subscription) == (event if is_one else TRUE)
    assert bus.refused == (not is_one)
    await bus.close()
