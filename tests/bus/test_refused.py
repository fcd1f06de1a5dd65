"""A Valkey that refuses us is said once, with the reason, by the bus and by the cache."""

import asyncio
from collections.abc import Iterator

import pytest
from tests.bus.conftest import PATIENCE_SECONDS
from tests.captured_logs import captured_logs
from tests.stage import SEAL
from tests.subscriptions import subscribed
from tests.valkey_server import ValkeyServer

from cruddur.engines.bus.relay import RelayBus
from cruddur.engines.bus.transport import BusUnavailable
from cruddur.engines.bus.valkey import ValkeyTransport
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.cache.valkey import ValkeyStore
from cruddur.ports.bus import Event

HELLO = Event("typing", b"{}")


@pytest.fixture(scope="module")
def server() -> Iterator[ValkeyServer]:
    server = ValkeyServer(password="right")
    server.command("ACL", "SETUSER", "reader", "on", ">pw", "~*", "&*", "+@all", "-set", "-publish")
    yield server
    server.stop()


CASES = {
    "a wrong password": "valkey://:wrong@127.0.0.1:{port}/0",
    "none": "valkey://127.0.0.1:{port}/0",
    "a wrong user": "valkey://nobody:right@127.0.0.1:{port}/0",
    "a user who may not": "valkey://reader:pw@127.0.0.1:{port}/0",
    "a wrong database": "valkey://:right@127.0.0.1:{port}/99",
    "TLS": "valkeys://:right@127.0.0.1:{port}/0",
}
each_case = pytest.mark.parametrize("case", CASES)


class Counting(ValkeyTransport):
    """Says when it has tried some times."""

    def __init__(self, url: str) -> None:
        super().__init__(url, seal=SEAL)
        self.tries = 0
        self.tried_thrice = asyncio.Event()

    async def disconnect(self) -> None:
        await super().disconnect()
        self.tries += 1
        if self.tries == 3:
            self.tried_thrice.set()


@each_case
async def test_the_bus_says_so_once(server: ValkeyServer, case: str) -> None:
    transport = Counting(CASES[case].format(port=server.port))
    with captured_logs() as logs:
        bus = RelayBus(transport, spread_seconds=0)
        async with asyncio.timeout(2 * PATIENCE_SECONDS), subscribed(bus, "a"):
            await bus.publish(["a"], HELLO)
            await transport.tried_thrice.wait()
        assert not bus.connected.is_set()
        await bus.close()
    assert [line["event"] for line in logs] == ["the bus is away; other processes are not heard"]
    assert "Valkey" in logs[0]["error"]
    assert "right" not in logs[0]["error"]


@each_case
async def test_the_cache_says_so_once(server: ValkeyServer, case: str) -> None:
    store = ValkeyStore(CASES[case].format(port=server.port))
    cache = GenerationCache(store, seal=SEAL, quiet_seconds=0.01)
    with captured_logs() as logs:
        await cache.connect()
        for _ in range(3):
            assert not await cache.repair()
            await cache.get("inbox/1")
        assert cache.circuit.is_open
        await cache.close()
    assert [line["event"] for line in logs] == ["the cache is left alone; the table answers"]
    assert "Valkey" in logs[0]["error"]
    assert "right" not in logs[0]["error"]


async def test_the_reason_stands_in_the_line(server: ValkeyServer) -> None:
    transport = ValkeyTransport(CASES["a wrong password"].format(port=server.port), seal=SEAL)
    with pytest.raises(BusUnavailable, match=r"refuses us .*password"):
        await transport.connect()
    await transport.close()
