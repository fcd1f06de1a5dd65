"""Export all that a user has written and received, one conversation after the other."""

from collections import deque
from collections.abc import AsyncIterator, Sequence

from cruddur.domain.errors import NotFound
from cruddur.domain.model import InboxRow, Message, MessageGroup, shown_to
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import pages
from cruddur.ports.table import Page, Query, Range
from cruddur.schema import keys
from cruddur.schema.readable import messages_from, rows_from

ROWS_PAGE = 100
MESSAGES_PAGE = 200
"""The most items that an export holds at a time: a page of each."""


class InboxExport:
    """A walk through a user's conversations, and through the messages that they may see of each.

    Replicas that lag may answer, for half the price: what was written within the last second may be
    missing, as what is written after the walk has passed.
    """

    def __init__(self, messaging: MessagingContext, user_uuid: str) -> None:
        self._messaging = messaging
        self._user_uuid = user_uuid
        # In the order of uuids: by time, a conversation that gets a message meanwhile could be skipped.
        inbox = Query(keys.inbox_pk(user_uuid), limit=ROWS_PAGE)
        self._inbox: AsyncIterator[Page] = pages(messaging.table, inbox)
        self._rows: deque[InboxRow] = deque()
        self._messages: AsyncIterator[Page] | None = None
        self._group: MessageGroup | None = None

    @access_pattern(
        "export_inbox",
        Ceiling("P", "take along sixty conversations, one of forty messages", write=0, read=120),
    )
    async def next_part(self) -> Sequence[InboxRow | Message] | None:
        """Returns a conversation's row, or some of the messages of the one before; None at the end.

        Raises TableUnavailable, after which the walk is over.
        """
        while True:
            if self._messages is not None and self._group is not None:
                page = await anext(self._messages, None)
                if page is not None:
                    seen = seen_by(self._group, self._user_uuid, messages_from(page.items))
                    return shown_to(self._user_uuid, seen)
                self._messages = None
            if not self._rows:
                page = await anext(self._inbox, None)
                if page is None:
                    return None
                self._rows += rows_from(page.items)
                continue
            row = self._rows.popleft()
            if await self._open(row):
                return [row]

    async def _open(self, row: InboxRow) -> bool:
        """Begins with a conversation's messages. Returns False if the user has left it meanwhile."""
        try:
            group = await access_group(self._messaging, row.owner_uuid, row.message_group_uuid)
        except NotFound:
            return False
        first = group.members[row.owner_uuid].first_seq
        seen = Query(
            keys.messages_pk(row.message_group_uuid),
            Range(at_least=keys.seq_sk(first), at_most=keys.LAST_SEQ_SK),
            limit=MESSAGES_PAGE,
        )
        self._messages = pages(self._messaging.table, seen)
        self._group = group
        return True
