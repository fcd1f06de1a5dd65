"""The first page of an inbox, from the cache if it knows it."""

from collections.abc import Awaitable, Callable, Collection

from msgspec import Struct

from cruddur.messaging.kept import Kept
from cruddur.messaging.service import Messaging
from cruddur.model import InboxRow
from cruddur.table import keys

CACHED_MAX = 20


class FirstRows(Struct, frozen=True, array_like=True):
    """Rows, newest first. `is_whole` says that the inbox has no others."""

    rows: list[InboxRow]
    is_whole: bool

    def reaches(self, limit: int) -> bool:
        return self.is_whole or len(self.rows) >= limit


Read = Callable[[Collection[str]], Awaitable[tuple[FirstRows, bool]]]
"""Reads them from the table, and says whether no replica can have lagged behind. It is told of
conversations that must not be missing, nor older than they are; else it reads as cheaply as it can."""

_kept = Kept(FirstRows)


async def first_rows(messaging: Messaging, user_uuid: str, limit: int, read: Read) -> FirstRows:
    """At least `limit` of them if there are so many, never older than this process has shown."""
    name = keys.inbox_name(user_uuid)
    recalled = await messaging.cache.recall(name)
    known = _kept.decode(recalled.value)
    if known and known.reaches(limit) and not _is_behind(messaging, user_uuid, known):
        messaging.seen.saw_inbox(user_uuid, known.rows)
        return known
    found, is_certain = await read(())
    if not is_certain and _is_behind(messaging, user_uuid, found):
        found, is_certain = await read(messaging.seen.inbox(user_uuid))
    messaging.seen.saw_inbox(user_uuid, found.rows)
    if recalled.ticket is not None:
        await messaging.cache.keep(name, recalled.ticket, _kept.encode(found), certain=is_certain)
    return found


def _is_behind(messaging: Messaging, user_uuid: str, found: FirstRows) -> bool:
    return messaging.seen.has_newer_inbox(user_uuid, found.rows, is_whole=found.is_whole)
