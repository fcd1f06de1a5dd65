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
