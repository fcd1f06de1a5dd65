"""HEAD tells what GET would, and sends nothing of it."""

import asyncio

import httpx
import pytest
from litestar import Litestar
from tests.web.callers import Person, open_client

from cruddur.web.http.context import Context

PATHS = [
    "/api/me",
    "/api/message_groups?limit=1",
    "/api/messages/$?limit=1",
    "/api/messages/00000000-0000-4000-8000-000000000000",
    "/api/users?prefix=%ff",
    "/health/ready",
    "/schema/openapi.json",
    "/schema/asyncapi.json",
    "/static/js/main.js",
    "/",
    "/nothing",
]


@pytest.mark.parametrize("path", PATHS)
async def test_head_is_get_without_the_body(path: str, andrew: Person, bayko: Person) -> None:
    group = (await andrew.send("hello", handle="bayko"))["message_group_uuid"]
    await andrew.send("again", message_group_uuid=group)
    path = path.replace("$", group)
    as_it_is = {"Accept-Encoding": "identity"}  # a compressed page is longer by a random number
    got = await andrew.http.get(path, headers=as_it_is)
    told = await andrew.http.head(path, headers=as_it_is)
    assert (told.status_code, told.content) == (got.status_code, b"")
    assert told.headers.pop("x-request-id") != got.headers.pop("x-request-id")
    assert told.headers == got.headers


async def test_nobody_may_look_at_the_head_either(app: Litestar) -> None:
    async with open_client(app) as nobody:
        assert (await nobody.head("/api/me")).status_code == 401


async def test_what_cannot_be_got_has_no_head(andrew: Person) -> None:
    answer = await andrew.http.head("/api/messages")
    assert answer.status_code == 405
    assert answer.headers["allow"] == (await andrew.http.get("/api/messages")).headers["allow"]


async def test_a_connection_goes_on_after_the_head_of_a_stream(
    address: str, app: Litestar, andrew: Person
) -> None:
    context: Context = app.state["context"]
    bearer = {"Authorization": f"Bearer {andrew.token}"}
    async with httpx.AsyncClient(base_url=address, headers=bearer, timeout=60) as client:
        told = await client.head("/api/events")
        assert told.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert (await client.get("/api/me")).json()["uuid"] == andrew.uuid
        async with asyncio.timeout(5):
            while context.streams.count:  # noqa: ASYNC110  nobody tells a stream's end but the count
                await asyncio.sleep(0)
