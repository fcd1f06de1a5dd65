"""The cache on Valkey, Redis, or another server with their protocol."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from valkey.asyncio import BlockingConnectionPool, Valkey
from valkey.asyncio.connection import AbstractConnection
from valkey.exceptions import OutOfMemoryError, ResponseError

from cruddur.engines.cache.store import CacheUnavailable
from cruddur.engines.valkey_errors import translated

CONNECTIONS = 16
CONNECT_SECONDS = 1.0
_FLUSH_PAGE = 500


class ValkeyStore:
    """A cache engine on Valkey or Redis.

    Several keys are read with one command only if they are in one slot of a cluster. Otherwise there
    is a command for each key, all sent together. So a cluster with a single address works.

    Every key contains the server's run id. A server that restarts from an older snapshot, or a replica
    that takes over without the last increments, would otherwise serve outdated entries.
    """

    def __init__(self, url: str, *, prefix: str = "cruddur") -> None:
        """Connects on first use. Raises ValueError for an invalid URL."""
        self._prefix = prefix
        self._run_id: str | None = None
        self._pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=CONNECT_SECONDS,
            socket_timeout=CONNECT_SECONDS,
            socket_connect_timeout=CONNECT_SECONDS,
            valkey_connect_func=self._on_connect,
        )
        self._client = Valkey(connection_pool=self._pool)

    async def get_many(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        async with translated(CacheUnavailable):
            run_id = await self._known_run_id()
            found: list[bytes | None] = await self._client.mget(self._names(run_id, keys))
        # A server with another run id has answered. It may have outdated entries.
        return found if run_id == self._run_id else [None] * len(keys)

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        async with translated(CacheUnavailable):
            (name,) = self._names(await self._known_run_id(), [key])
            await self._client.set(name, value, px=_milliseconds(seconds))

    async def put_new(self, key: str, value: bytes, seconds: float) -> bool:
        async with translated(CacheUnavailable):
            (name,) = self._names(await self._known_run_id(), [key])
            return bool(await self._client.set(name, value, px=_milliseconds(seconds), nx=True))

    async def increment_many(self, amounts: Mapping[str, int], seconds: float) -> None:
        async with translated(CacheUnavailable):
            run_id = None
            # The increments are repeated if a server with another run id has answered.
            while run_id is None or run_id != self._run_id:
                run_id = await self._known_run_id()
                names = self._names(run_id, list(amounts))
                by_name = dict(zip(names, amounts.values(), strict=True))
                await self._increment(by_name, _milliseconds(seconds))

    async def delete_many(self, keys: Sequence[str]) -> None:
        async with translated(CacheUnavailable):
            await self._unlink(self._names(await self._known_run_id(), keys))

    async def reconnect(self) -> None:
        async with translated(CacheUnavailable):
            (name,) = self._names(await self._known_run_id(), ["trial"])
            # A ping is not enough: with a user that may not write, the cache would seem back again
            # and again.
            with suppress(OutOfMemoryError):  # it is full, but can be read
                await self._client.set(name, b"", px=1)

    async def flush(self) -> None:
        """Deletes only this service's keys, since the server may have other users."""
        async with translated(CacheUnavailable):
            cursor: int | None = None
            while cursor != 0:
                cursor, names = await self._client.scan(
                    cursor or 0, match=f"{self._prefix}/*", count=_FLUSH_PAGE
                )
                await self._unlink(names)

    async def close(self) -> None:
        await self._pool.disconnect()

    async def _increment(self, amounts: Mapping[str, int], milliseconds: int) -> None:
        try:
            async with self._client.pipeline(transaction=False) as pipeline:
                for name, amount in amounts.items():
                    pipeline.incrby(name, amount)
                    pipeline.pexpire(name, milliseconds)
                await pipeline.execute()
        except (OutOfMemoryError, ResponseError):
            # The server is full and evicts nothing, or the counter is at its maximum. Deleting the
            # counter is still possible, and makes the entries invalid just as well.
            await self._unlink(amounts)

    async def _unlink(self, names: Iterable[Any]) -> None:
        async with self._client.pipeline(transaction=False) as pipeline:
            for name in names:
                pipeline.unlink(name)
            await pipeline.execute()

    async def _known_run_id(self) -> str:
        if self._run_id is None:
            await self._client.ping()
        return self._run_id or ""

    async def _on_connect(self, connection: AbstractConnection) -> None:
        await connection.on_connect()
        self._run_id = await _run_id(connection)

    def _names(self, run_id: str, keys: Sequence[str]) -> list[str]:
        return [f"{self._prefix}/{run_id}/{key}" for key in keys]


async def _run_id(connection: Any) -> str:
    await connection.send_command("INFO", "server")
    try:
        answer: bytes = await connection.read_response()
    except ResponseError:
        return ""  # a hosted service without a run id, which does not lose increments
    lines = (line.partition(b":") for line in answer.splitlines())
    return next((value.decode() for name, _, value in lines if name == b"run_id"), "")


def _milliseconds(seconds: float) -> int:
    return max(1, round(1000 * seconds))
