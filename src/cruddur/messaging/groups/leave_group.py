"""Leave a group. The member loses access at once; their messages stay."""

from collections.abc import Sequence

import msgspec

from cruddur.domain.model import MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import change_group
from cruddur.messaging.groups.tell_members import tell_members
from cruddur.messaging.publishing import publish_left
from cruddur.ports.table import Delete, Write
from cruddur.schema import keys


async def leave_group(messaging: MessagingContext, user_uuid: str, message_group_uuid: str) -> None:
    """Removes the user from the group. Raises NotFound, Conflict for a direct conversation, Busy."""

    async def step(group: MessageGroup) -> tuple[MessageGroup, Sequence[Write]]:
        others = {uuid: member for uuid, member in group.members.items() if uuid != user_uuid}
        row_key = keys.inbox_row_key(user_uuid, group.message_group_uuid)
        return msgspec.structs.replace(group, members=others), [Delete(row_key)]

    group = await change_group(messaging, user_uuid, message_group_uuid, step)
    await publish_left(messaging, user_uuid, group)
    await tell_members(messaging, group, user_uuid)
