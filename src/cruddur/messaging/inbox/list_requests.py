"""List what strangers have written to a user who has not accepted it yet."""

from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.list_inbox import InboxPage, cursor_of, place_from
from cruddur.messaging.inbox.walk_inbox import InboxWalk
from cruddur.ports.metering import Ceiling, access_pattern


@access_pattern("list_requests", Ceiling("U", "the 20 newest requests", write=0, read=10.5))
async def list_requests(
    messaging: MessagingContext, user_uuid: str, *, limit: int = 20, cursor: str | None = None
) -> InboxPage:
    """Returns one page of the requests, the newest first. Raises Invalid for a cursor that is not ours.

    Nobody becomes an acquaintance by it, so no sign passes in either direction.
    """
    before = place_from(cursor) if cursor else None
    walk = InboxWalk(messaging.table, user_uuid, before, limit, requests=True)
    found, has_more = await walk.newest()
    rows = found[:limit]
    return InboxPage(rows, cursor_of(rows[-1]) if has_more else None)
