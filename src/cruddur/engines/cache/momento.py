"""The cache on Momento, a serverless cache."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from momento import CacheClientAsync, CredentialProvider
from momento.config import Configuration
from momento.config.transport.transport_strategy import (
    StaticGrpcConfiguration,
    StaticTransportStrategy,
)
from momento.errors import SdkException
from momento.responses import (
    CacheDelete,
    CacheFlush,
    CacheGet,
    CacheIncrement,
    CacheSet,
    CacheSetIfNotExists,
    CreateCache,
    ListCaches,
)
from momento.retry import FixedCountRetryStrategy

from cruddur.engines.cache.store import CacheUnavailable

CALL_SECONDS = 0.1
"""The deadline of one call with its retries. The SDK's default is 15 s, too long for a request."""

CONNECT_WITHIN = timedelta(seconds=1.5)
_TLS_PORT = 443

T = TypeVar("T")


def momento_credentials(
    *, auth_token: str | None, api_key: str | None, endpoint: str | None
) -> CredentialProvider:
    """Returns credentials from a token that includes an endpoint, or from an API key and an endpoint.

    An endpoint of the form host:port is a local server over plain HTTP/2. Raises ValueError.
    """
    key = api_key or auth_token
    if not key:
        raise ValueError(
            "Momento needs MOMENTO_AUTH_TOKEN, or MOMENTO_API_KEY and MOMENTO_ENDPOINT"
        )
    host, _, port = (endpoint or "").rpartition(":")
    if host and port.isdigit() and int(port) != _TLS_PORT:
        return CredentialProvider(key, host, host, host, int(port))
    try:
        if endpoint:
            return CredentialProvider.from_api_key_v2(key, endpoint)
        # The only function of the SDK for such tokens that is not deprecated.
        return CredentialProvider.from_disposable_token(key)
    except SdkException as error:
        raise ValueError(f"Momento's key cannot be read: {error.message}") from None


class MomentoStore:
    """A cache engine on one of Momento's caches."""

    def __init__(
        self,
        credentials: CredentialProvider,
        *,
        cache_name: str = "cruddur",
        ttl_seconds: float = 600,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        self._credentials = credentials
        self._cache = cache_name
        self._ttl = timedelta(seconds=ttl_seconds)
        self._call_seconds = call_seconds
        self._client = self._connect()
        self._retiring: set[asyncio.Task[None]] = set()

    async def get_many(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        # Two concurrent calls are faster than the SDK's batch, which is a stream.
        return await asyncio.gather(*(self._get(key) for key in keys))

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        ttl = timedelta(seconds=seconds)
        _done(await self._client.set(self._cache, key, value, ttl=ttl), CacheSet.Success)

    async def put_new(self, key: str, value: bytes, seconds: float) -> bool:
        ttl = timedelta(seconds=seconds)
        answer = await self._client.set_if_not_exists(self._cache, key, value, ttl=ttl)
        if isinstance(answer, CacheSetIfNotExists.NotStored):
            return False
        _done(answer, CacheSetIfNotExists.Stored)
        return True

    async def increment_many(self, amounts: Mapping[str, int], seconds: float) -> None:
        await _all(self._increment(key, amount, seconds) for key, amount in amounts.items())

    async def delete_many(self, keys: Sequence[str]) -> None:
        await _all(self._delete(key) for key in keys)

    async def reconnect(self) -> None:
        # gRPC waits up to two minutes between attempts to connect; a new client tries at once. It gets
        # the time that TLS takes, which is longer than the deadline of a call.
        try:
            client = await CacheClientAsync.create(
                self._configuration(), self._credentials, self._ttl, CONNECT_WITHIN
            )
        except SdkException as error:
            raise CacheUnavailable(f"Momento: {error.message}") from error
        self._client, old = client, self._client
        retiring = asyncio.create_task(self._retire(old))
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)
        await self._get("ping")

    async def flush(self) -> None:
        _done(await self._client.flush_cache(self._cache), CacheFlush.Success)

    async def create(self) -> bool:
        """Creates the cache. Returns False if it exists. Raises CacheUnavailable."""
        answer = await self._client.create_cache(self._cache)
        if isinstance(answer, CreateCache.CacheAlreadyExists):
            return False
        _done(answer, CreateCache.Success)
        return True

    async def exists(self) -> bool:
        """Whether the cache exists. Raises CacheUnavailable."""
        answer = _done(await self._client.list_caches(), ListCaches.Success)
        return any(cache.name == self._cache for cache in answer.caches)

    async def close(self) -> None:
        for retiring in self._retiring:
            retiring.cancel()
        await asyncio.gather(_close(self._client), *self._retiring, return_exceptions=True)

    async def _retire(self, client: CacheClientAsync) -> None:
        """Closes a client after the deadline of the calls that may still use it."""
        try:
            await asyncio.sleep(self._call_seconds)
        finally:
            await _close(client)

    def _connect(self) -> CacheClientAsync:
        return CacheClientAsync(self._configuration(), self._credentials, self._ttl)

    def _configuration(self) -> Configuration:
        deadline = StaticGrpcConfiguration(deadline=timedelta(seconds=self._call_seconds))
        retries = FixedCountRetryStrategy(max_attempts=1)
        return Configuration(StaticTransportStrategy(deadline), retries)

    async def _get(self, key: str) -> bytes | None:
        answer = await self._client.get(self._cache, key)
        if isinstance(answer, CacheGet.Miss):
            return None
        return _done(answer, CacheGet.Hit).value_bytes

    async def _increment(self, key: str, amount: int, seconds: float) -> None:
        ttl = timedelta(seconds=seconds)
        answer = await self._client.increment(self._cache, key, amount, ttl=ttl)
        if isinstance(answer, CacheIncrement.Error):
            # The counter may be invalid. After it is deleted, the next reader starts a new one.
            await self._delete(key)
        else:
            _done(answer, CacheIncrement.Success)

    async def _delete(self, key: str) -> None:
        _done(await self._client.delete(self._cache, key), CacheDelete.Success)


async def _close(client: CacheClientAsync) -> None:
    await client.__aexit__(None, None, None)


async def _all(calls: Iterable[Awaitable[None]]) -> None:
    """Awaits all calls, also when one fails, then raises the first failure."""
    for outcome in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


def _done(answer: object, kind: type[T]) -> T:
    if isinstance(answer, kind):
        return answer
    raise CacheUnavailable(f"Momento: {getattr(answer, 'message', answer)}")
