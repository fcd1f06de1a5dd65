"""What a client does when the service does not answer as it should, against a server that misbehaves."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from cruddur_client import ApiError, AsyncClient, Unavailable
from cruddur_client.retries import pauses

_ME = b'{"uuid": "u", "handle": "andrew", "display_name": "Andrew"}'


def _answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def _server(answers: Sequence[bytes]) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Gives these answers to one request each and ends the connection; yields also the requests."""
    left, requests = list(answers), []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(left.pop(0))
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}", requests


@pytest.mark.parametrize("status", ["429 Too Many", "503 Unavailable", "502 Bad", "504 Late"])
async def test_what_passes_by_is_tried_again(status: str) -> None:
    failures = [_answer(status, b"", "Retry-After: 0"), b""]
    async with (
        _server([*failures, _answer("200 OK", _ME)]) as (url, requests),
        AsyncClient(url, "token") as client,
    ):
        assert (await client.me()).handle == "andrew"
    assert len(requests) == 3


async def test_a_refusal_is_not_tried_again() -> None:
    async with (
        _server([_answer("403 Forbidden", b"<html>a proxy's page")]) as (url, requests),
        AsyncClient(url, "token") as client,
    ):
        with pytest.raises(ApiError) as refused:
            await client.me()
    assert (refused.value.code, len(requests)) == ("unknown", 1)


async def test_after_the_last_try_it_is_unavailable() -> None:
    down = _answer("503 Unavailable", b'{"code": "unavailable", "detail": "Not now."}')
    async with (
        _server([down, down]) as (url, requests),
        AsyncClient(url, "token", tries=2) as client,
    ):
        with pytest.raises(Unavailable, match="Not now"):
            await client.me()
    assert len(requests) == 2


async def test_no_answer_names_the_server_that_gave_none() -> None:
    async with AsyncClient("http://127.0.0.1:9/chat", "token", tries=1) as client:
        with pytest.raises(Unavailable, match=r"^http://127\.0\.0\.1:9: "):
            await client.me()


async def test_a_stream_goes_on_after_the_last_event() -> None:
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    first = f'{head}event: read\nid: 7\ndata: {{"seq": 1}}\n\nevent: read\ndata: {{"se'.encode()
    second = f'{head}: heartbeat\n\nevent: read\nid: 8\ndata: {{"seq": 2}}\n\n'.encode()
    seqs = []
    async with _server([first, second]) as (url, requests), AsyncClient(url, "token") as client:
        async for event in client.events():
            seqs.append(event.data["seq"])
            if event.id == "8":
                break
    assert seqs == [1, 2]
    assert b"last-event-id" not in requests[0].lower()
    assert b"last-event-id: 7" in requests[1].lower()


async def test_a_stream_that_is_refused_ends() -> None:
    problem = b'{"code": "unauthenticated", "detail": "Sign in first."}'
    async with (
        _server([_answer("401 Unauthorized", problem)]) as (url, _),
        AsyncClient(url, "token") as client,
    ):
        with pytest.raises(ApiError) as refused:
            await anext(client.events())
    assert refused.value.code == "unauthenticated"


def test_pauses_grow_to_half_a_minute_and_end_or_not() -> None:
    assert len(list(pauses(8))) == 7
    endless = pauses(None)
    grown = [next(endless) for _ in range(40)]
    assert all(0 < pause <= 30 for pause in grown)
    assert all(pause >= 15 for pause in grown[-30:])
