"""What it costs to list who mentioned me."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.messaging.inbox.list_mentions import list_mentions
from cruddur.messaging.inbox.project import project
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.metering import Units

MENTIONS = 25


@asks("the 20 newest mentions, of sixty")
async def mentions(stage: Stage, pattern: str) -> Units:
    for _ in range(MENTIONS):
        text = f"@{stage.me.handle} {stage.text()}"[:600]
        await send_message(stage.messaging, stage.other, stage.group, text)
    changes = (await stage.stream.all())[-MENTIONS:]
    assert not await project(stage.messaging, changes)
    return await cost_of(pattern, list_mentions(beside(stage.messaging), stage.me.user_uuid))
