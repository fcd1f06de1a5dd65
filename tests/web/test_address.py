"""Which addresses a rate limit counts as one client."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.connection import Request
from tests.web.callers import open_client

from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.web.http.client_ip import address_in, client_address, is_secure, networks_of

Headers = list[tuple[bytes, bytes]]

FOR, PROTO, FORWARDED = "x-forwarded-for", "x-forwarded-proto", "forwarded"
PROXY = "198.51.100.9"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings(data=settings.data, port=0, trusted_proxy=1)


def scope_of(client: str, *lines: tuple[str, str], scheme: str = "http") -> Any:
    headers: Headers = [(name.encode(), value.encode()) for name, value in lines]
    return {"type": "http", "headers": headers, "client": (client, 1234), "scheme": scheme}


def address(app: Litestar, client: str, *forwarded: str) -> str:
    scope = scope_of(client, *((FOR, entry) for entry in forwarded))
    scope["app"] = scope["litestar_app"] = app
    return client_address(Request(scope))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8::1", "2001:db8::2"),
        ("2001:db8::1", "2001:db8:0:0:ffff::1"),
        ("2001:DB8:0:0::1", "2001:db8::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::2%eth1"),
    ],
)
async def test_one_customer_is_one_however_it_is_written(
    app: Litestar, one: str, other: str
) -> None:
    assert networks_of(address(app, one)) == networks_of(address(app, other))


async def test_two_customers_are_two(app: Litestar) -> None:
    several = ["2001:db8::1", "2001:db8:0:1::1", "2001:db9::1", "192.0.2.1", "192.0.2.2", "?"]
    assert len({networks_of(address(app, one))[0] for one in several}) == len(several)


def test_customers_of_one_site_are_told_apart_and_belong_together() -> None:
    here, there, elsewhere = map(networks_of, ("2001:db8::1", "2001:db8:0:1::1", "2001:db8:1::1"))
    assert here == ("2001:db8::/64", "2001:db8::/48")
    assert (here[0] == there[0], here[1] == there[1]) == (False, True)
    assert here[1] != elsewhere[1]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("192.0.2.1:555", "192.0.2.1"),
        ("[2001:DB8::7]:443", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("unknown", "unknown"),
        ("", "198.51.100.9"),
    ],
)
async def test_a_proxy_may_add_the_port(app: Litestar, written: str, meant: str) -> None:
    assert address(app, "198.51.100.9", written) == meant
    assert address(app, "198.51.100.9", f"10.0.0.1, {written}") == meant


async def test_a_line_of_the_clients_own_is_not_the_proxys(app: Litestar) -> None:
    assert address(app, "198.51.100.9", "10.0.0.1", "192.0.2.1") == "192.0.2.1"


@pytest.mark.parametrize(
    ("hops", "lines", "meant"),
    [
        (0, [(FOR, "192.0.2.1")], PROXY),
        (1, [(FOR, "9.9.9.9, 192.0.2.1")], "192.0.2.1"),
        (2, [(FOR, "9.9.9.9, 192.0.2.1, 10.0.0.1")], "192.0.2.1"),
        (2, [(FOR, "9.9.9.9, 192.0.2.1"), (FOR, "10.0.0.1")], "192.0.2.1"),
        (3, [(FOR, "192.0.2.1, 10.0.0.1")], "192.0.2.1"),  # somebody came in by the second proxy
        (2, [], PROXY),
        (1, [(FORWARDED, "for=192.0.2.1;proto=https")], "192.0.2.1"),
        (1, [(FORWARDED, 'Proto=https ; FOR="[2001:DB8::7]:4711"')], "2001:db8::7"),
        (1, [(FORWARDED, "for=9.9.9.9, for=192.0.2.1;by=10.0.0.1")], "192.0.2.1"),
        (2, [(FORWARDED, "for=192.0.2.1"), (FORWARDED, "For=10.0.0.1")], "192.0.2.1"),
        (1, [(FORWARDED, 'for="9.9.9.9, for=192.0.2.1')], "192.0.2.1"),  # a quote left open
        (1, [(FORWARDED, "for=_hidden")], "_hidden"),
        (1, [(FORWARDED, "proto=https")], PROXY),
        (1, [(FOR, "192.0.2.1"), (FORWARDED, "for=192.0.2.1")], "192.0.2.1"),
        # One of them is what the client sent: which, nobody knows.
        (1, [(FOR, "192.0.2.1"), (FORWARDED, "for=9.9.9.9")], PROXY),
    ],
)
def test_the_client_is_as_many_entries_from_the_end_as_there_are_proxies(
    hops: int, lines: list[tuple[str, str]], meant: str
) -> None:
    assert address_in(scope_of(PROXY, *lines), hops) == meant


@pytest.mark.parametrize(
    ("hops", "lines", "secure"),
    [
        (0, [(PROTO, "https")], False),
        (1, [(PROTO, "https")], True),
        (1, [(PROTO, "HTTPS")], True),
        (1, [(PROTO, "https, http")], False),
        (2, [(PROTO, "https, http")], True),
        (2, [(PROTO, "https")], True),
        (1, [(FORWARDED, "for=192.0.2.1;Proto=HTTPS")], True),
        (2, [(FORWARDED, "for=192.0.2.1;proto=https, for=10.0.0.1;proto=http")], True),
        (1, [(FORWARDED, "for=192.0.2.1;proto=http"), (PROTO, "https")], False),
        (1, [], False),
    ],
)
def test_tls_ends_at_the_outermost_of_our_proxies(
    hops: int, lines: list[tuple[str, str]], secure: bool
) -> None:
    assert is_secure(scope_of(PROXY, *lines), hops) is secure
    assert is_secure(scope_of(PROXY, *lines, scheme="https"), hops)


@pytest.mark.parametrize(("said", "meant"), [("on", 1), ("off", 0), ("2", 2), ("0", 0)])
def test_how_many_proxies_there_are_is_a_number_or_an_older_word(said: str, meant: int) -> None:
    assert load_settings({"trusted_proxy": said}, {}).trusted_proxy == meant
    assert load_settings({}, {"CRUDDUR_TRUSTED_PROXY": said}).trusted_proxy == meant


@pytest.mark.parametrize("said", ["-1", "9", "yes", "1.5"])
def test_what_is_no_number_of_proxies_stops_the_start(said: str) -> None:
    with pytest.raises(WrongSetting, match="CRUDDUR_TRUSTED_PROXY"):
        load_settings({"trusted_proxy": said}, {})


async def test_cookie_and_header_follow_one_rule(app: Litestar) -> None:
    who = {"handle": "chloe", "password": "correct horse"}
    async with open_client(app) as client:
        await client.post("/api/accounts", json={**who, "display_name": "Chloe"})
        for proto, secure in {"HTTPS": True, "https": True, "http": False}.items():
            headers = {"X-FORWARDED-PROTO": proto, "X-Forwarded-For": "192.0.2.1"}
            answer = await client.post("/api/sessions", json=who, headers=headers)
            assert ("Secure" in answer.headers["set-cookie"]) is secure
            assert ("strict-transport-security" in answer.headers) is secure
