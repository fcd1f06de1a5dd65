"""Whom a rate limit counts as one."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.connection import Request

from cruddur.config import Settings
from cruddur.web.address import client_address

Headers = list[tuple[bytes, bytes]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings(data=settings.data, port=0, trusted_proxy="on")


def address(app: Litestar, client: str, *forwarded: str) -> str:
    headers: Headers = [(b"x-forwarded-for", entry.encode()) for entry in forwarded]
    scope: Any = {"type": "http", "headers": headers, "client": (client, 1234)}
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
    assert address(app, one) == address(app, other)


async def test_two_customers_are_two(app: Litestar) -> None:
    several = ["2001:db8::1", "2001:db8:0:1::1", "2001:db9::1", "192.0.2.1", "192.0.2.2", "?"]
    assert len({address(app, one) for one in several}) == len(several)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("192.0.2.1:555", "192.0.2.1"),
        ("[2001:db8::7]:443", "2001:db8::/64"),
        ("[2001:db8::7]", "2001:db8::/64"),
        ("unknown", "unknown"),
        ("", "198.51.100.9"),
    ],
)
async def test_a_proxy_may_add_the_port(app: Litestar, written: str, meant: str) -> None:
    assert address(app, "198.51.100.9", written) == meant
    assert address(app, "198.51.100.9", f"10.0.0.1, {written}") == meant


async def test_a_line_of_the_clients_own_is_not_the_proxys(app: Litestar) -> None:
    assert address(app, "198.51.100.9", "10.0.0.1", "192.0.2.1") == "192.0.2.1"
