"""Leave a conversation of many: from then on it is none of one's own."""

from collections.abc import Sequence

import msgspec

from cruddur.messaging.change_group import change_group
from cruddur.messaging.events import publish_left
from cruddur.messaging.ports import Delete, Write
from cruddur.messaging.service import Messaging
from cruddur.messaging.tell_members import tell_members
from cruddur.model import MessageGroup
from cruddur.table import keys


async def leave_group(messaging: Messaging, user_uuid: str, message_group_uuid: str) -> None:
    """The messages stay with the others. Raises NotFound, Conflict for a direct conversation."""

    def step(group: MessageGroup) -> tuple[MessageGroup, Sequence[Write]]:
        others = {uuid: member for uuid, member in group.members.items() if uuid != user_uuid}
        row_key = keys.inbox_row_key(user_uuid, group.message_group_uuid)
        return msgspec.structs.replace(group, members=others), [Delete(row_key)]

    group = await change_group(messaging, user_uuid, message_group_uuid, step)
    await publish_left(messaging, user_uuid, group.message_group_uuid)
    await tell_members(messaging, group)
