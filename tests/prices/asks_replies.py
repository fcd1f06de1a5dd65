"""What it costs to answer a message, and to read the messages that others answer."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.messaging.messages.list_quoted import list_quoted
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.metering import Units

QUOTED = range(1, 21)


@asks("send a message that answers another")
async def answered(stage: Stage, pattern: str) -> Units:
    await send_message(stage.messaging, stage.me, stage.group, stage.text())
    # The longest text that fits into a write unit has no room for the number beside it.
    text = stage.text()[:-30] or "Yes"
    answer = send_message(stage.messaging, stage.me, stage.group, text, reply_to_seq=1)
    return await cost_of(pattern, answer)


@asks("20 messages that others answer, by number")
async def quoted(stage: Stage, pattern: str) -> Units:
    asked = list_quoted(beside(stage.messaging), stage.me.user_uuid, stage.group, QUOTED)
    return await cost_of(pattern, asked)
