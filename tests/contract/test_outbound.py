"""Calls to addresses that somebody gave: what is refused, and how an answer is bounded."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest
from tests.receiver import Receiver, answer, receiving

from cruddur.engines.outbound.addresses import address_of, may_be_called
from cruddur.engines.outbound.client import GuardedOutbound
from cruddur.ports.outbound import (
    ANSWER_MAX_BYTES,
    Outbound,
    OutboundFailed,
    OutboundRefused,
)

LOOPBACK = [ip_network("127.0.0.0/8")]


@asynccontextmanager
async def opened(outbound: Outbound) -> AsyncIterator[Outbound]:
    try:
        yield outbound
    finally:
        await outbound.close()


@pytest.fixture
async def inside() -> AsyncIterator[Outbound]:
    """May call loopback."""
    async with opened(GuardedOutbound(LOOPBACK)) as outbound:
        yield outbound


@pytest.fixture
async def guarded() -> AsyncIterator[Outbound]:
    async with opened(GuardedOutbound()) as outbound:
        yield outbound


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


async def test_body_and_headers_arrive(inside: Outbound, receiver: Receiver) -> None:
    receiver.answering = lambda _: answer(202, b"thanks", retry_after="7")
    got = await inside.post(f"{receiver.url}/a%20b?c=%7E", b"{}", {"X-One": "1"})
    assert (got.status, got.body, got.headers["retry-after"]) == (202, b"thanks", "7")
    [came] = receiver.received
    assert (came.method, came.path, came.body) == ("POST", "/a%20b?c=%7E", b"{}")
    assert came.headers["x-one"] == "1"
    assert came.headers["accept-encoding"] == "identity"


async def test_a_get_has_no_body(inside: Outbound, receiver: Receiver) -> None:
    assert (await inside.get(receiver.url, {})).status == 204
    assert (receiver.received[0].method, receiver.received[0].body) == ("GET", b"")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "224.0.0.1", "255.255.255.255",
        "240.0.0.1", "192.0.2.1", "198.18.0.1", "168.63.129.16", "::1", "::", "fe80::1", "fe80::1%lo",
        "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1",
        "2001:0:5ef5:79fd:0:0:80ff:fffe", "5f00::1", "100::1",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused(address: str) -> None:
    assert not may_be_called(address_of(address), [])


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"]
)
def test_addresses_of_everybody_may_be_called(address: str) -> None:
    assert may_be_called(address_of(address), [])


def test_the_operator_allows_networks() -> None:
    allowed = [ip_network("10.20.0.0/16"), ip_network("fd00::/8")]
    may = {a: may_be_called(address_of(a), allowed) for a in ("10.20.1.1", "10.21.1.1", "fd00::1")}
    assert may == {"10.20.1.1": True, "10.21.1.1": False, "fd00::1": True}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_loopback_is_not_reached(
    guarded: Outbound, receiver: Receiver, scheme: str, host: str
) -> None:
    port = receiver.url.rpartition(":")[2]
    with pytest.raises(OutboundRefused):
        await guarded.post(f"{scheme}://{host}:{port}/", b"", {})
    assert receiver.received == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "%31%32%37.0.0.1"])
async def test_odd_ways_to_write_loopback_do_not_reach_it(
    guarded: Outbound, receiver: Receiver, host: str
) -> None:
    port = receiver.url.rpartition(":")[2]
    with pytest.raises((OutboundRefused, OutboundFailed)):
        await guarded.post(f"http://{host}:{port}/", b"", {})
    assert receiver.received == []


async def test_a_name_that_leads_elsewhere_when_it_is_called_is_refused(
    receiver: Receiver,
) -> None:
    """DNS rebinding: the first look-up is of everybody's, the next one is of loopback."""
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])

    def rebinding(_: str, __: int) -> list[tuple[socket.AddressFamily, str]]:
        return [(socket.AF_INET, next(answers))]

    async with opened(GuardedOutbound(look_up=rebinding)) as outbound:
        url = f"https://rebinds.example:{receiver.url.rpartition(':')[2]}/"
        await outbound.check(url)
        with pytest.raises(OutboundRefused):
            await outbound.post(url, b"", {})
    assert receiver.received == []


async def test_redirects_are_answers(inside: Outbound, receiver: Receiver) -> None:
    receiver.answering = lambda one: answer(307, location=f"{receiver.url}{one.path}/further")
    assert (await inside.post(f"{receiver.url}/here", b"", {})).status == 307
    assert [one.path for one in receiver.received] == ["/here"]


async def test_no_proxy_of_the_environment_is_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, receiver.url)

    def nowhere(host: str, _: int) -> list[tuple[socket.AddressFamily, str]]:
        raise OSError(host)

    async with opened(GuardedOutbound(LOOPBACK, nowhere)) as outbound:
        for scheme in ("http", "https"):
            with pytest.raises(OutboundFailed):
                await outbound.post(f"{scheme}://elsewhere.example/", b"", {})
    assert receiver.received == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/", "https:///path", "https://user:secret@example.com/", "//example.com",
        "https://exa mple.com/", "https://example.com/\r\nX: y", "https://example.com:0/",
        "https://example.com:99999/", "https://[::1/", "https://bücher.example/", "file:///etc/passwd",
        "https://example.com\\@127.0.0.1/", "https://example.com/" + "a" * 2048, "",
    ],
)  # fmt: skip
async def test_other_forms_are_refused_and_not_repeated(guarded: Outbound, url: str) -> None:
    for call in (guarded.check(url), guarded.post(url, b"", {})):
        with pytest.raises(OutboundRefused) as refused:
            await call
        assert "secret" not in str(refused.value)


async def test_http_is_for_networks_that_are_allowed(inside: Outbound, receiver: Receiver) -> None:
    await inside.check(receiver.url)
    for call in (inside.check("http://93.184.216.34/"), inside.get("http://93.184.216.34/", {})):
        with pytest.raises(OutboundRefused, match="https"):
            await call


async def test_an_answer_without_end_is_cut(inside: Outbound, receiver: Receiver) -> None:
    receiver.answering = lambda _: answer(200, b"x" * 3 * ANSWER_MAX_BYTES)
    assert len((await inside.get(receiver.url, {})).body) == ANSWER_MAX_BYTES
    receiver.answering = lambda _: answer(204)
    assert (await inside.get(receiver.url, {})).status == 204


async def test_a_server_that_stalls_is_left(inside: Outbound, receiver: Receiver) -> None:
    async def never(_: object = None) -> bytes:
        await asyncio.Event().wait()
        return b""

    receiver.answering = never
    with pytest.raises(OutboundFailed, match="in time"):
        await inside.post(receiver.url, b"", {}, seconds=0.2)


@pytest.mark.parametrize(
    "said", [b"no HTTP\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx"]
)
async def test_a_server_that_talks_nonsense_is_a_failure(said: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server, opened(GuardedOutbound(LOOPBACK)) as outbound:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(OutboundFailed):
            await outbound.post(f"http://127.0.0.1:{port}/", b"", {})


async def test_nobody_listens(inside: Outbound) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(OutboundFailed):
        await inside.post(f"http://127.0.0.1:{port}/", b"", {})


async def test_a_server_without_tls_is_a_failure(inside: Outbound, receiver: Receiver) -> None:
    with pytest.raises(OutboundFailed):
        await inside.post(receiver.url.replace("http:", "https:"), b"", {}, seconds=3)
