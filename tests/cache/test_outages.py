"""A cache in trouble costs a moment, and never an answer. The figures are printed (pytest -s)."""

import asyncio
from collections.abc import Callable
from time import perf_counter

import pytest
from tests.cache.outages import OUTAGES, outage
from tests.captured_logs import captured_logs
from tests.ports import free_port
from tests.stage import SEAL
from tests.valkey_server import ValkeyServer

from cruddur.domain.model import User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.cache.circuit_breaker import CALL_SECONDS
from cruddur.engines.cache.generations import QUIET_SECONDS, GenerationCache
from cruddur.engines.cache.momento import MomentoStore, momento_credentials
from cruddur.engines.cache.store import Store
from cruddur.engines.cache.valkey import ValkeyStore
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.cached.with_cache import with_cache
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message

READERS = 16
ROUNDS = 20
NO_ANSWER_SECONDS = 10
"""Less than the 15 s that Momento's SDK would wait: a request that waits for the cache fails."""


class Service:
    """Two people in a conversation, read by many at once, and the slowest answer so far."""

    def __init__(self, table: SqliteTable, store: Store, people: tuple[User, User]) -> None:
        self.cache = GenerationCache(store, seal=SEAL)
        self.messaging = with_cache(MessagingContext(table=table, bus=MemoryBus()), self.cache)
        self.people = people
        self.slowest = 0.0
        self.answers = 0
        self.last_seq = 0

    async def begin(self) -> None:
        message = await start_direct_group(self.messaging, *self.people, "Hi")
        self.uuid, self.last_seq = message.message_group_uuid, 1

    async def load(self) -> None:
        for _ in range(ROUNDS):
            async with asyncio.timeout(NO_ANSWER_SECONDS):
                await self._send()
                await self._read()
                await asyncio.gather(*(self._read() for _ in range(READERS)))

    async def _send(self) -> None:
        started = perf_counter()
        message = await send_message(self.messaging, self.people[0], self.uuid, "x")
        self.slowest = max(self.slowest, perf_counter() - started)
        self.last_seq = message.seq

    async def _read(self) -> None:
        started = perf_counter()
        page = await list_messages(self.messaging, self.people[1].user_uuid, self.uuid)
        self.slowest = max(self.slowest, perf_counter() - started)
        self.answers += 1
        assert page.messages[-1].seq == self.last_seq


def _valkey_nowhere() -> Store:
    return ValkeyStore(f"valkey://127.0.0.1:{free_port()}")


def _momento_nowhere() -> Store:
    endpoint = f"127.0.0.1:{free_port()}"
    return MomentoStore(momento_credentials(auth_token=None, api_key="local", endpoint=endpoint))


@pytest.mark.parametrize(("engine", "kind"), OUTAGES)
async def test_every_request_is_answered_rightly_while_the_cache_is(
    engine: str, kind: str, table: SqliteTable, andrew: User, bayko: User
) -> None:
    async with outage(engine, kind) as trouble:
        service = Service(table, trouble.store, (andrew, bayko))
        await service.begin()
        await service.load()
        await _untroubled(service.cache)
        usual, service.slowest = service.slowest, 0.0
        with captured_logs() as logs:
            await trouble.begin()
            await service.load()
        print(_figures(engine, kind, service, usual))  # noqa: T201  the issue asks for them
        await trouble.end()
        await _answers_from_the_cache_again(service)
    assert len([log for log in logs if log["level"] == "warning"]) == 1


@pytest.mark.parametrize(
    "make",
    [_valkey_nowhere, _momento_nowhere],
    ids=["valkey", "momento"],
)
async def test_a_cache_that_is_not_there_at_the_start_keeps_nobody_waiting(
    make: Callable[[], Store], table: SqliteTable, andrew: User, bayko: User
) -> None:
    service = Service(table, make(), (andrew, bayko))
    await service.begin()
    await service.load()
    assert service.cache.circuit.is_open
    print(_figures(make.__name__, "absent at the start", service, 0.0))  # noqa: T201  `pytest -s` shows it
    await service.cache.close()


async def test_a_server_that_comes_back_with_an_old_snapshot_shows_nothing_of_it(
    table: SqliteTable, andrew: User, bayko: User
) -> None:
    server = ValkeyServer("--appendonly", "no")
    service = Service(table, ValkeyStore(server.url), (andrew, bayko))
    await service.begin()
    await list_messages(service.messaging, bayko.user_uuid, service.uuid)
    assert "OK" in server.command("SAVE")
    elsewhere = Service(table, ValkeyStore(server.url), (andrew, bayko))
    await send_message(service.messaging, andrew, service.uuid, "after the snapshot")
    server.kill()
    server.restart()
    page = await list_messages(elsewhere.messaging, bayko.user_uuid, service.uuid)
    assert [message.seq for message in page.messages] == [1, 2]
    for one in (service, elsewhere):
        await one.cache.close()
    server.stop()


async def _answers_from_the_cache_again(service: Service) -> None:
    # On a busy machine the first calls of a new connection may be too slow, and open the circuit.
    hits = service.cache.counts.hits
    async with asyncio.timeout(NO_ANSWER_SECONDS):
        while service.cache.counts.hits == hits:
            await _repaired(service.cache)
            await service.load()


async def _untroubled(cache: GenerationCache) -> None:
    """A slow moment of this machine may have been an outage of its own, with a line of its own."""
    async with asyncio.timeout(NO_ANSWER_SECONDS + 2 * QUIET_SECONDS):
        while cache.circuit.is_in_outage or cache._pending:  # noqa: ASYNC110  it repairs itself
            await asyncio.sleep(0.01)


async def _repaired(cache: GenerationCache) -> None:
    async with asyncio.timeout(NO_ANSWER_SECONDS):
        while cache.circuit.is_open or cache._pending:  # noqa: ASYNC110  it repairs itself
            await asyncio.sleep(0.01)


def _figures(engine: str, kind: str, service: Service, usual: float) -> str:
    state = "open" if service.cache.circuit.is_open else "closed"
    return (
        f"\n{engine} {kind}: {service.answers} answers, all right; slowest "
        f"{service.slowest * 1000:.0f} ms (before: {usual * 1000:.0f} ms; a call of the cache may "
        f"take {CALL_SECONDS * 1000:.0f} ms); circuit {state}"
    )
