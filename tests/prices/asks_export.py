"""What it costs to take along all that one has written and received."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.messaging.inbox.export_inbox import InboxExport
from cruddur.ports.metering import Units


@asks("take along sixty conversations, one of forty messages")
async def export(stage: Stage, pattern: str) -> Units:
    walk = InboxExport(beside(stage.messaging), stage.me.user_uuid)

    async def to_the_end() -> None:
        while await walk.next_part() is not None:
            pass

    return await cost_of(pattern, to_the_end())
