"""What the first pages of an inbox cost in which very many conversations moved within the hour.

The table is on an engine that reports its units. It has no stream, whose records would slow it down.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import uvloop
from bench.figures import Row, show
from tests import engines
from tests.prices import busy
from tests.stage import beside

from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.schema import OnDemand, creation
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.ports.metering import measured
from cruddur.ports.table import Put
from cruddur.schema import items
from cruddur.schema.table import Schema
from cruddur.tools.capacity.ceilings import ceilings

_CEILING = ceilings()["the 20 newest of 2,000 that moved within the hour"].read
_PAGES = 5
_AT_ONCE = 200
_DEADLINE = 30.0


@asynccontextmanager
async def _table() -> AsyncIterator[DynamoTable]:
    engines.install()
    server = engines.Server("dynoxide")
    at = {"region": engines.REGION, "endpoint_url": server.url, "deadline": _DEADLINE}
    try:
        calls = await Calls.open(**at)  # type: ignore[arg-type]
        asked = dict(creation(Schema(), OnDemand()))
        del asked["StreamSpecification"]
        await calls.table("CreateTable", asked)
        await calls.close()
        table = await DynamoTable.open(Schema().table_name, **at)  # type: ignore[arg-type]
        yield table
        await table.close()
    finally:
        server.stop()


async def _measure(count: int) -> bool:
    async with _table() as table:
        messaging = MessagingContext(table=table, bus=MemoryBus())
        rows = busy.moved_rows(messaging, count, timedelta(hours=1))
        for some in busy.parts(rows, _AT_ONCE):
            await asyncio.gather(*(table.put(Put(items.inbox_row_item(row))) for row in some))
        newest = [row.message_group_uuid for row in reversed(rows)]
        print(f"{count:,} conversations moved within the hour", flush=True)
        warm = await _pages("the process that projected them", messaging, newest)
        cold = await _pages("a process that remembers nothing", beside(messaging), newest)
        return max(*warm, *cold) <= _CEILING


async def _pages(name: str, messaging: MessagingContext, newest: list[str]) -> list[float]:
    """Reads five pages, which must hold the newest conversations in order. Returns their units."""
    found: list[str] = []
    spent: list[float] = []
    rows: list[Row] = []
    cursor: str | None = None
    for number in range(1, _PAGES + 1):
        began = time.perf_counter()
        with measured() as units:
            page = await list_inbox(messaging, busy.OWNER, cursor=cursor)
        cursor = page.cursor
        found += [row.message_group_uuid for row in page.rows]
        spent.append(units.read)
        milliseconds = (time.perf_counter() - began) * 1000
        rows.append((f"page {number}", f"{units.read:g} read units, {milliseconds:.0f} ms"))
    assert found == newest[: len(found)]
    assert len(found) == 20 * _PAGES
    show(name, rows)
    return spent


def main() -> int:
    """Ends with 1 if a page cost more than its ceiling."""
    parser = argparse.ArgumentParser(prog="bench/busy", description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    given = parser.parse_args()
    return 0 if uvloop.run(_measure(given.conversations)) else 1


if __name__ == "__main__":
    sys.exit(main())
