"""List an inbox in exact order, a page at a time."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cruddur.domain.base64url import to_base64url
from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.model import InboxRow
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.all_rows import all_rows
from cruddur.messaging.inbox.hidden_previews import with_previews
from cruddur.messaging.inbox.walk_inbox import InboxWalk, place_of
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.wrappable import wrappable

CURSOR_INVALID = declare_code("cursor_invalid", "The cursor did not come from a Link header.")


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Rows, newest first, and the cursor of the next page; None on the last page.

    `pinned` are all pinned rows in their own order, on the first page of the inbox. Those that are new
    enough are among the rows too.
    """

    rows: Sequence[InboxRow]
    cursor: str | None
    pinned: Sequence[InboxRow] = ()

    def pinned_first(self) -> Sequence[InboxRow]:
        """Returns what is pinned, and then the other rows."""
        pinned = {row.message_group_uuid for row in self.pinned}
        others = (row for row in self.rows if row.message_group_uuid not in pinned)
        return [*self.pinned, *others]


class Rows(NamedTuple):
    """Rows, newest first, whether there are more, and on the first page all that are pinned."""

    rows: Sequence[InboxRow]
    has_more: bool
    pinned: Sequence[InboxRow] = ()


@access_pattern(
    "list_inbox",
    Ceiling("B", "the 20 newest of an inbox", write=0, read=10.5),
    Ceiling("B", "the 20 newest of 200 that move every other hour", write=0, read=10.5),
    Ceiling("B", "the 20 newest of the archive", write=0, read=10.5),
    Ceiling("B", "the 20 newest of 2,000 that moved within the hour", write=0, read=40),
)
async def list_inbox(
    messaging: MessagingContext,
    user_uuid: str,
    *,
    limit: int = 20,
    cursor: str | None = None,
    archived: bool = False,
) -> InboxPage:
    """Returns one page of the inbox, or of the archive, in exact order.

    Raises Invalid for a cursor that is not ours.
    """
    before = place_from(cursor) if cursor else None
    read = _read_archived if archived else read_rows
    rows, has_more, pinned = await read(messaging, user_uuid, before, limit)
    known = (row.user_uuid for row in rows if row.user_uuid and not row.is_unanswered)
    messaging.acquaintances.remember(user_uuid, known)
    cursor = cursor_of(rows[-1]) if has_more else None
    shown = await with_previews(messaging, user_uuid, [*pinned, *rows])
    return InboxPage(shown[len(pinned) :], cursor, shown[: len(pinned)])


@access_pattern(
    "list_unread_rows", Ceiling("B", "those of sixty that are unread", write=0, read=4.5)
)
async def list_unread_rows(
    messaging: MessagingContext, user_uuid: str, *, limit: int = 20, cursor: str | None = None
) -> InboxPage:
    """Returns one page of the rows in the inbox that have unread messages, or are marked as unread.

    No key is ordered by that. So each page reads the rows of at most LOOKED_AT_MAX conversations, which
    costs less than to walk down a long inbox in its order. Raises Invalid for a cursor that is not ours.
    """
    before = place_from(cursor) if cursor else None
    rows = [
        row
        for row in await all_rows(messaging, user_uuid)
        if row.is_unread and row.archived_at is None and (not before or place_of(row) < before)
    ]
    rows.sort(key=place_of, reverse=True)
    shown = await with_previews(messaging, user_uuid, rows[:limit])
    return InboxPage(shown, cursor_of(rows[limit - 1]) if len(rows) > limit else None)


@wrappable
async def read_rows(
    messaging: MessagingContext, user_uuid: str, before: tuple[str, str] | None, limit: int
) -> Rows:
    """Returns the rows that come next after this place, from the table, and whether there are more."""
    walk = InboxWalk(messaging.table, user_uuid, before, limit)
    found, has_more = await walk.newest()
    return Rows(found[:limit], has_more, walk.pinned() if before is None else ())


async def _read_archived(
    messaging: MessagingContext, user_uuid: str, before: tuple[str, str] | None, limit: int
) -> Rows:
    walk = InboxWalk(messaging.table, user_uuid, before, limit, archived=True)
    found, has_more = await walk.newest()
    return Rows(found[:limit], has_more)


async def rows_since(
    messaging: MessagingContext, user_uuid: str, since: str, limit: int
) -> Sequence[InboxRow]:
    """Returns the rows of conversations that may have had a message since then, the newest first.

    It may include rows whose last message is older by up to their slack, and archived ones. It reads no
    other rows.
    """
    walk = InboxWalk(messaging.table, user_uuid, None, limit, since=since)
    found, _ = await walk.newest()
    return found[:limit]


def cursor_of(row: InboxRow) -> str:
    """Returns the cursor of the page that follows this row."""
    return to_base64url("/".join(place_of(row)).encode())


def place_from(cursor: str) -> tuple[str, str]:
    """Returns the place that a cursor names. Raises Invalid if it is not ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, separator, uuid = base64.urlsafe_b64decode(padded).decode("ascii").partition("/")
    except (binascii.Error, ValueError):
        at = separator = uuid = ""
    if not separator:
        raise Invalid(CURSOR_INVALID, "This cursor is not one that was given.", field="cursor")
    return at, uuid
