"""Find a member's inbox row for one conversation, and its members."""

from cruddur.domain.model import InboxRow, MessageGroup
from cruddur.messaging.access import access_group, group_not_found
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.hidden_previews import with_previews
from cruddur.messaging.inbox.inbox_rows import renamed, retitled
from cruddur.ports.metering import access_pattern
from cruddur.schema import items
from cruddur.schema.readable import rows_from


@access_pattern("find_inbox_row")
async def find_inbox_row(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str
) -> tuple[InboxRow, MessageGroup]:
    """Returns the row and the group. Raises NotFound for a missing conversation and for strangers."""
    group = await access_group(messaging, user_uuid, message_group_uuid)
    key = items.member_row_key(group, user_uuid)
    item = await messaging.table.get(key)
    rows = rows_from([item]) if item else []
    if not rows:
        raise group_not_found()
    row = renamed(retitled(rows[0], group), group)
    (shown,) = await with_previews(messaging, user_uuid, [row])
    return shown, group


async def read_own_row(
    messaging: MessagingContext, user_uuid: str, group: MessageGroup
) -> InboxRow:
    """Returns a member's row, read strongly, for a change of it. Raises NotFound if it is not there."""
    key = items.member_row_key(group, user_uuid)
    item = await messaging.table.get(key, consistent=True)
    rows = rows_from([item]) if item else []
    if not rows:
        raise group_not_found()
    return retitled(rows[0], group)
