"""Change a member's role: make them an admin, or no longer one, or hand the group over to them."""

import msgspec

from cruddur.domain.errors import Conflict, declare_code
from cruddur.domain.group_rules import Role, owner_of, require_owner, role_of
from cruddur.domain.model import MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import GroupChange, change_group
from cruddur.messaging.groups.remove_member import require_member
from cruddur.ports.metering import Ceiling, access_pattern

_NEEDS_OWNER = declare_code(
    "group_needs_owner", "A group has an owner until another member is made the owner."
)


@access_pattern("change_group", Ceiling("N", "make one of three an admin", write=2, read=1.5))
async def change_role(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    member_uuid: str,
    role: Role,
) -> MessageGroup:
    """Returns the group with the member in this role. The former owner is an admin then.

    Only the owner may do it. Raises NotFound, Forbidden, Conflict for an owner who would be none and in
    a direct conversation, Busy.
    """

    async def step(group: MessageGroup, _: int) -> GroupChange | None:
        require_member(group, member_uuid)
        require_owner(group, user_uuid)
        if role_of(group, member_uuid) == role:
            return None
        if member_uuid == user_uuid:
            raise Conflict(_NEEDS_OWNER, "Make somebody else the owner of the group first.")
        owner = member_uuid if role == "owner" else user_uuid
        return GroupChange(_with_role(group, member_uuid, role, owner))

    return await change_group(messaging, user_uuid, message_group_uuid, step)


def _with_role(group: MessageGroup, member_uuid: str, role: Role, owner: str) -> MessageGroup:
    admins = {uuid for uuid, member in group.members.items() if member.role == "admin"}
    admins = admins - {member_uuid} if role == "member" else admins | {member_uuid}
    if owner != owner_of(group):
        admins.add(owner_of(group) or owner)
    members = {
        uuid: msgspec.structs.replace(member, role="admin" if uuid in admins - {owner} else None)
        for uuid, member in group.members.items()
    }
    return msgspec.structs.replace(group, members=members, owner_uuid=owner)
