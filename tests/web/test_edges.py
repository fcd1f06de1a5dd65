"""What a client may send and how long it may take: real sockets, and deadlines of a moment."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import pytest
from litestar import Litestar
from tests.captured_logs import captured_logs
from tests.web.callers import Person
from tests.web.clients import Answer, Client
from tests.web.conftest import running

from cruddur.config import Settings
from cruddur.web.http.bounded_protocol import HEAD_MAX_BYTES, URL_MAX_BYTES
from cruddur.web.http.connections import Bounds
from cruddur.web.http.context import Context

GET = b"GET /health/live HTTP/1.1\r\nHost: here\r\n"
POST = b"POST /api/sessions HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
SHORT = Bounds(head_seconds=0.2, body_seconds=0.2, write_seconds=0.2, linger_seconds=0.2)

Connect = Callable[[], AbstractAsyncContextManager[Client]]
Serve = Callable[[Bounds], AbstractAsyncContextManager[Connect]]


@pytest.fixture
def serving(app: Litestar, settings: Settings) -> Serve:
    """The application within these bounds; what it gives makes connections."""

    @asynccontextmanager
    async def serve_within(bounds: Bounds) -> AsyncIterator[Connect]:
        async with running(app, settings, bounds) as url:
            yield lambda: Client.connected(url)

    return serve_within


def check_is_the_connections_last(answer: Answer) -> None:
    """A refusal from before there was a request: nobody keeps it, and no other origin reads it."""
    assert answer.json["status"] == answer.status
    told = {
        "connection": "close",
        "content-type": "application/problem+json",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    assert answer.headers.items() >= told.items()
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("sent", "status"),
    {
        "nothing": (b"", None),
        "line breaks": (b"\r\n\r\n", None),
        "half a head": (GET, 408),
        "a letter": (b"G", 408),
        "a head without its body": (POST + b"Content-Length: 9\r\n\r\n", 408),
        "one byte of a body": (POST + b"Content-Length: 9\r\n\r\n{", 408),
        "half a chunk": (POST + CHUNKED + b"9\r\n{", 408),
        "half of the next request": (GET + b"\r\nGET /", 200),
    }.values(),
)
async def test_what_does_not_come_whole_is_waited_for_a_moment_only(
    sent: bytes, status: int | None, serving: Serve
) -> None:
    async with serving(SHORT) as connect, connect() as client:
        client.send(sent)
        answers = await client.until_closed()
        assert [answer.status for answer in answers][:1] == ([status] if status else [])
        if status == 408:
            check_is_the_connections_last(answers[0])


@pytest.mark.parametrize("begun", [GET + b"X: ", POST + b"Content-Length: 60000\r\n\r\n"])
async def test_a_byte_now_and_then_gives_no_more_time(begun: bytes, serving: Serve) -> None:
    async with serving(SHORT) as connect, connect() as client:
        client.send(begun)
        assert await client.trickle_until_closed(b"x") == [408]


@pytest.mark.parametrize(
    ("sent", "code"),
    {
        "a long url": (b"GET /" + b"a" * URL_MAX_BYTES + b" HTTP/1.1\r\n\r\n", "url_too_long"),
        "a url without end": (b"GET /" + b"a" * 2_000_000, "url_too_long"),
        "a large header": (GET + b"X: " + b"a" * HEAD_MAX_BYTES + b"\r\n\r\n", "head_too_large"),
        "a header without end": (GET + b"X: " + b"a" * 2_000_000, "head_too_large"),
        "a name without end": (GET + b"X" * 2_000_000, "head_too_large"),
        "many headers": (GET + b"X: y\r\n" * 4_000 + b"\r\n", "head_too_large"),
        "empty lines without end": (b"\r\n" * 20_000, "head_too_large"),
        "trailers without end": (POST + CHUNKED + b"0\r\nX: " + b"a" * 2_000_000, "head_too_large"),
        "no http": (b"\x16\x03\x01\x02\r\n\r\n", "bad_request"),
        "an address that is none": (b"GET http://[ HTTP/1.1\r\n\r\n", "bad_request"),
    }.values(),
)
async def test_what_is_too_large_or_no_http_is_refused(
    sent: bytes, code: str, serving: Serve
) -> None:
    async with serving(Bounds()) as connect, connect() as client:
        client.send(sent)
        answer = (await client.until_closed())[0]
        assert answer.json["code"] == code
        check_is_the_connections_last(answer)


async def test_what_is_just_small_enough_is_answered(serving: Serve) -> None:
    url = b"/health/live?" + b"a" * (URL_MAX_BYTES - 13)
    header = b"X: " + b"a" * (HEAD_MAX_BYTES - URL_MAX_BYTES - 100)
    head = b"GET " + url + b" HTTP/1.1\r\nHost: here\r\n" + header + b"\r\n\r\n"
    body = b"[" + b" " * 64_000 + b"]"
    post = POST + b"Content-Length: %d\r\n\r\n" % len(body) + body
    async with serving(Bounds()) as connect, connect() as client:
        client.send((head + post) * 3)
        statuses = [(await client.answer()).status for _ in range(6)]
        assert statuses == [200, 422] * 3


async def test_the_request_before_one_that_is_refused_is_answered(serving: Serve) -> None:
    async with serving(Bounds()) as connect, connect() as client:
        client.send(GET + b"\r\n" + b"nonsense\r\n\r\n")
        assert [answer.status for answer in await client.until_closed()] == [200]


async def test_an_idle_connection_is_closed_after_its_time(serving: Serve) -> None:
    async with serving(Bounds(idle_seconds=0.2)) as connect, connect() as client:
        client.send(GET + b"\r\n")
        assert [answer.status for answer in await client.until_closed()] == [200]


async def test_who_goes_away_in_a_body_is_one_short_line(app: Litestar, serving: Serve) -> None:
    with captured_logs() as logs:
        async with serving(Bounds()) as connect, connect() as client:
            client.send(POST + b"Content-Length: 9\r\n\r\n{")
            await client.is_seen(app)
            client.leave()
    said = [line for line in logs if line["level"] in {"info", "warning", "error"}]
    assert [(line["level"], line.get("path")) for line in said] == [("info", "/api/sessions")]


async def test_a_client_that_reads_nothing_is_cut_off(
    app: Litestar, andrew: Person, serving: Serve
) -> None:
    for number in range(40):
        await andrew.send(f"{number} " + "x" * 1_000, handle="andrew")
    group = (await andrew.send("end", handle="andrew"))["message_group_uuid"]
    bearer = b"Host: here\r\nAuthorization: Bearer %b\r\n\r\n" % andrew.token.encode()
    page = b"GET /api/messages/%b?limit=100 HTTP/1.1\r\n" % group.encode() + bearer
    context: Context = app.state["context"]
    async with serving(SHORT) as connect, connect() as client:
        client.reads_nothing()
        client.send(page * 400)  # more than kernels hold for a client
        await client.until_gone(app)
    assert context.connections.refused["not_read"] == 1


async def test_those_who_are_idle_make_room_the_longest_idle_first(serving: Serve) -> None:
    async with serving(Bounds(connections=2)) as connect, connect() as one, connect() as two:
        for client in (one, two, one):
            client.send(GET + b"\r\n")
            assert (await client.answer()).status == 200
        async with connect() as three:
            three.send(GET + b"\r\n")
            assert (await three.answer()).status == 200
            assert await two.until_closed() == []
            one.send(GET + b"\r\n")
            assert (await one.answer()).status == 200


async def test_requests_by_halves_shut_out_no_whole_ones(serving: Serve) -> None:
    async with serving(Bounds(connections=5)) as connect, AsyncExitStack() as others:
        for _ in range(20):
            half = await others.enter_async_context(connect())
            half.send(GET)
            async with connect() as client:
                client.send(GET + b"\r\n")
                assert (await client.answer()).status == 200


@pytest.mark.parametrize(
    ("bounds", "status"),
    [(Bounds(connections=3), 503), (Bounds(per_address=3), 429)],
)
async def test_where_nobody_is_idle_one_too_many_is_refused(
    bounds: Bounds, status: int, app: Litestar, andrew: Person, serving: Serve
) -> None:
    bearer = b"Host: here\r\nAuthorization: Bearer %b\r\n\r\n" % andrew.token.encode()
    async with serving(bounds) as connect:
        async with AsyncExitStack() as devices:
            for _ in range(3):
                device = await devices.enter_async_context(connect())
                device.send(b"GET /api/events HTTP/1.1\r\n" + bearer)
                await device.head()
            async with connect() as client:
                answer = (await client.until_closed())[0]
                assert answer.status == status
                check_is_the_connections_last(answer)
                assert int(answer.headers["retry-after"]) > 0
        await client.until_gone(app)  # and its devices
        async with connect() as client:
            client.send(GET + b"\r\n")
            assert (await client.answer()).status == 200
