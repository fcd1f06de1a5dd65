"""What it costs to list an inbox that is too large to be read whole."""

from datetime import timedelta

from tests.prices import busy
from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.ports.metering import Units

QUIET = "quiet"
CONVERSATIONS = 200


@asks("the 20 newest of 200 that move every other hour")
async def large_inbox(stage: Stage, pattern: str) -> Units:
    within = timedelta(hours=2 * CONVERSATIONS)
    await busy.fill(beside(stage.messaging), CONVERSATIONS, within, owner=QUIET)
    return await cost_of(pattern, list_inbox(beside(stage.messaging), QUIET))
