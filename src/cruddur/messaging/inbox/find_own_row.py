"""Find a person's row of one conversation, without the conversation."""

from cruddur.domain.model import InboxRow
from cruddur.messaging.context import MessagingContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from


@access_pattern(
    "find_own_row", Ceiling("N", "tell a stream that asks for its own row of it", write=0, read=1)
)
async def find_own_row(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str
) -> InboxRow | None:
    """Returns the row, read strongly; None if the person is no member, or has not accepted the
    conversation. Raises TableUnavailable.
    """
    key = keys.inbox_row_key(user_uuid, message_group_uuid)
    return one_from(items.inbox_row_from, await messaging.table.get(key, consistent=True))
