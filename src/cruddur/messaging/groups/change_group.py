"""Change a group: the only code that writes its title, members, roles and settings.

Each write requires the version that it was made from, so that two changes cannot undo each other. What
people are to read of it are events, messages with numbers of their own: one transaction writes the
group, the events, and the row of each member who comes or goes. So a crash leaves all of them or none.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec

from cruddur.domain.erasure import LeftConversation
from cruddur.domain.errors import Busy, ConditionFailed, Conflict, declare_code
from cruddur.domain.group_event import GroupEvent
from cruddur.domain.group_events import with_event_seqs
from cruddur.domain.model import InboxRow, Message, MessageGroup
from cruddur.messaging.access import access_as_outsider, access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.group_messages import event_messages
from cruddur.messaging.groups.tell_members import tell_members
from cruddur.messaging.inbox.inbox_rows import advance, new_row, placed
from cruddur.messaging.messages.append_message import appends_held_back
from cruddur.messaging.messages.find_stored import find_end
from cruddur.messaging.publishing import publish_left, publish_message
from cruddur.messaging.tails import Tail
from cruddur.messaging.unchanged_group import unchanged_group
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import IF_NEW, Delete, Put, Write
from cruddur.schema import items
from cruddur.schema.erasure_items import left_item

_DIRECT = declare_code(
    "message_group_direct", "A conversation of two cannot be renamed, grown or left."
)

_ATTEMPTS = 8
_PAUSE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class GroupChange:
    """A group as it is to be, with what people are to read of that, and other writes of the same
    transaction. The rows of members who come or go follow from the group.
    """

    group: MessageGroup
    events: Sequence[GroupEvent] = ()
    writes: Sequence[Write] = ()


Step = Callable[[MessageGroup, int], Awaitable[GroupChange | None]]
"""Returns the change of the group, whose last message has this number; None if nothing is to change.

It is called again with the present group after a condition has failed.
"""


@access_pattern("change_group")
async def change_group(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    step: Step,
    *,
    is_coming: bool = False,
) -> MessageGroup:
    """Applies the step, publishes it, and returns the group. `is_coming` is for a user who is no member.

    Raises NotFound, Conflict for a direct conversation, Busy, and what the step raises.
    """

    async def find() -> MessageGroup:
        if is_coming:
            return await access_as_outsider(messaging, message_group_uuid, fresh=True)
        return await access_group(messaging, user_uuid, message_group_uuid, fresh=True)

    before = await find()
    if before.kind == "direct":
        raise Conflict(_DIRECT, "A conversation of two cannot be changed. Start a new one.")
    backoff = Backoff(_PAUSE_SECONDS, jitter=FULL_JITTER)
    async with appends_held_back(messaging, before.message_group_uuid) as tail:
        for attempt in range(_ATTEMPTS):
            if attempt:
                await backoff.pause()
                before = await find()
            await find_end(messaging, tail, before.message_group_uuid)
            change = await step(before, tail.last_seq)
            if change is None:
                return before
            after = msgspec.structs.replace(change.group, version=before.version + 1)
            events = event_messages(messaging, user_uuid, (before, after), tail, change.events)
            seqs = with_event_seqs(before, [message.seq for message in events])
            after = msgspec.structs.replace(after, event_seqs=seqs)
            rows = _new_rows(messaging, before, after, events)
            writes = _writes((before, after), events, rows, change.writes)
            if await _is_written(messaging, tail, events, writes):
                break
        else:
            raise Busy("This conversation is being changed elsewhere. Please try again.")
    messaging.changed_groups.remember(after)
    await _publish(messaging, user_uuid, (before, after), events, rows)
    return after


async def _is_written(
    messaging: MessagingContext, tail: Tail, events: Sequence[Message], writes: Sequence[Write]
) -> bool:
    """Writes the change. Returns False if the group was changed or a number taken meanwhile."""
    try:
        await messaging.table.transact(writes)
    except ConditionFailed:
        tail.doubt()
        return False
    except BaseException:
        tail.doubt()  # the events may have been written
        raise
    for message in events:
        tail.append(message)
    return True


def _writes(
    groups: tuple[MessageGroup, MessageGroup],
    events: Sequence[Message],
    rows: Sequence[InboxRow],
    others: Sequence[Write],
) -> list[Write]:
    before, after = groups
    gone = [one for one in before.members if one not in after.members]
    return [
        Put(items.group_item(after), unchanged_group(before)),
        # If a message was stored meanwhile, the number is taken. So a newcomer sees no earlier one, and
        # the projector of every later message finds them in the group.
        *(Put(items.message_item(message), IF_NEW) for message in events),
        *(Put(items.inbox_row_item(row)) for row in rows),
        *(Delete(items.member_row_key(before, one)) for one in gone),
        *_left(before, after),
        *others,
    ]


def _new_rows(
    messaging: MessagingContext,
    before: MessageGroup,
    after: MessageGroup,
    events: Sequence[Message],
) -> list[InboxRow]:
    """Returns a row for each newcomer, without which they would miss what they were told of."""
    at = events[-1].created_at if events else messaging.now()
    newcomers = [one for one in after.members if one not in before.members]
    rows = (advance(new_row(after, one, at=at), events) for one in newcomers)
    return [placed(row, messaging.slack) for row in rows]


def _left(before: MessageGroup, after: MessageGroup) -> Sequence[Write]:
    """Remembers the conversation for those who are no longer members: they are found by it when one of
    them is erased. What they wrote stays in it, and their inbox no longer leads there.
    """
    uuid, gone = before.message_group_uuid, before.members.keys() - after.members.keys()
    left = (LeftConversation(user_uuid=one, message_group_uuid=uuid) for one in gone)
    return [Put(left_item(one)) for one in left]


async def _publish(
    messaging: MessagingContext,
    user_uuid: str,
    groups: tuple[MessageGroup, MessageGroup],
    events: Sequence[Message],
    new_rows: Sequence[InboxRow],
) -> None:
    before, after = groups
    for gone in before.members:
        if gone not in after.members:
            await publish_left(messaging, gone, after, user_uuid)
    await tell_members(messaging, after, user_uuid, new_rows)
    for message in events:
        await publish_message(messaging, after, message)
