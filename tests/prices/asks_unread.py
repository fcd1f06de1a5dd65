"""What it costs to count what is unread."""

from tests.prices.patterns import Stage, asks, cost_of

from cruddur.messaging.inbox.count_unread import count_unread
from cruddur.ports.metering import Units


@asks("what is unread in sixty of them")
async def count(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, count_unread(stage.messaging, stage.me.user_uuid))
