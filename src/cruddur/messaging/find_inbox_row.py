"""Find one conversation as it stands in its member's inbox, with its people."""

from cruddur.messaging.access import access_group, group_not_found
from cruddur.messaging.service import Messaging
from cruddur.model import InboxRow, MessageGroup
from cruddur.table import items, keys
from cruddur.table.metering import counted_as


@counted_as("find_inbox_row")
async def find_inbox_row(
    messaging: Messaging, user_uuid: str, message_group_uuid: str
) -> tuple[InboxRow, MessageGroup]:
    """Raises NotFound, for strangers as for conversations that are not there."""
    group = await access_group(messaging, user_uuid, message_group_uuid)
    key = keys.inbox_row_key(user_uuid, group.message_group_uuid)
    item = await messaging.table.get(key)
    if item is None:
        raise group_not_found()
    return items.inbox_row_from(item), group
