"""How much a user has not read, in all conversations: for a badge in an application's own pages."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cruddur.domain.model import InboxRow
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.all_rows import all_rows
from cruddur.ports.metering import Ceiling, access_pattern


class Unread(NamedTuple):
    """The unread messages, and the conversations that have any or are marked as unread.

    `is_behind` says that a row has not yet got a message of which the caller knows.
    """

    messages: int
    conversations: int
    is_behind: bool = False


_NONE: Mapping[str, int] = {}


@access_pattern("count_unread", Ceiling("B", "what is unread in sixty of them", write=0, read=4.5))
async def count_unread(
    messaging: MessagingContext, user_uuid: str, *, newest: Mapping[str, int] = _NONE
) -> Unread:
    """Returns what is unread in the inbox of the user, without what is muted or archived.
    Raises TableUnavailable.

    `newest` are numbers of messages, by conversation, which the rows are to have.

    The rows of at most LOOKED_AT_MAX conversations are read: no key is ordered by what is unread.
    """
    rows = await all_rows(messaging, user_uuid)
    is_behind = any(row.last_seq < newest.get(row.message_group_uuid, 0) for row in rows)
    return unread_in(rows, messaging.now())._replace(is_behind=is_behind)


def unread_in(rows: Iterable[InboxRow], now: str) -> Unread:
    """Returns what is unread in these rows, without what is muted or archived."""
    unread = [
        row.unread
        for row in rows
        if row.is_unread and row.archived_at is None and not row.is_muted(now)
    ]
    return Unread(messages=sum(unread), conversations=len(unread))
