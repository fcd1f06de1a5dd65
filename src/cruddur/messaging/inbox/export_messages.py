"""Export all messages of a user's conversations."""

from collections.abc import AsyncIterator, Sequence

from cruddur.domain.errors import NotFound
from cruddur.domain.model import InboxRow, Message, shown_to
from cruddur.messaging.access import UnreadableGroup, access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.compare_inboxes import all_messages
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query
from cruddur.schema import keys
from cruddur.schema.readable import Unreadable, in_the_log, rows_from

_PAGE = 100


async def exported_rows(
    messaging: MessagingContext, user_uuid: str, unreadable: Unreadable = in_the_log
) -> Sequence[InboxRow]:
    """Returns the rows of all conversations that the user is in, the newest first."""
    # The pages are ordered by a key that never changes. In the order of time, a conversation that
    # gets a message meanwhile could be skipped.
    query = Query(keys.inbox_pk(user_uuid), limit=_PAGE, consistent=True)
    rows = rows_from(await all_items(messaging.table, query), unreadable)
    return sorted(rows, key=lambda row: row.last_message_at, reverse=True)


async def export_messages(
    messaging: MessagingContext, rows: Sequence[InboxRow], unreadable: Unreadable = in_the_log
) -> AsyncIterator[tuple[InboxRow, Message]]:
    """Yields each conversation's messages, ordered by number, as the owner of the rows sees them.

    Messages that arrive during the export are included.
    """
    for row in rows:
        try:
            group = await access_group(
                messaging, row.owner_uuid, row.message_group_uuid, shows=True
            )
        except UnreadableGroup as error:
            key = keys.group_key(row.message_group_uuid)
            item = {keys.PARTITION_KEY: key.pk, keys.SORT_KEY: key.sk}
            unreadable(item, error.why)
            continue
        except NotFound:
            continue  # the user has left the conversation meanwhile
        first = group.members[row.owner_uuid].first_seq
        async for message in all_messages(messaging, row.message_group_uuid, first, unreadable):
            for seen in shown_to(row.owner_uuid, seen_by(group, row.owner_uuid, [message])):
                yield row, seen
