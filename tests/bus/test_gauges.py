"""What `/metrics` says of the cache and the bus while their Valkey comes and goes."""

import asyncio
from pathlib import Path

import httpx
from tests.bus.services import entered, service
from tests.valkey_server import ValkeyServer

PATIENCE_SECONDS = 30
GAUGES = ("cruddur_bus_connected", "cruddur_cache_available")


async def shown(client: httpx.AsyncClient) -> dict[str, str]:
    lines = (await client.get("/metrics")).text.splitlines()
    pairs = (line.split(" ", 1) for line in lines if not line.startswith("#"))
    return {name: value for name, value in pairs if name in GAUGES}


async def until_shown(client: httpx.AsyncClient, value: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await shown(client) != dict.fromkeys(GAUGES, value):
            await asyncio.sleep(0.05)
            await client.get(
                "/api/message_groups"
            )  # by calls that fail one sees that a cache is away


async def test_both_are_up_and_down_and_up_again(tmp_path: Path, valkey: ValkeyServer) -> None:
    by_valkey = {
        "CRUDDUR_CACHE": "valkey",
        "CRUDDUR_BUS": "valkey",
        "CRUDDUR_VALKEY_URL": valkey.url,
    }
    async with (
        service(tmp_path, by_valkey) as (_, url),
        entered(url, "andrew") as andrew,
    ):
        await until_shown(andrew.http, "1.0")
        valkey.kill()
        await until_shown(andrew.http, "0.0")
        valkey.restart()
        await until_shown(andrew.http, "1.0")


async def test_what_lies_in_memory_is_always_there(tmp_path: Path) -> None:
    async with (
        service(tmp_path, {}) as (_, url),
        httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as client,
    ):
        assert await shown(client) == dict.fromkeys(GAUGES, "1.0")
