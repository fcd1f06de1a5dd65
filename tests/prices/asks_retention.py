"""What it costs to remove messages that are too old."""

from datetime import timedelta

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.domain.model import MessageGroup
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.expire_messages import expire_messages
from cruddur.messaging.inbox.sweep_messages import sweep_conversation
from cruddur.messaging.inbox.sweep_when_due import due_at
from cruddur.messaging.messages.remove_expired import remove_expired
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.metering import Units

DAYS = 30


async def _old(stage: Stage, first: int) -> tuple[MessagingContext, MessageGroup]:
    """A process with a rule, later on, and a conversation of two with ten old messages and a new one."""
    one, other = stage.people[first : first + 2]
    begun = await start_direct_group(stage.messaging, one, other, stage.text())
    for _ in range(9):
        await send_message(stage.messaging, one, begun.message_group_uuid, stage.text())
    process = beside(stage.messaging)
    process.retention_days = DAYS
    process.clock = lambda: stage.clock() + timedelta(days=DAYS, seconds=1)
    await send_message(process, one, begun.message_group_uuid, stage.text())
    group = await find_group(process, begun.message_group_uuid)
    assert group is not None
    return process, group


@asks("hide what is too old in a conversation of two")
async def hide(stage: Stage, pattern: str) -> Units:
    process, group = await _old(stage, 20)
    return await cost_of(pattern, expire_messages(process, group.message_group_uuid))


@asks("remove ten messages that are too old")
async def remove(stage: Stage, pattern: str) -> Units:
    process, group = await _old(stage, 22)
    hidden = await expire_messages(process, group.message_group_uuid)
    assert hidden is not None
    return await cost_of(pattern, remove_expired(process, hidden))


@asks("look at a conversation with nothing too old")
async def look(stage: Stage, pattern: str) -> Units:
    group = await find_group(stage.messaging, stage.group)
    assert group is not None
    return await cost_of(pattern, sweep_conversation(beside(stage.messaging), group))


@asks("ask when a sweep is due")
async def ask(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, due_at(beside(stage.messaging)))
