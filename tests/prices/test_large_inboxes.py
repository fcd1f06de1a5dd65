"""An inbox that is too large to be read whole opens at its ceiling, whatever its size and its keys."""

from datetime import timedelta

import pytest
from tests.prices import busy
from tests.stage import beside

from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.ports.metering import measured
from cruddur.tools.capacity.ceilings import ceilings

CEILING = ceilings()["the 20 newest of an inbox"].read
LONG = "語" * 140
"""As a preview it makes a row of almost a kilobyte."""


@pytest.mark.parametrize("owner", ["first", "second", "third", "fourth"])
@pytest.mark.parametrize("count", [36, 69, 70, 71, 100, 200, 800])
async def test_a_page_costs_no_more_than_its_ceiling(
    table: DynamoTable, owner: str, count: int
) -> None:
    messaging = MessagingContext(table=table, bus=MemoryBus())
    within = timedelta(hours=2 * count)
    newest = await busy.fill(messaging, count, within, owner=owner, preview=LONG)
    with measured() as units:
        page = await list_inbox(beside(messaging), owner)
    assert [row.message_group_uuid for row in page.rows] == newest[:20]
    assert (page.cursor is not None, units.read <= CEILING) == (True, True), units


async def test_a_small_inbox_is_read_whole(table: DynamoTable) -> None:
    messaging = MessagingContext(table=table, bus=MemoryBus())
    await busy.fill(messaging, 60, timedelta(hours=120))
    with measured() as units:
        await list_inbox(beside(messaging), busy.OWNER)
    assert units.read <= CEILING / 2
