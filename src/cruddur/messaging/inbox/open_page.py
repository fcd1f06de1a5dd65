"""Read what a page shows first: the inbox, and the conversation that is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from cruddur.domain.model import InboxRow, Message, MessageGroup
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.messaging.inbox.inbox_rows import renamed, retitled
from cruddur.messaging.inbox.list_inbox import InboxPage, list_inbox
from cruddur.messaging.inbox.list_unread import FirstMessages, list_unread
from cruddur.messaging.messages.list_quoted import list_quoted, quoted_seqs
from cruddur.ports.metering import Ceiling, access_pattern

_FIRST_ROWS = 20


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """A conversation with this person's row for it, and its first messages."""

    row: InboxRow
    group: MessageGroup
    first: FirstMessages
    quoted: Sequence[Message] = ()
    """What these messages answer, where it is not among them."""


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """What a page shows first. `resume_at` is from before any of it was read."""

    inbox: InboxPage
    conversation: OpenConversation | None
    resume_at: str


@access_pattern(
    "open_page",
    Ceiling("K", "open a page", write=0, read=12),
    Ceiling("K", "open it where something was edited and read", write=0, read=12),
    Ceiling("K", "reconnect it", write=0, read=12),
)
async def open_page(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str | None = None
) -> OpenedPage:
    """Returns the inbox and a conversation, or the inbox alone. Raises NotFound.

    The ceilings are for all that is read for the page until its event stream has told what happened
    meanwhile, and once more after each time without a stream.
    """
    resume_at = messaging.now()
    if message_group_uuid is None:
        return OpenedPage(
            await list_inbox(messaging, user_uuid, limit=_FIRST_ROWS), None, resume_at
        )
    # First of all, so that a stranger's guess costs no more than this.
    group = await access_group(messaging, user_uuid, message_group_uuid, shows=True)
    inbox = await list_inbox(messaging, user_uuid, limit=_FIRST_ROWS)
    row = await _row_of(messaging, user_uuid, inbox, group)
    first = await list_unread(messaging, user_uuid, group.message_group_uuid, row.read_seq)
    quoted = await _quoted(messaging, user_uuid, group, first)
    return OpenedPage(inbox, OpenConversation(row, group, first, quoted), resume_at)


async def _quoted(
    messaging: MessagingContext, user_uuid: str, group: MessageGroup, first: FirstMessages
) -> Sequence[Message]:
    answered = quoted_seqs(first.messages)
    if not answered:
        return ()
    return await list_quoted(messaging, user_uuid, group.message_group_uuid, answered)


async def _row_of(
    messaging: MessagingContext, user_uuid: str, inbox: InboxPage, group: MessageGroup
) -> InboxRow:
    """Returns the person's row of the group, which mostly is on the inbox's first page."""
    for row in inbox.rows:
        if row.message_group_uuid == group.message_group_uuid:
            return renamed(retitled(row, group), group)
    found, _ = await find_inbox_row(messaging, user_uuid, group.message_group_uuid)
    return found
