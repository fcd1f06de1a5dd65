"""Rename a conversation of many."""

import asyncio

import msgspec

from cruddur.errors import ConditionFailed
from cruddur.messaging.change_group import change_group
from cruddur.messaging.ports import Exists, Update
from cruddur.messaging.service import Messaging
from cruddur.messaging.tell_members import tell_members
from cruddur.model import MessageGroup, checked_title
from cruddur.table import keys
from cruddur.table.metering import counted_as


@counted_as("change_group")
async def rename_group(
    messaging: Messaging, user_uuid: str, message_group_uuid: str, title: str
) -> MessageGroup:
    """The renamed conversation, in every member's inbox too. Raises Invalid, NotFound, Conflict."""
    title = checked_title(title)
    group = await change_group(
        messaging,
        user_uuid,
        message_group_uuid,
        lambda group: (msgspec.structs.replace(group, title=title), ()),
    )
    await asyncio.gather(*(_rename_row(messaging, group, uuid) for uuid in group.members))
    await tell_members(messaging, group)
    return group


async def _rename_row(messaging: Messaging, group: MessageGroup, user_uuid: str) -> None:
    key = keys.inbox_row_key(user_uuid, group.message_group_uuid)
    try:
        # Exists: a member who left meanwhile must not get half a row.
        await messaging.table.update(Update(key, {"title": group.title}, condition=[Exists("pk")]))
    except ConditionFailed:
        return
