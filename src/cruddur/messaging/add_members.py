"""Add people to a conversation of many."""

from collections.abc import Sequence

import msgspec

from cruddur.messaging.access import access_group
from cruddur.messaging.change_group import change_group
from cruddur.messaging.compare_inboxes import all_messages
from cruddur.messaging.inbox_rows import new_row
from cruddur.messaging.list_messages import list_messages
from cruddur.messaging.ports import Put, Write
from cruddur.messaging.project import bring_forward
from cruddur.messaging.service import Messaging
from cruddur.messaging.start_group import check_size
from cruddur.messaging.tell_members import tell_members
from cruddur.model import MessageGroup, User
from cruddur.table import items
from cruddur.table.metering import counted_as


@counted_as("change_group")
async def add_members(
    messaging: Messaging, user_uuid: str, message_group_uuid: str, people: Sequence[User]
) -> MessageGroup:
    """The conversation with its new people, who see what is written from now on.

    Who is a member already stays as they are. Raises Invalid, NotFound, Conflict.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid, fresh=True)
    uuid = group.message_group_uuid
    newest = await list_messages(messaging, user_uuid, uuid, limit=1)
    last_seq = max((m.seq for m in newest.messages), default=group.members[user_uuid].joined_seq)

    def step(group: MessageGroup) -> tuple[MessageGroup, Sequence[Write]]:
        newcomers = {
            user.user_uuid: items.member_of(user, last_seq)
            for user in people
            if user.user_uuid not in group.members
        }
        check_size(len(group.members) + len(newcomers))
        changed = msgspec.structs.replace(group, members={**group.members, **newcomers})
        now = messaging.now()
        rows = [new_row(changed, new, at=now, read_seq=last_seq) for new in newcomers]
        return changed, [Put(items.inbox_row_item(row)) for row in rows]

    changed = await change_group(messaging, user_uuid, uuid, step)
    await _catch_up(messaging, changed, last_seq)
    await tell_members(messaging, changed)
    return changed


async def _catch_up(messaging: Messaging, group: MessageGroup, last_seq: int) -> None:
    # Messages sent while the newcomers came in were projected for the old members only.
    missed = [m async for m in all_messages(messaging, group.message_group_uuid, last_seq + 1)]
    if missed:
        await bring_forward(messaging, missed)
