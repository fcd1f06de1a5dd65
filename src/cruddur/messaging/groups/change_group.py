"""Change a group: the only code that writes its title and members.

Each write requires the version that it was made from, so that two changes cannot undo each other.
"""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from cruddur.domain.errors import Busy, ConditionFailed, Conflict, declare_code
from cruddur.domain.model import MessageGroup
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.unchanged_group import unchanged_group
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Put, Write
from cruddur.schema import items

_DIRECT = declare_code(
    "message_group_direct", "A conversation of two cannot be renamed, grown or left."
)

_ATTEMPTS = 8
_PAUSE_SECONDS = 0.01

Step = Callable[[MessageGroup], Awaitable[tuple[MessageGroup, Sequence[Write]]]]
"""Returns the changed group, and the other writes of the same transaction.

It is called again with the present group after a condition has failed.
"""


@access_pattern("change_group")
async def change_group(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, step: Step
) -> MessageGroup:
    """Applies the step and returns the group.

    Raises NotFound, Conflict for a direct conversation, Busy.
    """
    backoff = Backoff(_PAUSE_SECONDS, jitter=FULL_JITTER)
    for _ in range(_ATTEMPTS):
        group = await access_group(messaging, user_uuid, message_group_uuid, fresh=True)
        if group.kind == "direct":
            raise Conflict(_DIRECT, "A conversation of two cannot be changed. Start a new one.")
        changed, others = await step(group)
        changed = msgspec.structs.replace(changed, version=group.version + 1)
        put = Put(items.group_item(changed), unchanged_group(group))
        try:
            await messaging.table.transact([put, *others])
        except ConditionFailed:
            await backoff.pause()
            continue
        messaging.changed_groups.remember(changed)
        return changed
    raise Busy("This conversation is being changed elsewhere. Please try again.")
