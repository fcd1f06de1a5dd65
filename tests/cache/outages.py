"""Real engines and what can befall them, each with a way to begin it and to end it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from tests.momento_local import MomentoLocal, full, stall
from tests.valkey_server import ValkeyServer

from cruddur.cache.momento import MomentoStore
from cruddur.cache.store import Store
from cruddur.cache.valkey import ValkeyStore

Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Outage:
    """An engine, and how its trouble begins and ends."""

    store: Store
    begin: Step
    end: Step


@asynccontextmanager
async def valkey(kind: str) -> AsyncIterator[Outage]:
    server = ValkeyServer()
    store = ValkeyStore(server.url)

    async def begin() -> None:
        match kind:
            case "killed":
                server.kill()
            case "stalled":
                server.stall()
            case "full":
                server.command("CONFIG", "SET", "maxmemory", "1")

    async def end() -> None:
        match kind:
            case "killed":
                server.restart()
            case "stalled":
                server.go_on()
            case "full":
                server.command("CONFIG", "SET", "maxmemory", "0")

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
    ("momento", "killed"),
    ("momento", "stalled"),
    ("momento", "full"),
    ("momento", "refusing the token"),
]


def outage(engine: str, kind: str) -> AbstractAsyncContextManager[Outage]:
    return valkey(kind) if engine == "valkey" else momento(kind)
