"""List the messages that a page shows first: the newest, or those around the first unread one."""

from collections.abc import Sequence
from dataclasses import dataclass

from cruddur.domain.model import Message
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.list_messages import list_messages

_LIMIT = 40
_BEFORE_UNREAD = 18


@dataclass(frozen=True, slots=True)
class FirstMessages:
    """Messages, oldest first, and whether there are others before and after them."""

    messages: Sequence[Message]
    has_older: bool
    has_newer: bool


async def list_unread(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, read_seq: int
) -> FirstMessages:
    """Returns the newest messages if the first unread one is among them, which is nearly always so.

    Otherwise it returns those from a little before the first unread one on, by a second query.
    Raises NotFound.
    """
    newest = await list_messages(messaging, user_uuid, message_group_uuid, limit=_LIMIT)
    if not newest.has_more or newest.messages[0].seq <= read_seq + 1:
        return FirstMessages(newest.messages, newest.has_more, has_newer=False)
    after = max(0, read_seq - _BEFORE_UNREAD)
    page = await list_messages(messaging, user_uuid, message_group_uuid, after=after, limit=_LIMIT)
    # For a member who joined later, the next request finds out whether there are earlier messages.
    return FirstMessages(page.messages, has_older=after > 0, has_newer=page.has_more)
