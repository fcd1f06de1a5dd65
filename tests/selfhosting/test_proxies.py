"""Behind each proxy of `deploy/`: people sign in, write, and get events at once."""

import asyncio
import json
import re
from collections.abc import AsyncIterator

import httpx
from tests.selfhosting.conftest import Stage

PASSWORD = "lake-weekend"
PATIENCE_SECONDS = 20


async def signed_in(client: httpx.AsyncClient, handle: str) -> httpx.Response:
    """Somebody new, with the cookie."""
    who = {"handle": handle, "password": PASSWORD}
    made = await client.post("/api/accounts", json={**who, "display_name": handle.title()})
    assert made.status_code == 201, made.text
    return await client.post("/api/sessions", json=who)


async def events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, dict[str, object]]]:
    kind = ""
    async for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data" and kind not in {"presence", "caught_up"}:
            yield kind, json.loads(value)


async def until_no_stream_is_open(stage: Stage) -> None:
    """A proxy that keeps the streams of those who have gone uses up their person's twenty."""
    async with httpx.AsyncClient(base_url=stage.service.url, timeout=60) as inside:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "cruddur_open_streams 0.0" not in (await inside.get("/metrics")).text:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_people_sign_in_write_and_hear_of_it_at_once(stage: Stage) -> None:
    own = {"Sec-Fetch-Site": "same-origin"}
    async with stage.client() as andrew, stage.client() as bayko:
        for client, handle in ((andrew, "andrew"), (bayko, "bayko")):
            answer = await signed_in(client, handle)
            cookie = answer.headers["set-cookie"]
            assert "Secure" in cookie
            assert f"Path={stage.site.base_path or '/'};" in cookie
        assert "max-age" in answer.headers["strict-transport-security"]
        async with bayko.stream("GET", "/api/events") as stream, asyncio.timeout(PATIENCE_SECONDS):
            heard = events(stream.aiter_lines())
            assert (await anext(heard))[0] == "ready"
            body = {"handle": "bayko", "message": "hello"}
            sent = await andrew.post("/api/messages", json=body, headers=own)
            kind, event = await anext(heard)
        assert (kind, event["message"], sent.status_code) == ("message", "hello", 200)
    await until_no_stream_is_open(stage)


async def test_pages_lead_to_what_is_there_and_operators_words_stay_inside(stage: Stage) -> None:
    async with stage.client() as client:
        first = await client.get("/", follow_redirects=True)
        assert str(first.url) == f"{stage.url}/sign-in"
        await signed_in(client, "andrew")
        named = re.findall(r'(?:src|href)="([^"#]+)"', (await client.get("/")).text)
        origin = stage.url.removesuffix(stage.site.base_path)
        for one in sorted({*named}):
            assert (await client.get(origin + one)).status_code == 200, one
        for path in ("/metrics", "/health/ready"):
            assert (await client.get(path)).status_code == 404


async def test_what_is_too_large_is_refused_and_what_a_client_says_of_itself_not_believed(
    stage: Stage,
) -> None:
    said = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "http", "Forwarded": "proto=http"}
    async with stage.client() as client:
        answer = await client.post("/api/sessions", json={"handle": "x" * 100_000, "password": ""})
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
        large = await client.get("/health/live", headers={"X-Large": "x" * 70_000})
        assert large.status_code in {400, 431}
    async with stage.client() as client:
        client.headers.update(said)
        answer = await signed_in(client, "andrew")
        assert "Secure" in answer.headers["set-cookie"]
