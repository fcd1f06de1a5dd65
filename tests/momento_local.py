"""A small Momento: caches, counters and topics over its real wire types, with faults on demand.

In a test: `async with MomentoLocal().running() as momento`, and its `credentials` for the SDK. Beside
other processes: `python -m tests.momento_local`, which prints its address as MOMENTO_ENDPOINT wants
it, and takes MOMENTO_AUTH_TOKEN=local.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
from momento import CredentialProvider
from momento_wire_types import cacheclient_pb2 as cache
from momento_wire_types import cacheclient_pb2_grpc as cache_grpc
from momento_wire_types import cachepubsub_pb2 as pubsub
from momento_wire_types import cachepubsub_pb2_grpc as pubsub_grpc
from momento_wire_types import common_pb2 as common
from momento_wire_types import controlclient_pb2 as control
from momento_wire_types import controlclient_pb2_grpc as control_grpc
from tests.ports import free_port

TOKEN = "local"
_HOST = "127.0.0.1"
HEARTBEAT_SECONDS = 10.0
_HEARTBEAT = pubsub._SubscriptionItem(heartbeat=pubsub._Heartbeat())

Context = grpc.aio.ServicerContext[Any, Any]
Fault = Callable[[Context], Awaitable[None]]
"""What befalls each call before it is done."""

# The SDK pings idle connections every 5 s, which a server takes for an attack unless told.
_OPTIONS = [
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 1000),
    ("grpc.so_reuseport", 0),
]


class MomentoLocal:
    """One server. It keeps its port, and what it holds, when it is killed and started again.

    `fault` befalls all calls, `drop_published` loses what is published, `double_published` gives it
    twice, `calls` counts the calls by name.
    """

    def __init__(self, *caches: str, token: str = TOKEN, port: int | None = None) -> None:
        self.port = port or free_port()
        self.token = token
        self.caches: dict[str, dict[bytes, tuple[float, bytes]]] = {
            name: {} for name in caches or ("cruddur",)
        }
        self.topics: defaultdict[tuple[str, str], Topic] = defaultdict(Topic)
        self.calls: defaultdict[str, int] = defaultdict(int)
        self.fault: Fault | None = None
        self.drop_published = False
        self.double_published = False
        self._server: grpc.aio.Server | None = None

    @property
    def endpoint(self) -> str:
        return f"{_HOST}:{self.port}"

    @property
    def credentials(self) -> CredentialProvider:
        return CredentialProvider(self.token, _HOST, _HOST, _HOST, self.port)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["MomentoLocal"]:
        await self.start()
        try:
            yield self
        finally:
            await self.kill()

    async def start(self) -> None:
        self._server = grpc.aio.server(options=_OPTIONS)
        cache_grpc.add_ScsServicer_to_server(Scs(self), self._server)  # type: ignore[no-untyped-call]
        control_grpc.add_ScsControlServicer_to_server(ScsControl(self), self._server)  # type: ignore[no-untyped-call]
        pubsub_grpc.add_PubsubServicer_to_server(Pubsub(self), self._server)  # type: ignore[no-untyped-call]
        self._server.add_insecure_port(self.endpoint)
        await self._server.start()

    async def kill(self) -> None:
        """All calls and subscriptions break off."""
        if self._server is not None:
            await self._server.stop(None)
            self._server = None

    async def authorize_request(self, context: Context, name: str) -> None:
        """Every call comes by here: the token first, then the fault, if there is one."""
        self.calls[name] += 1
        if _metadata(context, "authorization") != self.token:
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, "the token is not one of ours")
        if self.fault is not None:
            await self.fault(context)

    async def kept(self, context: Context) -> dict[bytes, tuple[float, bytes]]:
        """The cache that a call names. Aborts the call where there is none."""
        return await self.cache_named(context, _metadata(context, "cache") or "")

    async def cache_named(self, context: Context, name: str) -> dict[bytes, tuple[float, bytes]]:
        if name not in self.caches:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"there is no cache {name!r}")
        return self.caches[name]


class Scs(cache_grpc.ScsServicer):
    """Keys and values."""

    def __init__(self, momento: MomentoLocal) -> None:
        self._momento = momento

    async def Get(self, request: cache._GetRequest, context: Context) -> cache._GetResponse:  # noqa: N802
        await self._momento.authorize_request(context, "Get")
        body = _live(await self._momento.kept(context), request.cache_key)
        if body is None:
            return cache._GetResponse(result=cache.Miss)
        return cache._GetResponse(result=cache.Hit, cache_body=body)

    async def Set(self, request: cache._SetRequest, context: Context) -> cache._SetResponse:  # noqa: N802
        await self._momento.authorize_request(context, "Set")
        _keep(await self._momento.kept(context), request)
        return cache._SetResponse(result=cache.Ok)

    async def SetIf(self, request: cache._SetIfRequest, context: Context) -> cache._SetIfResponse:  # noqa: N802
        await self._momento.authorize_request(context, "SetIf")
        kept = await self._momento.kept(context)
        if not _holds(request, _live(kept, request.cache_key)):
            return cache._SetIfResponse(not_stored=cache._SetIfResponse._NotStored())
        _keep(kept, request)
        return cache._SetIfResponse(stored=cache._SetIfResponse._Stored())

    async def SetIfNotExists(  # noqa: N802
        self, request: cache._SetIfNotExistsRequest, context: Context
    ) -> cache._SetIfNotExistsResponse:
        await self._momento.authorize_request(context, "SetIfNotExists")
        kept = await self._momento.kept(context)
        answer = cache._SetIfNotExistsResponse
        if _live(kept, request.cache_key) is not None:
            return answer(not_stored=answer._NotStored())
        _keep(kept, request)
        return answer(stored=answer._Stored())

    async def Increment(  # noqa: N802
        self, request: cache._IncrementRequest, context: Context
    ) -> cache._IncrementResponse:
        await self._momento.authorize_request(context, "Increment")
        kept = await self._momento.kept(context)
        try:
            value = int(_live(kept, request.cache_key) or 0) + request.amount
        except ValueError:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "this is not a number")
        kept[request.cache_key] = (_ends(request.ttl_milliseconds), b"%d" % value)
        return cache._IncrementResponse(value=value)

    async def Delete(  # noqa: N802
        self, request: cache._DeleteRequest, context: Context
    ) -> cache._DeleteResponse:
        await self._momento.authorize_request(context, "Delete")
        (await self._momento.kept(context)).pop(request.cache_key, None)
        return cache._DeleteResponse()


class ScsControl(control_grpc.ScsControlServicer):
    """Making caches and emptying them."""

    def __init__(self, momento: MomentoLocal) -> None:
        self._momento = momento

    async def CreateCache(  # noqa: N802
        self, request: control._CreateCacheRequest, context: Context
    ) -> control._CreateCacheResponse:
        await self._momento.authorize_request(context, "CreateCache")
        if request.cache_name in self._momento.caches:
            await context.abort(grpc.StatusCode.ALREADY_EXISTS, "it is there")
        self._momento.caches[request.cache_name] = {}
        return control._CreateCacheResponse()

    async def ListCaches(  # noqa: N802
        self, request: control._ListCachesRequest, context: Context
    ) -> control._ListCachesResponse:
        await self._momento.authorize_request(context, "ListCaches")
        caches = [control._Cache(cache_name=name) for name in self._momento.caches]
        return control._ListCachesResponse(cache=caches)

    async def FlushCache(  # noqa: N802
        self, request: control._FlushCacheRequest, context: Context
    ) -> control._FlushCacheResponse:
        await self._momento.authorize_request(context, "FlushCache")
        (await self._momento.cache_named(context, request.cache_name)).clear()
        return control._FlushCacheResponse()


class Topic:
    """Numbered values, and the subscribers that wait for them."""

    def __init__(self) -> None:
        self.last_number = 0
        self.listeners: set[asyncio.Queue[pubsub._SubscriptionItem]] = set()

    def publish(self, value: pubsub._TopicValue) -> None:
        self.last_number += 1
        item = pubsub._TopicItem(topic_sequence_number=self.last_number, value=value)
        for listener in self.listeners:
            listener.put_nowait(pubsub._SubscriptionItem(item=item))


class Pubsub(pubsub_grpc.PubsubServicer):
    """Topics. As at Momento, a subscription begins with a heartbeat."""

    def __init__(self, momento: MomentoLocal) -> None:
        self._momento = momento

    async def Publish(self, request: pubsub._PublishRequest, context: Context) -> common._Empty:  # noqa: N802
        await self._momento.authorize_request(context, "Publish")
        await self._momento.cache_named(context, request.cache_name)
        topic = self._momento.topics[request.cache_name, request.topic]
        if not self._momento.drop_published:
            for _ in range(2 if self._momento.double_published else 1):
                topic.publish(request.value)
        return common._Empty()

    async def Subscribe(  # noqa: N802
        self, request: pubsub._SubscriptionRequest, context: Context
    ) -> AsyncIterator[pubsub._SubscriptionItem]:
        await self._momento.authorize_request(context, "Subscribe")
        await self._momento.cache_named(context, request.cache_name)
        topic = self._momento.topics[request.cache_name, request.topic]
        queue: asyncio.Queue[pubsub._SubscriptionItem] = asyncio.Queue()
        topic.listeners.add(queue)
        try:
            yield _HEARTBEAT
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        item = await queue.get()
                except TimeoutError:
                    item = _HEARTBEAT
                yield item
        finally:
            topic.listeners.discard(queue)


async def stall(_context: Context) -> None:
    """A fault: no answer ever comes."""
    await asyncio.Event().wait()


async def full(context: Context) -> None:
    """A fault: over its limits."""
    await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "the limit is reached")


def _metadata(context: Context, name: str) -> str | None:
    found = dict(context.invocation_metadata() or ()).get(name)
    return found.decode() if isinstance(found, bytes) else found


def _live(kept: dict[bytes, tuple[float, bytes]], key: bytes) -> bytes | None:
    ends, body = kept.get(key, (0.0, b""))
    return body if ends > time.monotonic() else None


def _keep(kept: dict[bytes, tuple[float, bytes]], request: Any) -> None:
    kept[request.cache_key] = (_ends(request.ttl_milliseconds), request.cache_body)


def _ends(ttl_milliseconds: int) -> float:
    return time.monotonic() + ttl_milliseconds / 1000


def _holds(request: cache._SetIfRequest, found: bytes | None) -> bool:
    """The condition of a SetIf."""
    name = request.WhichOneof("condition") or ""
    other: bytes | None = getattr(getattr(request, name, None), "value_to_check", None)
    return {
        "absent": found is None,
        "present": found is not None,
        "equal": found == other,
        "absent_or_equal": found is None or found == other,
        "present_and_not_equal": found is not None and found != other,
        "not_equal": found != other,
    }.get(name, False)


async def _serve() -> None:
    async with MomentoLocal().running() as momento:
        print(momento.endpoint, flush=True)  # noqa: T201  whoever starts it reads this line
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
