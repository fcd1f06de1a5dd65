"""The engine is killed and comes back: nothing that was acknowledged is lost."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines import REGION, Server, fresh_table, shared

from cruddur.domain.errors import ConditionFailed, TableUnavailable
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.ports.table import IF_NEW, Put, Query

WRITERS = 8
ROUNDS = 3


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    shared("dynoxide")  # skips where it is missing
    server = Server("dynoxide", file=tmp_path / "table.db")
    yield server
    server.stop()


async def test_a_call_waits_for_an_engine_that_comes_back(server: Server) -> None:
    async with fresh_table(server.url) as table:
        server.kill()
        put = asyncio.create_task(table.put(Put({"pk": "MSG#1", "sk": "1"}, IF_NEW)))
        await asyncio.to_thread(server.restart)
        await put


async def test_a_put_that_never_left_is_not_of_unknown_fate(server: Server) -> None:
    taken = Put({"pk": "MSG#1", "sk": "1"}, IF_NEW)
    async with fresh_table(server.url) as table:
        await table.put(taken)
        server.kill()
        other = await DynamoTable.open(
            table.name, region=REGION, endpoint_url=server.url, deadline=10
        )
        put = asyncio.create_task(other.put(taken))
        await asyncio.to_thread(server.restart)
        with pytest.raises(ConditionFailed):
            await put
        await other.close()


async def test_no_acknowledged_write_is_lost_when_the_engine_is_killed(server: Server) -> None:
    acknowledged: asyncio.Queue[str] = asyncio.Queue()
    seen: set[str] = set()
    async with fresh_table(server.url) as table:
        writers = [asyncio.create_task(write(table, f"{n}", acknowledged)) for n in range(WRITERS)]
        for _ in range(ROUNDS):
            seen |= {await acknowledged.get() for _ in range(WRITERS * 10)}
            server.kill()
            await asyncio.to_thread(server.restart)
        for writer in writers:
            writer.cancel()
        await asyncio.wait(writers)
        seen |= {acknowledged.get_nowait() for _ in range(acknowledged.qsize())}
        assert seen <= await everything(table)


async def write(table: DynamoTable, prefix: str, acknowledged: asyncio.Queue[str]) -> None:
    n = 0
    while True:
        n += 1
        sk = f"{prefix}-{n:06d}"
        try:
            await table.put(Put({"pk": "MSG#1", "sk": sk}, IF_NEW))
        except TableUnavailable:
            continue  # its fate is unknown, and nobody was told that it is there
        except ConditionFailed:
            pytest.fail(f"{sk} was written by nobody but this call")
        acknowledged.put_nowait(sk)


async def everything(table: DynamoTable) -> set[str]:
    found: set[str] = set()
    query = Query("MSG#1", consistent=True, limit=1000)
    while True:
        page = await table.query(query)
        found |= {item["sk"] for item in page.items}
        if page.next is None:
            return found
        query = Query("MSG#1", consistent=True, limit=1000, start=page.next)
