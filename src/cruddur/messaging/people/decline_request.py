"""Decline what a stranger began: it is gone for the user, and nothing tells the stranger."""

from collections.abc import Sequence

import msgspec

from cruddur.domain.model import MessageGroup
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.people.change_secretly import change_secretly
from cruddur.messaging.publishing import publish_left
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Delete, Write
from cruddur.schema import items


@access_pattern("decline_request", Ceiling("U", "decline a request", write=7, read=3))
async def decline_request(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str
) -> None:
    """Hides what was written so far, for good. What the stranger writes later is another request.

    A group is left. What is no request stays as it is. Raises NotFound, Busy, and TableUnavailable,
    after which it is safe to repeat.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid, fresh=True)
    if not group.members[user_uuid].is_request:
        return
    if group.kind == "group":
        await leave_group(messaging, user_uuid, message_group_uuid)
        return

    async def step(
        group: MessageGroup | None, last_seq: int
    ) -> tuple[MessageGroup | None, Sequence[Write]]:
        member = group.members.get(user_uuid) if group else None
        if group is None or member is None or not member.is_request:
            return None, ()
        cleared = msgspec.structs.replace(member, cleared_seq=last_seq)
        changed = msgspec.structs.replace(group, members={**group.members, user_uuid: cleared})
        return changed, [Delete(items.member_row_key(group, user_uuid))]

    await change_secretly(messaging, group.message_group_uuid, step)
    # The page of another device may have it open. Nobody else gets this.
    await publish_left(messaging, user_uuid, group, user_uuid)
