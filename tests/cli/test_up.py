"""`cruddur up` says where it serves from, and whether it still can."""

import asyncio
from pathlib import Path

import httpx
from tests import engines
from tests.bus.services import service

from cruddur.schema.table import FILE_NAME

PATIENCE_SECONDS = 30


async def second_line(data: Path, **settings: str) -> str:
    """The second line of the service's output. `service` has read the first."""
    async with service(data, settings) as (process, _):
        assert process.stdout is not None
        return (await process.stdout.readline()).decode()


async def test_a_file_is_named(tmp_path: Path) -> None:
    assert (
        await second_line(tmp_path) == f"Table: the file in {tmp_path}; cache: off; bus: memory\n"
    )


async def test_a_table_is_named_with_the_endpoint_that_awss_variable_gave(tmp_path: Path) -> None:
    url = engines.shared("dynoxide").url
    async with engines.fresh_table(url) as table:
        settings = {
            "CRUDDUR_TABLE": "dynamodb",
            "CRUDDUR_TABLE_NAME": table.name,
            "CRUDDUR_CACHE": "memory",
            "AWS_ENDPOINT_URL": url,
        }
        line = await second_line(tmp_path, **settings)
    assert line == f"Table: {table.name} at {url}; cache: memory; bus: memory\n"


async def is_ready(client: httpx.AsyncClient, status: int) -> httpx.Response:
    """The first answer with this status."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = await client.get("/health/ready")
            if answer.status_code == status:
                return answer
            await asyncio.sleep(0.05)


async def test_it_is_ready_while_its_file_is_there(tmp_path: Path) -> None:
    async with (
        service(tmp_path, {}) as (process, url),
        httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as client,
    ):
        await is_ready(client, 200)
        moved = (tmp_path / FILE_NAME).rename(tmp_path / "moved")
        away = await is_ready(client, 503)
        assert away.headers["retry-after"]
        assert (await client.get("/health/live")).status_code == 200
        moved.rename(tmp_path / FILE_NAME)
        await is_ready(client, 200)
        assert process.returncode is None
