"""Real engines and what can befall them, each with a way to begin it and to end it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from tests.momento_local import MomentoLocal, full, stall
from tests.valkey_server import ValkeyServer

from cruddur.engines.cache.momento import MomentoStore
from cruddur.engines.cache.store import Store
from cruddur.engines.cache.valkey import ValkeyStore

Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Outage:
    """An engine, and how its trouble begins and ends."""

    store: Store
    begin: Step
    end: Step


@asynccontextmanager
async def valkey(kind: str) -> AsyncIterator[Outage]:
    server = ValkeyServer(password="right")
    store = ValkeyStore(server.url)

    begins, ends = {
        "killed": (server.kill, server.restart),
        "stalled": (server.stall, server.go_on),
        "full": (lambda: server.limit_memory(1), lambda: server.limit_memory(0)),
        "refusing the token": (
            lambda: server.change_password("another"),
            lambda: server.change_password("right"),
        ),
    }[kind]

    async def begin() -> None:
        begins()

    async def end() -> None:
        ends()

    try:
        yield Outage(store, begin, end)
    finally:
        await store.close()
        server.stop()


@asynccontextmanager
async def momento(kind: str) -> AsyncIterator[Outage]:
    async with MomentoLocal().running() as server:
        store = MomentoStore(server.credentials)

        async def begin() -> None:
            match kind:
                case "killed":
                    await server.kill()
                case "stalled":
                    server.fault = stall
                case "full":
                    server.fault = full
                case "refusing the token":
                    server.token = "another"

        async def end() -> None:
            server.fault, server.token = None, "local"
            if kind == "killed":
                await server.start()

        try:
            yield Outage(store, begin, end)
        finally:
            await store.close()


OUTAGES = [
    ("valkey", "killed"),
    ("valkey", "stalled"),
    ("valkey", "full"),
    ("valkey", "refusing the token"),
    ("momento", "killed"),
    ("momento", "stalled"),
    ("momento", "full"),
    ("momento", "refusing the token"),
]


def outage(engine: str, kind: str) -> AbstractAsyncContextManager[Outage]:
    return valkey(kind) if engine == "valkey" else momento(kind)
