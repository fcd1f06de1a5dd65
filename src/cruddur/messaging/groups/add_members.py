"""Add users to a group."""

from collections.abc import Sequence

import msgspec

from cruddur.domain.group_event import GroupEvent
from cruddur.domain.group_rules import require_right
from cruddur.domain.model import MessageGroup, User
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import GroupChange, change_group
from cruddur.messaging.groups.invitations import invite_those_who_left
from cruddur.messaging.groups.start_group import check_size
from cruddur.messaging.groups.strangers import admitted
from cruddur.ports.metering import Ceiling, access_pattern


@access_pattern("change_group", Ceiling("N", "add one to a group of two", write=7, read=3.5))
async def add_members(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, people: Sequence[User]
) -> MessageGroup:
    """Returns the group with its new members, who see the messages from now on, that of their coming
    too. Users who have left the group before get an invitation instead.

    Users who are members already stay as they are. Raises Invalid, NotFound, Forbidden, Conflict, Busy.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid, fresh=True)
    require_right(group, user_uuid, "add")
    strangers = [user for user in people if user.user_uuid not in group.members]
    others = await invite_those_who_left(messaging, group, user_uuid, strangers)
    if strangers and not others:
        return group

    async def step(group: MessageGroup, last_seq: int) -> GroupChange | None:
        require_right(group, user_uuid, "add")
        newcomers = {user.user_uuid: user for user in others if user.user_uuid not in group.members}
        check_size(len(group.members) + len(newcomers))
        if not newcomers:
            return None
        added = await admitted(messaging, user_uuid, list(newcomers.values()), last_seq)
        changed = msgspec.structs.replace(group, members={**group.members, **added})
        return GroupChange(changed, [GroupEvent(type="added", user_uuids=tuple(added))])

    return await change_group(messaging, user_uuid, message_group_uuid, step)
