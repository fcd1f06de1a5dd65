"""A key that a command removes is dead in every service on the bus, before one of them forgets it."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
from tests.bus.services import service
from tests.engines import ROOT
from tests.valkey_server import ValkeyServer

PATIENCE_SECONDS = 30
"""Less than the minute for which a service would remember the key without the event."""


async def keys(data: Path, settings: dict[str, str], *words: str) -> str:
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from cruddur.cli.main import main; main()"),
        *("keys", *words, "--data", str(data)),
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **settings},
        stdout=PIPE,
    )
    said, _ = await command.communicate()
    assert command.returncode == 0
    return said.decode().strip()


async def test_a_removed_key_is_dead_everywhere_by_the_event(
    tmp_path: Path, shared_valkey: ValkeyServer
) -> None:
    settings = {"CRUDDUR_BUS": "valkey", "CRUDDUR_VALKEY_URL": shared_valkey.url}
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        token = await keys(tmp_path, settings, "add", "shop")
        headers = {"Authorization": f"Bearer {token}"}
        services = [
            await enter(service(tmp_path, {**settings, "CRUDDUR_PROJECTOR": projector}))
            for projector in ("auto", "off")
        ]
        clients = [
            await enter(httpx.AsyncClient(base_url=url, headers=headers)) for _, url in services
        ]
        for client in clients:
            assert (await client.get("/api/key")).status_code == 200  # and is remembered
        await keys(tmp_path, settings, "remove", "shop")
        async with asyncio.timeout(PATIENCE_SECONDS):
            for client in clients:
                while (await client.get("/api/key")).status_code == 200:
                    pass
