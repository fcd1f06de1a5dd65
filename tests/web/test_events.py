"""Event streams over a socket: live, resumed, and ended when they must be."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest
from litestar import Litestar
from tests.web.callers import Person, remove
from tests.web.clients import Client, until
from tests.web.conftest import running
from tests.web.listening import check_often, listening

from cruddur.bootstrap import Application
from cruddur.config import Settings
from cruddur.messaging.events import channel
from cruddur.ports.bus import Event
from cruddur.web.http.connections import Bounds
from cruddur.web.http.context import Context
from cruddur.web.http.rate_limits import Limits
from cruddur.web.http.sse_connections import PER_USER_MAX

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def group(andrew: Person, bayko: Person) -> str:
    uuid: str = (await andrew.send("first", handle="bayko"))["message_group_uuid"]
    return uuid


async def test_a_message_reaches_both_people_at_once(
    address: str, andrew: Person, bayko: Person
) -> None:
    async with listening(address, andrew) as his, listening(address, bayko) as hers:
        sent = await andrew.send("hi", handle="bayko")
        for device in (his, hers):
            heard = await device.next()
            assert heard.type == "message"
            assert heard.id == sent["created_at"]
            beside = {"group": heard.data["group"], "last_change_seq": 0}
            assert {**sent, **beside} == heard.data
            assert {m["handle"] for m in heard.data["group"]["members"]} == {"andrew", "bayko"}


async def test_all_that_happens_is_told_to_those_whom_it_concerns(
    address: str, andrew: Person, bayko: Person, mallory: Person, group: str
) -> None:
    base = f"/api/message_groups/{group}"
    async with listening(address, bayko) as hers, listening(address, mallory) as strange:
        await andrew.http.post(f"{base}/typing")
        await andrew.http.patch(f"/api/messages/{group}/1", json={"message": "edited"})
        await bayko.http.post(f"{base}/read", json={"seq": 1})
        await andrew.send("to mallory", handle="mallory")
        assert [(await hers.next()).type for _ in range(3)] == ["typing", "message_changed", "read"]
        assert (await strange.next()).data["message"] == "to mallory"


async def test_who_comes_back_hears_what_moved_while_away(
    address: str, andrew: Person, bayko: Person, group: str
) -> None:
    async with listening(address, bayko) as hers:
        last = (await andrew.send("seen", message_group_uuid=group))["created_at"]
        await hers.next()
    await andrew.send("unseen", message_group_uuid=group)
    async with listening(address, bayko, headers={"Last-Event-ID": last}) as hers:
        heard = await hers.next()
        assert (heard.type, heard.data["uuid"]) == ("group", group)
    async with listening(address, bayko, query=f"?last_event_id={last}") as hers:
        assert (await hers.next()).type == "group"
    by_a_wrong_clock = {"Last-Event-ID": "2999-01-01T00:00:00.000Z"}
    async with listening(address, bayko, headers=by_a_wrong_clock) as hers:
        assert (await hers.next()).type == "group"


async def test_who_comes_back_hears_nothing_of_what_stood_still(
    address: str, andrew: Person, bayko: Person, group: str
) -> None:
    async with listening(address, bayko, headers={"Last-Event-ID": "nonsense"}) as hers:
        await andrew.http.post(f"/api/message_groups/{group}/typing")
        assert (await hers.next()).type == "typing"


async def test_a_stream_ends_with_its_session(
    address: str, andrew: Person, bayko: Person, group: str
) -> None:
    async with listening(address, bayko) as hers:
        await bayko.http.delete("/api/sessions")
        await andrew.send("for members only", message_group_uuid=group)
        assert await hers.all() == []


async def test_a_stream_ends_with_its_account(
    address: str, app: Litestar, application: Application, andrew: Person, bayko: Person
) -> None:
    check_often(app)
    async with listening(address, andrew), listening(address, bayko) as hers:
        await remove(application, bayko)
        assert await hers.all() == []
    assert (await bayko.http.get("/api/me")).status_code == 401
    assert (await andrew.http.get("/api/me")).status_code == 200


async def test_who_was_removed_a_moment_ago_gets_no_stream(
    address: str, application: Application, bayko: Person
) -> None:
    assert (await bayko.http.get("/api/me")).status_code == 200  # and is remembered
    await remove(application, bayko)
    async with (
        httpx.AsyncClient(base_url=address, headers=bayko.http.headers, timeout=60) as client,
        client.stream("GET", "/api/events") as response,
    ):
        assert response.status_code == 401
        assert b'"token_subject_unknown"' in await response.aread()


async def test_who_left_a_group_hears_nothing_more_of_it(
    address: str, andrew: Person, bayko: Person
) -> None:
    made = await andrew.http.post(
        "/api/message_groups", json={"handles": ["bayko"], "title": "Secrets"}
    )
    secret = made.json()["uuid"]
    async with listening(address, bayko) as hers:
        await bayko.http.post(f"/api/message_groups/{secret}/leave")
        await andrew.send("secret", message_group_uuid=secret)
        await andrew.send("open", handle="bayko")
        assert (await hers.next()).type == "left"
        assert (await hers.next()).data["message"] == "open"


async def test_the_newest_of_too_many_streams_is_refused(
    address: str, app: Litestar, andrew: Person, bayko: Person
) -> None:
    context: Context = app.state["context"]
    async with httpx.AsyncClient(
        base_url=address, headers=andrew.http.headers, timeout=60
    ) as client:
        async with AsyncExitStack() as others:
            for _ in range(PER_USER_MAX):
                oldest = await others.enter_async_context(listening(address, andrew))
            refused = await client.get("/api/events")
            assert (refused.status_code, refused.json()["code"]) == (
                429,
                f"event_streams_exceed_max_{PER_USER_MAX}",
            )
            assert float(refused.headers["retry-after"]) > 0
            await bayko.send("still there", handle="andrew")
            assert (await oldest.next()).data["message"] == "still there"
        await until(lambda: context.streams.count == 0)
        async with listening(address, andrew):
            assert context.streams.count == 1


@pytest.mark.parametrize("by", ["person", "address"])
async def test_connecting_again_and_again_is_limited(
    by: str, address: str, app: Litestar, andrew: Person
) -> None:
    limits = app.state["context"].limits = Limits(clock=lambda: 0.0)
    limit = limits.listening if by == "person" else limits.listening_address
    limit.take(andrew.uuid if by == "person" else "127.0.0.1", limit.burst - 1)
    async with listening(address, andrew):
        pass
    async with httpx.AsyncClient(
        base_url=address, headers=andrew.http.headers, timeout=60
    ) as client:
        refused = await client.get("/api/events")
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")


@pytest.mark.parametrize("is_ended", [False, True])
async def test_a_stream_that_is_never_read_is_cut_off(
    is_ended: bool, app: Litestar, settings: Settings, application: Application, andrew: Person
) -> None:
    context: Context = app.state["context"]
    event = Event("message", b'"' + b"x" * 100_000 + b'"', "2026-11-23T09:00:00.000Z")
    bus, me = application.messaging.bus, channel(andrew.uuid)
    bearer = andrew.http.headers["Authorization"].encode()
    request = b"GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: %b\r\n\r\n" % bearer
    async with (
        running(app, settings, Bounds(write_seconds=0.2)) as url,
        Client.connected(url) as client,
    ):
        client.send(request)
        await client.head()
        client.reads_nothing()
        while context.streams.count:
            await bus.publish([me], event)
            await asyncio.sleep(0)
            if is_ended and len(context.connections.writing):
                await andrew.http.delete("/api/sessions")
        await client.until_gone(app)


async def test_a_device_that_leaves_leaves_nothing_behind(
    address: str, app: Litestar, application: Application, andrew: Person
) -> None:
    context: Context = app.state["context"]
    async with listening(address, andrew):
        assert context.streams.count == 1
    await until(lambda: context.streams.count == 0)
    assert channel(andrew.uuid) not in application.messaging.bus._channels  # type: ignore[attr-defined]


async def test_a_device_that_lags_is_let_go_and_comes_back(
    address: str, application: Application, andrew: Person
) -> None:
    event = Event("message", b'"' + b"x" * 100_000 + b'"', "2026-11-23T09:00:00.000Z")
    bus = application.messaging.bus
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        bearer = {"Authorization": f"Bearer {andrew.token}"}
        async with client.stream("GET", "/api/events", headers=bearer):
            for _ in range(500):  # nobody reads them
                await bus.publish([channel(andrew.uuid)], event)
            assert channel(andrew.uuid) not in bus._channels  # type: ignore[attr-defined]
