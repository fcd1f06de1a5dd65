"""End the link to a group: nobody comes in by it any more."""

import msgspec

from cruddur.domain.group_rules import require_right
from cruddur.domain.model import MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import GroupChange, change_group
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Delete
from cruddur.schema.invite_items import invite_key


@access_pattern("change_group")
async def revoke_invite(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str
) -> None:
    """Ends the link, if one is open. Raises NotFound, Forbidden, Conflict, Busy."""

    async def step(group: MessageGroup, _: int) -> GroupChange | None:
        require_right(group, user_uuid, "add")
        return without_invite(group) if group.invite_digest else None

    await change_group(messaging, user_uuid, message_group_uuid, step)


def without_invite(group: MessageGroup) -> GroupChange:
    """Returns the change that ends the group's link. The group names the link that is open, so this
    alone ends it; its item is removed as well.
    """
    if group.invite_digest is None:
        return GroupChange(group)
    changed = msgspec.structs.replace(group, invite_digest=None)
    return GroupChange(changed, writes=[Delete(invite_key(group.invite_digest))])
