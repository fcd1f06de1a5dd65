"""Remove a member from a group. They lose access at once; their messages stay."""

from cruddur.domain.errors import NotFound, declare_code
from cruddur.domain.group_event import GroupEvent
from cruddur.domain.group_rules import require_removable
from cruddur.domain.model import MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import GroupChange, change_group
from cruddur.messaging.groups.leave_group import without_member
from cruddur.messaging.groups.revoke_invite import without_invite
from cruddur.ports.metering import Ceiling, access_pattern

_NO_MEMBER = declare_code("member_not_found", "There is no such member in this group.")


@access_pattern("change_group", Ceiling("N", "remove one of three", write=9, read=1.5))
async def remove_member(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, member_uuid: str
) -> MessageGroup:
    """Returns the group without the member.

    Raises NotFound, Forbidden, Conflict for the owner and in a direct conversation, Busy.
    """

    async def step(group: MessageGroup, _: int) -> GroupChange:
        require_member(group, member_uuid)
        require_removable(group, user_uuid, member_uuid)
        removed = GroupEvent(type="removed", user_uuids=(member_uuid,))
        # The person may know the link.
        ended = without_invite(without_member(group, member_uuid))
        return GroupChange(ended.group, [removed], ended.writes)

    return await change_group(messaging, user_uuid, message_group_uuid, step)


def require_member(group: MessageGroup, member_uuid: str) -> None:
    """Raises NotFound if this user is no member of the group."""
    if member_uuid not in group.members:
        raise NotFound(_NO_MEMBER, "This person is not in the group.")
