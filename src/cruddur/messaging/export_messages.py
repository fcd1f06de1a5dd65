"""Export all of a person's conversations, message by message."""

from collections.abc import AsyncIterator, Sequence

from cruddur.errors import NotFound
from cruddur.messaging.access import access_group
from cruddur.messaging.compare_inboxes import all_messages
from cruddur.messaging.ports import Item, Query
from cruddur.messaging.service import Messaging
from cruddur.model import InboxRow, Message
from cruddur.table import items, keys

_PAGE = 100


async def exported_rows(messaging: Messaging, user_uuid: str) -> Sequence[InboxRow]:
    """Every conversation that the person is in at this moment, the newest first."""
    # Paged by a key that never changes: in the order of time, a conversation that gets a message
    # meanwhile would move past whoever pages.
    rows: list[InboxRow] = []
    start: Item | None = None
    while True:
        query = Query(keys.inbox_pk(user_uuid), limit=_PAGE, start=start, consistent=True)
        page = await messaging.table.query(query)
        rows += map(items.inbox_row_from, page.items)
        start = page.next
        if start is None:
            return sorted(rows, key=lambda row: row.last_message_at, reverse=True)


async def export_messages(
    messaging: Messaging, rows: Sequence[InboxRow]
) -> AsyncIterator[tuple[InboxRow, Message]]:
    """Conversation by conversation; in each the messages by number, to its end as it is by then."""
    for row in rows:
        try:
            group = await access_group(messaging, row.owner_uuid, row.message_group_uuid)
        except NotFound:
            continue  # they have left it since
        first = group.members[row.owner_uuid].joined_seq + 1
        async for message in all_messages(messaging, row.message_group_uuid, first):
            yield row, message
