"""Start and stop: the address is told, a wrong one refused, and nobody is cut off."""

import asyncio
import signal
import socket

import httpx
import pytest
from litestar import Litestar
from tests.web.callers import Person
from tests.web.listening import listening

from cruddur.config import Settings, WrongSetting
from cruddur.web.http.serve import serve


async def test_a_stop_ends_streams_and_finishes_what_runs(
    app: Litestar, settings: Settings, andrew: Person
) -> None:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(app, settings, ready.set_result))
    address = await ready
    bearer = {"Authorization": f"Bearer {andrew.token}"}
    async with (
        listening(address, andrew) as device,
        httpx.AsyncClient(base_url=address, headers=bearer, timeout=60) as client,
    ):
        body = {"message": "last words", "handle": "andrew"}
        sends = [asyncio.create_task(client.post("/api/messages", json=body)) for _ in range(20)]
        await device.next()
        signal.raise_signal(signal.SIGTERM)
        answers = await asyncio.gather(*sends, return_exceptions=True)
        await device.all()
    async with asyncio.timeout(5):
        await serving
    # Requests that were accepted got an answer; the others could not connect, and may be repeated.
    sent = [a.json()["seq"] for a in answers if isinstance(a, httpx.Response)]
    assert sent
    assert all(isinstance(a, httpx.Response | httpx.TransportError) for a in answers)
    group = next(a.json()["message_group_uuid"] for a in answers if isinstance(a, httpx.Response))
    stored = {message["seq"] for message in await andrew.list(group, limit=100)}
    assert stored >= set(sent)


async def test_a_port_that_is_taken_is_one_clear_line(app: Litestar, settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        wrong = Settings(data=settings.data, port=port)
        with pytest.raises(WrongSetting, match=f"cannot listen on 127.0.0.1 port {port}"):
            await serve(app, wrong, lambda _: None)


async def test_metrics_count(address: str, andrew: Person) -> None:
    await andrew.send("hi", handle="andrew")
    async with (
        listening(address, andrew),
        httpx.AsyncClient(base_url=address, timeout=60) as client,
    ):
        text = (await client.get("/metrics")).text
    assert "cruddur_messages_sent_total 1.0" in text
    assert "cruddur_send_seconds_count 1.0" in text
    assert "cruddur_open_streams 1.0" in text
    assert "cruddur_open_connections 2.0" in text
    assert 'cruddur_http_responses_total{status="2xx"}' in text
