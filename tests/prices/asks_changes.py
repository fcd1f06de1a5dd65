"""What it costs to edit, delete and react, to bring that to the rows, and to catch up."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.domain.model import Message
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.project import project
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.messages.set_reaction import set_reaction
from cruddur.ports.metering import Units

PAGE = 20
TWO_IN_A_UNIT = 350


@asks("edit or delete a message, applied")
async def edited(stage: Stage, pattern: str) -> Units:
    first, second = await _sent(stage, 2)
    await _edit(stage, stage.messaging, first)
    return await cost_of(pattern, _edit(stage, stage.messaging, second))


@asks("edit or delete it, nothing remembered")
async def edited_cold(stage: Stage, pattern: str) -> Units:
    first, second = await _sent(stage, 2)
    await _edit(stage, stage.messaging, first)
    cold = beside(stage.messaging)
    deleted = delete_message(cold, stage.me.user_uuid, stage.group, second.seq)
    return await cost_of(pattern, deleted)


@asks("bring it to the rows")
async def projected(stage: Stage, pattern: str) -> Units:
    (message,) = await _sent(stage, 1)
    await stage.project_new(stage.messaging)
    await _edit(stage, stage.messaging, message)
    changes = (await stage.stream.all())[-2:]
    return await cost_of(pattern, project(beside(stage.messaging), changes))


@asks("catch up on changes, a page of 20 messages")
async def caught_up(stage: Stage, pattern: str) -> Units:
    before = await list_changes(stage.messaging, stage.me.user_uuid, stage.group)
    for message in await _sent(stage, PAGE):
        await _edit(stage, stage.messaging, message)
    asked = list_changes(
        beside(stage.messaging),
        stage.other.user_uuid,
        stage.group,
        after=before.last_change_seq,
        limit=PAGE,
    )
    return await cost_of(pattern, asked)


@asks("ask for changes, there is none")
async def idle(stage: Stage, pattern: str) -> Units:
    before = await list_changes(stage.messaging, stage.me.user_uuid, stage.group)
    asked = list_changes(
        beside(stage.messaging), stage.other.user_uuid, stage.group, after=before.last_change_seq
    )
    return await cost_of(pattern, asked)


@asks("react to a message, applied")
async def reacted(stage: Stage, pattern: str) -> Units:
    first, second = await _sent(stage, 2)
    await _react(stage, stage.messaging, first)
    return await cost_of(pattern, _react(stage, stage.messaging, second))


@asks("react to it, nothing remembered")
async def reacted_cold(stage: Stage, pattern: str) -> Units:
    first, second = await _sent(stage, 2)
    await _react(stage, stage.messaging, first)
    return await cost_of(pattern, _react(stage, beside(stage.messaging), second))


async def _react(stage: Stage, messaging: MessagingContext, message: Message) -> None:
    other = stage.other.user_uuid
    await set_reaction(messaging, other, stage.group, message.seq, "\U0001f44d", wanted=True)


async def _sent(stage: Stage, count: int) -> list[Message]:
    return [
        await send_message(stage.messaging, stage.me, stage.group, _text(stage))
        for _ in range(count)
    ]


async def _edit(stage: Stage, messaging: MessagingContext, message: Message) -> None:
    text = _text(stage)[:-1] + "."
    await edit_message(messaging, stage.me.user_uuid, stage.group, message.seq, text)


def _text(stage: Stage) -> str:
    """A text whose first edit, which holds it beside the new one, fits into one write unit."""
    return stage.text()[:TWO_IN_A_UNIT]
