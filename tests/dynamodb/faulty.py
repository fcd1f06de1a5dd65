"""A proxy that stands before a real engine and misbehaves on demand."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
from aiohttp import web
from tests.ports import free_port

Forward = Callable[[], Awaitable[web.Response]]
Fault = Callable[[Forward], Awaitable[web.Response | None]]
"""What becomes of one call. None cuts the connection."""

_HOP_BY_HOP = {"host", "content-length", "transfer-encoding", "connection", "accept-encoding"}


class Proxy:
    """Passes calls on. `next` holds the faults of the coming ones, `always` that of all others."""

    def __init__(self, target: str) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.next: deque[Fault] = deque()
        self.always: Fault | None = None
        self.calls: list[str] = []
        self.body = b""  # of the call that a fault has just been given
        self._target = target

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Proxy"]:
        application = web.Application(client_max_size=2**24)
        application.router.add_post("/", self._handle)
        runner = web.AppRunner(application, shutdown_timeout=0.05)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(self.url.rpartition(":")[2])).start()
        async with aiohttp.ClientSession() as self._session:
            yield self
        await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.body = body
        self.calls.append(request.headers["X-Amz-Target"].partition(".")[2])
        fault = self.next.popleft() if self.next else self.always

        async def forward() -> web.Response:
            return await self._forward(request)

        response = await (fault(forward) if fault else forward())
        if response is None:
            assert request.transport is not None
            request.transport.abort()
            raise asyncio.CancelledError
        return response

    async def _forward(self, request: web.Request) -> web.Response:
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _HOP_BY_HOP}
        body = await request.read()
        async with self._session.post(self._target, data=body, headers=headers) as answer:
            content_type = {"Content-Type": "application/x-amz-json-1.0"}
            return web.Response(
                status=answer.status, body=await answer.read(), headers=content_type
            )


async def passed_on(forward: Forward) -> web.Response:
    """No fault."""
    return await forward()


def refused(code: str) -> Fault:
    """Nothing is done, and the error answer has this name."""

    async def fault(_forward: Forward) -> web.Response:
        name = f"com.amazonaws.dynamodb.v20120810#{code}"
        return web.Response(status=400, body=msgspec.json.encode({"__type": name, "message": ""}))

    return fault


def throttled_first(proxy: Proxy, action: str, times: int) -> Fault:
    """For so many calls of this action there are no units; all else is passed on."""
    refuse = refused("ProvisionedThroughputExceededException")

    async def fault(forward: Forward) -> web.Response | None:
        is_first = proxy.calls[-1] == action and proxy.calls.count(action) <= times
        return await (refuse(forward) if is_first else forward())

    return fault


async def server_error(_forward: Forward) -> web.Response:
    """Nothing is done; but the caller cannot know."""
    return web.Response(status=500, body=b'{"__type":"InternalServerError"}')


async def server_error_after(forward: Forward) -> web.Response:
    """It is done, and the answer is HTTP 500 all the same."""
    await forward()
    return web.Response(status=500, body=b'{"__type":"InternalServerError"}')


async def cut_before(_forward: Forward) -> None:
    """Nothing is done, and the connection breaks."""


async def cut_after(forward: Forward) -> None:
    """It is done, and the connection breaks."""
    await forward()


def lose_answer_to(proxy: Proxy, action: str) -> Fault:
    """The first call of this action is done, and its connection breaks."""

    async def fault(forward: Forward) -> web.Response | None:
        is_first = proxy.calls[-1] == action and proxy.calls.count(action) == 1
        return await (cut_after(forward) if is_first else forward())

    return fault


async def silence(forward: Forward) -> web.Response:
    """It is done, and no answer ever comes."""
    await forward()
    await asyncio.Event().wait()
    raise AssertionError


async def half_unprocessed(forward: Forward) -> web.Response:
    """A BatchGetItem that found time for half of the items."""
    response = await forward()
    assert isinstance(response.body, bytes)
    answer = msgspec.json.decode(response.body)
    for name, items in answer["Responses"].items():
        kept, dropped = items[::2], items[1::2]
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in dropped]
        answer["Responses"][name] = kept
        if keys:
            answer["UnprocessedKeys"][name] = {"Keys": keys, "ConsistentRead": True}
    return web.Response(body=msgspec.json.encode(answer))


async def shard_ends(forward: Forward) -> web.Response:
    """A GetRecords whose records are the last of their shard."""
    answer = await _answer(forward)
    if answer.get("Records"):
        del answer["NextShardIterator"]
    return web.Response(body=msgspec.json.encode(answer))


async def beside_a_bad_shard(forward: Forward) -> web.Response:
    """A DescribeStream that names first one more shard, which cannot be read."""
    answer = await _answer(forward)
    if "StreamDescription" in answer:
        answer["StreamDescription"]["Shards"].insert(0, {"ShardId": "shardId-which-is-bad-" * 2})
    return web.Response(body=msgspec.json.encode(answer))


async def switched_off(forward: Forward) -> web.Response:
    """A DescribeStream of a stream that gets nothing more, and still holds what it got."""
    answer = await _answer(forward)
    if "StreamDescription" in answer:
        answer["StreamDescription"]["StreamStatus"] = "DISABLED"
    return web.Response(body=msgspec.json.encode(answer))


async def without_the_first_keys(forward: Forward) -> web.Response:
    """A GetRecords whose first record does not say which item it is about."""
    answer = await _answer(forward)
    if records := answer.get("Records"):
        del records[0]["dynamodb"]["Keys"]
    return web.Response(body=msgspec.json.encode(answer))


async def _answer(forward: Forward) -> dict[str, Any]:
    response = await forward()
    assert isinstance(response.body, bytes)
    answer: dict[str, Any] = msgspec.json.decode(response.body)
    return answer
