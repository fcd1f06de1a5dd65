"""Find what has stayed unread for an hour, for a mail that tells of it."""

from collections.abc import Sequence
from datetime import timedelta

from cruddur.domain.digest import UNREAD_SECONDS, Digest, UnreadConversation
from cruddur.domain.model import InboxRow, timestamp
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.people.list_blocks import list_blocks
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import keys


@access_pattern("find_digest", Ceiling("H", "find what has stayed unread", write=0, read=11))
async def find_digest(messaging: MessagingContext, user_uuid: str, after: str) -> Digest | None:
    """Returns the unread conversations among the 20 newest; None if there is nothing to tell of.

    Left out are conversations that are muted or archived, requests, those with people whom the person
    has blocked, those in which nothing came after what a mail has told of, and those of which nothing
    has been unread for an hour. Raises TableUnavailable.
    """
    until = timestamp(messaging.clock() - timedelta(seconds=UNREAD_SECONDS))
    page = await list_inbox(messaging, user_uuid)
    rows = {row.message_group_uuid: row for row in (*page.rows, *page.pinned)}
    unread = [row for row in rows.values() if _is_told(row, after, messaging.now())]
    told = await _since_an_hour(messaging, unread, until)
    if any(row.kind == "direct" for row in told):
        blocked = {one.user.user_uuid for one in await list_blocks(messaging, user_uuid)}
        told = [row for row in told if row.user_uuid not in blocked]
    newest_first = sorted(told, key=lambda row: row.last_message_at, reverse=True)
    if not newest_first:
        return None
    return Digest(tuple(UnreadConversation(_name(row), row.unread) for row in newest_first))


def _is_told(row: InboxRow, after: str, now: str) -> bool:
    is_quiet = row.is_muted(now) or row.archived_at is not None or row.is_request
    return row.unread > 0 and not is_quiet and after < row.last_message_at


async def _since_an_hour(
    messaging: MessagingContext, rows: Sequence[InboxRow], until: str
) -> list[InboxRow]:
    """Returns the rows whose first unread message is that old; it is read if the last one is newer."""
    busy = [row for row in rows if row.last_message_at > until]
    wanted = [keys.message_key(row.message_group_uuid, row.read_seq + 1) for row in busy]
    found = await messaging.table.get_many(wanted) if wanted else {}
    old = {key.pk for key, item in found.items() if str(item.get("created_at", "~")) <= until}
    return [
        row
        for row in rows
        if row.last_message_at <= until or keys.messages_pk(row.message_group_uuid) in old
    ]


def _name(row: InboxRow) -> str:
    return row.title or row.user_display_name or "A conversation"
