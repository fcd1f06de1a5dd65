"""Export all of a person's conversations, message by message."""

from collections.abc import AsyncIterator

from cruddur.messaging.access import access_group
from cruddur.messaging.compare_inboxes import all_messages
from cruddur.messaging.list_inbox import list_inbox
from cruddur.messaging.service import Messaging
from cruddur.model import InboxRow, Message

_PAGE = 100


async def export_messages(
    messaging: Messaging, user_uuid: str
) -> AsyncIterator[tuple[InboxRow, Message]]:
    """Conversation by conversation, the newest first; in each the messages by number."""
    cursor: str | None = None
    while True:
        page = await list_inbox(messaging, user_uuid, limit=_PAGE, cursor=cursor)
        for row in page.rows:
            group = await access_group(messaging, user_uuid, row.message_group_uuid)
            first = group.members[user_uuid].joined_seq + 1
            async for message in all_messages(messaging, row.message_group_uuid, first):
                yield row, message
        cursor = page.cursor
        if cursor is None:
            return
