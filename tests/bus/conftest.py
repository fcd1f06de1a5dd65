"""Buses between processes, over each transport; the processes are ones that share nothing but it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack

import pytest
from tests.momento_local import MomentoLocal
from tests.stage import SEAL
from tests.valkey_server import ValkeyServer

from cruddur.engines.bus.local import Hub, LocalTransport
from cruddur.engines.bus.momento import MomentoTransport
from cruddur.engines.bus.relay import RelayBus
from cruddur.engines.bus.transport import Transport
from cruddur.engines.bus.valkey import ValkeyTransport

WIRES = ("valkey", "momento", "local")
PATIENCE_SECONDS = 10
MakeBus = Callable[[], Awaitable[RelayBus]]


@pytest.fixture(scope="session")
def shared_valkey() -> Iterator[ValkeyServer]:
    server = ValkeyServer()
    yield server
    server.stop()


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """One that may be killed."""
    server = ValkeyServer()
    yield server
    server.stop()


@pytest.fixture(params=WIRES)
async def make_wire(
    request: pytest.FixtureRequest,
) -> AsyncIterator[Callable[[], Awaitable[Transport]]]:
    async with AsyncExitStack() as stack:
        if request.param == "valkey":
            url = request.getfixturevalue("shared_valkey").url
            yield lambda: _now(ValkeyTransport(url, seal=SEAL))
        elif request.param == "momento":
            momento = await stack.enter_async_context(MomentoLocal().running())
            yield lambda: _now(MomentoTransport(momento.credentials, seal=SEAL, call_seconds=5))
        else:
            hub = Hub()
            stack.push_async_callback(hub.close)
            yield lambda: _local(hub)


@pytest.fixture
async def make_bus(make_wire: Callable[[], Awaitable[Transport]]) -> AsyncIterator[MakeBus]:
    """Each is another process's."""
    async with AsyncExitStack() as stack:

        async def make() -> RelayBus:
            bus = RelayBus(await make_wire(), spread_seconds=0, confirm_seconds=PATIENCE_SECONDS)
            stack.push_async_callback(bus.close)
            await bus.connected.wait()
            return bus

        yield make


async def _now(transport: Transport) -> Transport:
    return transport


async def _local(hub: Hub) -> Transport:
    return LocalTransport(await hub.join())
