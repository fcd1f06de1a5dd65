"""Event streams over a socket: live, resumed, and ended when they must be."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest
from litestar import Litestar
from tests.web.callers import Person
from tests.web.listening import listening

from cruddur.bootstrap import Application
from cruddur.identity.tokens import verify_token
from cruddur.messaging.events import channel
from cruddur.messaging.ports import Delete, Event
from cruddur.table import keys
from cruddur.web.context import Context
from cruddur.web.streams import PER_USER_MAX

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
            assert {**sent, "group": heard.data["group"]} == heard.data
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


async def test_who_comes_back_hears_nothing_of_what_stood_still(
    address: str, andrew: Person, bayko: Person, group: str
) -> None:
    for last in ("2999-01-01T00:00:00.000Z", "nonsense", "0001-01-01T00:00:00.000Z"):
        async with listening(address, bayko, headers={"Last-Event-ID": last}) as hers:
            await andrew.http.post(f"/api/message_groups/{group}/typing")
            assert (await hers.next()).type == "typing"


async def test_a_stream_ends_with_its_session(
    address: str, andrew: Person, bayko: Person, group: str
) -> None:
    async with listening(address, bayko) as hers:
        await bayko.http.delete("/api/sessions")
        await andrew.send("for members only", message_group_uuid=group)
        assert await hers.all() == []


async def remove(application: Application, person: Person) -> None:
    """As somebody beside us does it; and a minute has gone by for the open streams."""
    await application.messaging.table.delete(Delete(keys.user_key(person.uuid)))
    session = await verify_token(application.identity, person.token)
    application.identity.memory.unrevoked.forget(session.token_id)


async def test_a_stream_ends_with_its_account(
    address: str, app: Litestar, application: Application, andrew: Person, bayko: Person
) -> None:
    app.state["context"].heartbeat_seconds = 0.05
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
        httpx.AsyncClient(base_url=address, headers=bayko.http.headers) as client,
        client.stream("GET", "/api/events") as response,
    ):
        assert response.status_code == 401
        assert b'"unauthenticated"' in await response.aread()


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


async def test_the_oldest_of_too_many_streams_makes_room(
    address: str, app: Litestar, andrew: Person
) -> None:
    context: Context = app.state["context"]
    async with listening(address, andrew) as oldest, AsyncExitStack() as others:
        for _ in range(PER_USER_MAX):
            await others.enter_async_context(listening(address, andrew))
        assert await oldest.all() == []
        assert context.streams.count == PER_USER_MAX


async def test_a_device_that_leaves_leaves_nothing_behind(
    address: str, app: Litestar, application: Application, andrew: Person
) -> None:
    context: Context = app.state["context"]
    async with listening(address, andrew):
        assert context.streams.count == 1
    async with asyncio.timeout(5):
        while context.streams.count:  # noqa: ASYNC110  nobody tells a stream's end but the count
            await asyncio.sleep(0)
    assert application.messaging.bus._channels == {}  # type: ignore[attr-defined]


async def test_a_device_that_lags_is_let_go_and_comes_back(
    address: str, application: Application, andrew: Person
) -> None:
    event = Event("message", b'"' + b"x" * 100_000 + b'"', "2026-11-23T09:00:00.000Z")
    bus = application.messaging.bus
    async with httpx.AsyncClient(base_url=address) as client:
        bearer = {"Authorization": f"Bearer {andrew.token}"}
        async with client.stream("GET", "/api/events", headers=bearer):
            for _ in range(500):  # nobody reads them
                await bus.publish([channel(andrew.uuid)], event)
            assert bus._channels == {}  # type: ignore[attr-defined]


async def test_those_who_begin_to_talk_see_each_other(
    address: str, andrew: Person, bayko: Person
) -> None:
    async with listening(address, andrew) as his, listening(address, bayko) as hers:
        await andrew.send("hello", handle="bayko")
        assert (await his.next(presence=True)).type == "message"
        assert (await hers.next(presence=True)).type == "message"
        for device, other in ((his, bayko), (hers, andrew)):
            heard = await device.next(presence=True)
            assert (heard.data["user_uuid"], heard.data["online"]) == (other.uuid, True)


async def test_those_who_talk_see_who_is_here(
    address: str, andrew: Person, bayko: Person, mallory: Person, group: str
) -> None:
    async with listening(address, andrew) as his, listening(address, mallory):
        async with listening(address, bayko) as hers:
            came = await his.next(presence=True)
            assert (came.type, came.data["user_uuid"]) == ("presence", bayko.uuid)
            assert came.data["online"] is True
            answer = await hers.next(presence=True)
            assert (answer.data["user_uuid"], answer.data["online"]) == (andrew.uuid, True)
        went = await his.next(presence=True)
        assert (went.data["user_uuid"], went.data["online"]) == (bayko.uuid, False)
