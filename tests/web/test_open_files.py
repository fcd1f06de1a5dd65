"""More clients than a process may open files: the idle ones make room, and the service goes on."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.web.clients import Client

FILES = 192
CLIENTS = 400
_LIMITED = ("bash", "-c", f'ulimit -n {FILES} && exec "$@"', "limited")


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Of a service as people start it, on a machine that lets it open few files."""
    cruddur = Path(sys.executable).with_name("cruddur")
    command = (str(cruddur), "up", "--port", "0", "--data", str(tmp_path))
    process = await asyncio.create_subprocess_exec(
        *_LIMITED, *command, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    found = re.search(rb"http://\S+", await process.stdout.readuntil(b"Ctrl-C"))
    assert found is not None
    yield found[0].decode()
    process.terminate()
    assert await process.wait() == 0


async def test_idle_connections_take_no_descriptors_from_others(address: str) -> None:
    async with AsyncExitStack() as idle:
        for _ in range(CLIENTS):
            await idle.enter_async_context(Client.connected(address))
        for path in (b"/health/live", b"/health/ready"):
            async with Client.connected(address) as client:
                client.send(b"GET %b HTTP/1.1\r\nHost: here\r\n\r\n" % path)
                assert (await client.answer()).status == 200
