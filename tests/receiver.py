"""A real HTTP server on loopback that answers as a test tells it: well, badly, never, or with lies."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple


class Received(NamedTuple):
    """One request as it arrived. Names of headers are in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Answering = Callable[[Received], bytes | Awaitable[bytes]]


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a whole answer. `retry_after` is the header Retry-After."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Receiver:
    """What came, and how it is answered. A test may exchange `answering` at any time."""

    def __init__(self, answering: Answering = lambda _: answer(204)) -> None:
        self.received: list[Received] = []
        self.answering = answering
        self.url = ""
        self._came = asyncio.Condition()

    async def until(self, is_enough: Callable[[list[Received]], bool]) -> list[Received]:
        """Waits until this holds of what came, and returns it."""
        async with asyncio.timeout(60), self._came:
            await self._came.wait_for(lambda: is_enough(self.received))
        return [*self.received]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _request(reader)) is not None:
                async with self._came:
                    self.received.append(request)
                    self._came.notify_all()
                answer = self.answering(request)
                writer.write(answer if isinstance(answer, bytes) else await answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Received | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    pairs = (line.partition(": ") for line in head[1:] if line)
    headers = {name.lower(): value for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method, path, headers, body)


@asynccontextmanager
async def receiving(
    answering: Answering = lambda _: answer(204), *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Receiver]:
    """Serves while the context lasts, on a free port unless one is given."""
    receiver = Receiver(answering)
    tasks: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(receiver.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(begin, host, port)
    receiver.url = f"http://{host}:{server.sockets[0].getsockname()[1]}"
    try:
        yield receiver
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
