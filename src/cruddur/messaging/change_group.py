"""Change a conversation of many: the one way in which its title and its people are written.

Each change demands the version that it was made from, so that two at once cannot undo each other.
"""

from collections.abc import Callable, Sequence

import msgspec

from cruddur.errors import Busy, ConditionFailed, Conflict
from cruddur.messaging.access import access_group
from cruddur.messaging.ports import Equals, Put, Write
from cruddur.messaging.service import Messaging
from cruddur.model import MessageGroup
from cruddur.table import items
from cruddur.table.metering import counted_as

_ATTEMPTS = 5

Step = Callable[[MessageGroup], tuple[MessageGroup, Sequence[Write]]]
"""From a conversation to what it shall become, with the other writes of the same transaction."""


@counted_as("change_group")
async def change_group(
    messaging: Messaging, user_uuid: str, message_group_uuid: str, step: Step
) -> MessageGroup:
    """The conversation as it is now. Raises NotFound, Conflict for a direct one, Busy."""
    for _ in range(_ATTEMPTS):
        group = await access_group(messaging, user_uuid, message_group_uuid, fresh=True)
        if group.kind == "direct":
            raise Conflict(
                "message_group_direct", "A conversation of two cannot be changed. Start a new one."
            )
        changed, others = step(group)
        changed = msgspec.structs.replace(changed, version=group.version + 1)
        unchanged = [Equals("version", group.version)]
        try:
            await messaging.table.transact([Put(items.group_item(changed), unchanged), *others])
        except ConditionFailed:
            continue
        return changed
    raise Busy("This conversation is being changed elsewhere. Please try again.")
