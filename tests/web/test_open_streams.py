"""An open stream has its connection to itself: odd clients, and the end of its session."""

import asyncio
from collections.abc import Callable

import pytest
from litestar import Litestar
from tests.web.callers import Person
from tests.web.clients import Client, until
from tests.web.listening import check_often, listening

from cruddur.bootstrap import Application
from cruddur.engines.bus.memory import MemoryBus
from cruddur.identity.context import IdentityContext
from cruddur.identity.sign_out import sign_out
from cruddur.identity.tokens import verify_token
from cruddur.messaging.events import channel
from cruddur.ports.bus import Event
from cruddur.web.http.context import Context
from cruddur.web.http.session_checks import CheckSeconds, SessionChecks
from cruddur.web.http.sse_connections import (
    RECONNECTS_PER_SECOND,
    RETRY_MAX_SECONDS,
    RETRY_MIN_SECONDS,
    Streams,
)


def request(person: Person, *, method: str = "GET") -> bytes:
    head = f"{method} /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {person.token}"
    return head.encode() + b"\r\n\r\n"


async def test_the_end_of_a_stream_is_the_end_of_an_answer(
    address: str, app: Litestar, application: Application, andrew: Person
) -> None:
    async with Client.connected(address) as client:
        client.send(request(andrew))
        await client.head()
        await application.messaging.bus.end_subscriptions()
        assert (await client.rest()).endswith(b"\r\n0\r\n\r\n")
        await client.until_gone(app)


async def test_the_head_alone_opens_no_stream(address: str, app: Litestar, andrew: Person) -> None:
    async with Client.connected(address) as client:
        client.send(request(andrew, method="HEAD"))
        assert (await client.head())[0] == 200
    assert app.state["context"].streams.count == 0


async def test_who_sends_on_behind_the_request_is_cut_off(
    address: str, app: Litestar, andrew: Person
) -> None:
    context: Context = app.state["context"]
    async with Client.connected(address) as client:
        client.send(request(andrew))
        await client.head()
        await until(lambda: context.streams.count == 1)
        client.send(b"x" * 10_000)
        client.send(b"x" * 10_000)
        await client.until_gone(app)
    assert context.streams.count == 0
    assert context.connections.refused["sent_too_much"] == 1


async def test_what_arrives_together_is_one_write(
    address: str, application: Application, andrew: Person
) -> None:
    async with Client.connected(address) as client:
        client.send(request(andrew))
        await client.head()
        for _ in range(3):
            await application.messaging.bus.publish([channel(andrew.uuid)], Event("read", b"{}"))
        await application.messaging.bus.end_subscriptions()
        body = await client.rest()
    assert b"event: read\ndata: {}\n\n" * 3 in body


async def test_an_end_whose_event_was_lost_is_found_in_the_table(
    address: str, app: Litestar, application: Application, andrew: Person
) -> None:
    check_often(app)
    elsewhere = IdentityContext(application.identity.table, application.identity.secret)
    async with listening(address, andrew) as his:
        await sign_out(elsewhere, await verify_token(elsewhere, andrew.token))
        assert await his.all() == []


class Connected(MemoryBus):
    reaches_others = True


@pytest.mark.parametrize(
    ("bus", "number", "seconds"),
    [(MemoryBus, 0, 60), (Connected, 0, 60), (MemoryBus, 1, 600), (Connected, 1, 3600)],
)
def test_the_table_is_asked_rarely_where_events_arrive(
    bus: Callable[[], MemoryBus], number: int, seconds: float, application: Application
) -> None:
    checks = SessionChecks(application.identity, bus())
    assert checks.seconds == CheckSeconds()
    assert checks.seconds_until(number) == seconds


@pytest.mark.parametrize(
    ("count", "seconds"),
    [
        (0, RETRY_MIN_SECONDS),
        (10 * RECONNECTS_PER_SECOND, 10.0),
        (10**9, RETRY_MAX_SECONDS),
    ],
)
def test_reconnects_are_spread_by_the_number_of_streams(count: int, seconds: float) -> None:
    streams = Streams()
    streams.count = count
    assert streams.retry_seconds() == seconds


async def test_a_stream_says_over_which_time_to_come_back_and_again_when_that_changes(
    address: str, app: Litestar, andrew: Person
) -> None:
    context: Context = app.state["context"]
    context.heartbeats.seconds = 0.05
    async with Client.connected(address) as client:
        client.send(request(andrew))
        await client.head()
        assert b"retry: 1000\n" in await client.piece()
        context.streams.count = 10 * RECONNECTS_PER_SECOND
        async with asyncio.timeout(10):
            while b"retry: 10000\n" not in await client.piece():
                pass
        context.streams.count = 1
