"""What it costs to list an inbox in which 2,000 conversations move within the hour."""

from tests.prices import busy
from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.ports.metering import Units


@asks("the 20 newest of 2,000 that moved within the hour")
async def busy_inbox(stage: Stage, pattern: str) -> Units:
    await busy.fill(beside(stage.messaging), 2000)
    return await cost_of(pattern, list_inbox(stage.messaging, busy.OWNER))
