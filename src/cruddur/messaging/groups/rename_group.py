"""Rename a group."""

from collections.abc import Sequence

import msgspec

from cruddur.domain.checked_texts import checked_title
from cruddur.domain.model import MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import change_group
from cruddur.messaging.groups.tell_members import tell_members
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Write


@access_pattern("change_group", Ceiling("N", "rename a group of three", write=2, read=4))
async def rename_group(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, title: str
) -> MessageGroup:
    """Returns the renamed group. The projector brings its title to the inbox rows.

    Raises Invalid, NotFound, Conflict, Busy.
    """
    title = checked_title(title)

    async def step(group: MessageGroup) -> tuple[MessageGroup, Sequence[Write]]:
        if title == group.title:
            return group, ()
        following = group.version + 1
        return msgspec.structs.replace(group, title=title, title_version=following), ()

    group = await change_group(messaging, user_uuid, message_group_uuid, step)
    await tell_members(messaging, group, user_uuid)
    return group
