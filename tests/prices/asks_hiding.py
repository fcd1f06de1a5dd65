"""What it costs to delete a message for oneself."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.messaging.inbox.hide_messages import hide_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.metering import Units


@asks("delete a message for oneself")
async def hidden(stage: Stage, pattern: str) -> Units:
    # The longest text that fits into a write unit has no room for the mark beside it.
    text = stage.text()[:-60] or "Yes"
    sent = await send_message(stage.messaging, stage.me, stage.group, text)
    process, other = beside(stage.messaging), stage.other.user_uuid
    return await cost_of(pattern, hide_messages(process, other, stage.group, [sent.seq]))
