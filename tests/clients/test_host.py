"""A back end's key, by the client for Python."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.bus.services import service

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.identity.add_host_key import add_host_key
from cruddur_client import ApiError, AsyncClient, AsyncHost, Client, Host


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[tuple[str, str]]:
    """The address of a service, and a key of it."""
    async with (
        service(tmp_path, {}) as (_, url),
        open_application(Settings(data=tmp_path)) as beside,
    ):
        yield url, (await add_host_key(beside.identity, "shop")).token


def _talk(url: str, key: str) -> tuple[str, str]:
    with Host(url, key) as host:
        tom = host.put_user("tom/7", "Tom Okafor", handle="tom", metadata={"plan": "gold"})
        with Client(url, host.token("maya@shop.example", display_name="Maya")) as maya:
            sent = maya.send("Hello, Tom", to="ext:tom/7")
    return tom.handle, sent.display_name


async def test_the_one_that_waits_makes_people_and_signs_them_in(shop: tuple[str, str]) -> None:
    assert await asyncio.to_thread(_talk, *shop) == ("tom", "Maya")


async def test_the_one_that_awaits_does_so_too(shop: tuple[str, str]) -> None:
    async with AsyncHost(*shop) as host:
        with pytest.raises(ApiError) as unknown:
            await host.token("tom")
        made = await host.put_user("tom", "Tom Okafor")
        async with AsyncClient(shop[0], await host.token("tom", ttl=60)) as tom:
            assert (await tom.me()).uuid == made.uuid
    assert (unknown.value.status, unknown.value.code) == (404, "user_not_found")


@pytest.mark.parametrize("key", ["crk_shop_1_x y", "crk_shop_1_x\ny", "crk_shop_1_é"])
async def test_a_key_that_no_header_holds_is_refused_at_once_and_not_repeated(key: str) -> None:
    # httpx would try it eight times and then show the key in its error, which programs log.
    async with AsyncHost("http://127.0.0.1:9", key) as host:
        with pytest.raises(ValueError, match="has a character") as error:
            await host.token("tom")
    assert "crk_" not in str(error.value)


async def test_a_key_may_come_from_a_file_with_its_line_break(shop: tuple[str, str]) -> None:
    url, key = shop
    async with AsyncHost(f" {url}/ ", f"{key}\n") as host:
        assert await host.token("tom", display_name="Tom")


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "chat.example", "", "ftp://chat.example"])
def test_an_address_without_http_is_refused_before_any_request(url: str) -> None:
    for made in (Host, AsyncHost, Client, AsyncClient):
        with pytest.raises(ValueError, match=r"looks like https://chat\.example"):
            made(url, "key")
