"""The cache on Valkey, or Redis, or whatever speaks their protocol."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from valkey.asyncio import BlockingConnectionPool, Valkey
from valkey.asyncio.connection import AbstractConnection
from valkey.exceptions import OutOfMemoryError, ResponseError, ValkeyError

from cruddur.cache.store import CacheUnavailable

CONNECTIONS = 16
CONNECT_SECONDS = 1.0
_FLUSH_PAGE = 500


class ValkeyStore:
    """Implements store.Store.

    Several keys are asked for at once only if they lie in one slot of a cluster; what else concerns
    many is one command for each, all sent together. So a cluster with one address will do.

    All keys carry the server's own run id: one that comes back from a crash with an older snapshot,
    or a replica that takes over without the last increments, would else show pages of its past.
    """

    def __init__(self, url: str, *, prefix: str = "cruddur") -> None:
        """Raises ValueError for what is not a URL of this kind. Connects on first use."""
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
        async with _translated():
            run_id = await self._known_run_id()
            found: list[bytes | None] = await self._client.mget(self._names(run_id, keys))
        # Another server has answered than the one whose keys we asked for: it may hold old ones.
        return found if run_id == self._run_id else [None] * len(keys)

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        async with _translated():
            (name,) = self._names(await self._known_run_id(), [key])
            await self._client.set(name, value, px=_milliseconds(seconds))

    async def put_new(self, key: str, value: bytes, seconds: float) -> bool:
        async with _translated():
            (name,) = self._names(await self._known_run_id(), [key])
            return bool(await self._client.set(name, value, px=_milliseconds(seconds), nx=True))

    async def increment_many(self, amounts: Mapping[str, int], seconds: float) -> None:
        async with _translated():
            run_id = None
            # Again if it was another server than the one whose keys we incremented.
            while run_id is None or run_id != self._run_id:
                run_id = await self._known_run_id()
                names = self._names(run_id, list(amounts))
                by_name = dict(zip(names, amounts.values(), strict=True))
                await self._increment(by_name, _milliseconds(seconds))

    async def delete_many(self, keys: Sequence[str]) -> None:
        async with _translated():
            await self._unlink(self._names(await self._known_run_id(), keys))

    async def reconnect(self) -> None:
        async with _translated():
            await self._client.ping()

    async def flush(self) -> None:
        """Only what is ours: the server may have other users."""
        async with _translated():
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
            # Full, and set to evict nothing, or a counter at its end: it may still be deleted, and
            # no generation is as good as a new one.
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
        return ""  # a service that does not tell, and so keeps its own promises about restarts
    lines = (line.partition(b":") for line in answer.splitlines())
    return next((value.decode() for name, _, value in lines if name == b"run_id"), "")


def _milliseconds(seconds: float) -> int:
    return max(1, round(1000 * seconds))


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    try:
        yield
    except (ValkeyError, OSError) as error:
        raise CacheUnavailable(f"Valkey: {error!r}") from error
