"""Leave a group. The member loses access at once; their messages stay."""

import msgspec

from cruddur.domain.group_event import GroupEvent
from cruddur.domain.group_rules import heir_of, owner_of
from cruddur.domain.model import MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import GroupChange, change_group
from cruddur.messaging.groups.revoke_invite import without_invite
from cruddur.ports.metering import Ceiling, access_pattern


@access_pattern("change_group", Ceiling("N", "leave a group of three", write=9, read=1.5))
async def leave_group(messaging: MessagingContext, user_uuid: str, message_group_uuid: str) -> None:
    """Removes the user from the group. An owner who leaves is succeeded by the heir.

    Raises NotFound, Conflict for a direct conversation, Busy.
    """

    async def step(group: MessageGroup, _: int) -> GroupChange:
        left = GroupEvent(type="left", user_uuids=(user_uuid,))
        without = without_member(group, user_uuid)
        # The last one leaves nothing open: nobody can come in by an old link.
        ended = GroupChange(without) if without.members else without_invite(without)
        return GroupChange(ended.group, [left], ended.writes)

    await change_group(messaging, user_uuid, message_group_uuid, step)


def without_member(group: MessageGroup, user_uuid: str) -> MessageGroup:
    """Returns the group without this member, and with the owner that it has then."""
    owner = owner_of(group)
    return msgspec.structs.replace(
        group,
        members={uuid: member for uuid, member in group.members.items() if uuid != user_uuid},
        owner_uuid=heir_of(group, without=user_uuid) if owner == user_uuid else owner,
    )
