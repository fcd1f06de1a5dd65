"""Add users to a group."""

from collections.abc import Sequence

import msgspec

from cruddur.domain.model import MessageGroup, User
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import change_group
from cruddur.messaging.groups.start_group import check_size
from cruddur.messaging.groups.tell_members import tell_members
from cruddur.messaging.inbox.inbox_rows import new_row, placed
from cruddur.messaging.messages.append_message import appends_held_back
from cruddur.messaging.messages.find_stored import TAIL_PAGE
from cruddur.messaging.messages.read_newest import read_newest
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import IF_NEW, Check, Put, Write
from cruddur.schema import items, keys


@access_pattern("change_group")
async def add_members(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, people: Sequence[User]
) -> MessageGroup:
    """Returns the group with its new members, who see the messages from now on.

    Users who are members already stay as they are. Raises Invalid, NotFound, Conflict, Busy.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid, fresh=True)

    async def step(group: MessageGroup) -> tuple[MessageGroup, Sequence[Write]]:
        return await _with_newcomers(messaging, group, people)

    # Meanwhile only another process can store a message after the last number was read.
    async with appends_held_back(messaging, group.message_group_uuid):
        changed = await change_group(messaging, user_uuid, group.message_group_uuid, step)
    await tell_members(messaging, changed, user_uuid)
    return changed


async def _with_newcomers(
    messaging: MessagingContext, group: MessageGroup, people: Sequence[User]
) -> tuple[MessageGroup, Sequence[Write]]:
    newcomers = {user.user_uuid: user for user in people if user.user_uuid not in group.members}
    check_size(len(group.members) + len(newcomers))
    if not newcomers:
        return group, ()
    # Strongly consistent, since with the number of a lagging replica new members would see earlier
    # messages. It reads several items, since one that another program wrote may have no number.
    newest = await read_newest(messaging, group.message_group_uuid, TAIL_PAGE)
    last_seq = newest[-1].seq if newest else 0
    added = {uuid: items.member_of(user, last_seq) for uuid, user in newcomers.items()}
    changed = msgspec.structs.replace(group, members={**group.members, **added})
    now = messaging.now()
    new = (placed(new_row(changed, uuid, at=now), messaging.slack) for uuid in newcomers)
    rows = [Put(items.inbox_row_item(row)) for row in new]
    # If a message was stored after the number was read, this condition fails and the number is read
    # again. So the projector of every later message finds the new members in the group.
    following = keys.message_key(group.message_group_uuid, last_seq + 1)
    return changed, [Check(following, IF_NEW), *rows]
