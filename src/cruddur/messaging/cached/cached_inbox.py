"""The first page of an inbox through the cache."""

from collections.abc import Collection, Sequence
from functools import partial

from msgspec import Struct

from cruddur.domain.model import InboxRow
from cruddur.messaging.cached.monotonic_reads import MonotonicReads
from cruddur.messaging.cached.shared_reads import SharedReads
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.list_inbox import Rows, read_rows
from cruddur.messaging.inbox.walk_inbox import WALK_PAGE, InboxWalk, place_of
from cruddur.messaging.index_places import ARCHIVED, part_of
from cruddur.ports.cache import Cache, CacheAnswer
from cruddur.ports.cache_codec import CacheCodec
from cruddur.ports.table import Page, Query, Table
from cruddur.schema import keys
from cruddur.schema.readable import rows_from

CACHED_MAX = 20
"""The number of rows that are cached: those that a page shows first."""


class FirstRows(Struct, frozen=True, array_like=True):
    """Inbox rows, newest first. `is_whole` says that the inbox has no others.

    `pinned` are all that are pinned, in their own order.
    """

    rows: list[InboxRow]
    is_whole: bool
    pinned: list[InboxRow]

    def reaches(self, limit: int) -> bool:
        """Whether it has `limit` rows, or all that there are."""
        return self.is_whole or len(self.rows) >= limit


_codec = CacheCodec(FirstRows)


class CachedInbox:
    """Wraps `read_rows`. Only the first rows come from the cache."""

    def __init__(self, cache: Cache, shown: MonotonicReads) -> None:
        self._cache = cache
        self._shown = shown
        self._reads: SharedReads[FirstRows] = SharedReads()

    async def read(
        self,
        messaging: MessagingContext,
        user_uuid: str,
        before: tuple[str, str] | None,
        limit: int,
    ) -> Rows:
        """Returns the rows that come next after this place, and whether there are more."""
        if before is not None or limit > CACHED_MAX:
            return await read_rows.plain(messaging, user_uuid, before, limit)
        first = await self._first(messaging.table, user_uuid, limit)
        has_more = len(first.rows) > limit or not first.is_whole
        return Rows(first.rows[:limit], has_more, first.pinned)

    async def _first(self, table: Table, user_uuid: str, limit: int) -> FirstRows:
        """Returns at least `limit` rows if there are as many, none older than this process has shown."""
        name = keys.inbox_name(user_uuid)
        cached = await self._cache.get(name)
        known = _codec.decode(name, cached.value)
        if known and known.reaches(limit) and self._is_shown(user_uuid, known):
            return known
        fill = partial(self._fill, table, user_uuid, limit, cached)
        found, is_shared = await self._reads.read(name, cached, limit, fill)
        if is_shared and self._is_behind(user_uuid, found):
            found = await _read_with(table, user_uuid, limit, self._shown.inbox(user_uuid))
            self._shown.record_inbox(user_uuid, found.rows)
        return found

    async def _fill(
        self, table: Table, user_uuid: str, limit: int, cached: CacheAnswer
    ) -> FirstRows:
        """Reads the table and caches the answer."""
        found, is_consistent = await _read(table, user_uuid, limit)
        if not is_consistent and self._is_behind(user_uuid, found):
            found = await _read_with(table, user_uuid, limit, self._shown.inbox(user_uuid))
        self._shown.record_inbox(user_uuid, found.rows)
        if cached.lease is not None:
            name, value = keys.inbox_name(user_uuid), _codec.encode(found)
            await self._cache.put(name, cached.lease, value, consistent=is_consistent)
        return found

    def _is_shown(self, user_uuid: str, known: FirstRows) -> bool:
        return self._shown.record_unless_older(user_uuid, known.rows, is_whole=known.is_whole)

    def _is_behind(self, user_uuid: str, found: FirstRows) -> bool:
        return self._shown.has_newer_inbox(user_uuid, found.rows, is_whole=found.is_whole)


async def _read(table: Table, user_uuid: str, limit: int) -> tuple[FirstRows, bool]:
    """Returns the first rows, and whether they were read consistently."""
    walk = InboxWalk(table, user_uuid, None, limit)
    page = await walk.first_page()
    if page.next is None:
        # Reading so few rows consistently costs less than getting twenty by key.
        partition = Query(keys.inbox_pk(user_uuid), limit=WALK_PAGE, consistent=True)
        all_rows = await table.query(partition)
        if all_rows.next is None:
            return _first_of(rows_from(all_rows.items), limit), True
    return await _walked(walk, page, limit), False


def _first_of(all_rows: Sequence[InboxRow], limit: int) -> FirstRows:
    inbox = (row for row in all_rows if part_of(row.indexed_at) is not ARCHIVED)
    rows = sorted(inbox, key=place_of, reverse=True)
    pinned = sorted((row for row in rows if row.pinned_at), key=lambda row: row.pin_order)
    return FirstRows(rows[:limit], len(rows) <= limit, pinned)


async def _read_with(table: Table, user_uuid: str, limit: int, shown: Collection[str]) -> FirstRows:
    """Returns the first rows after a replica lagged, reading every row consistently.

    The conversations that were shown are read by key, because the index may not have them yet.
    """
    walk = InboxWalk(table, user_uuid, None, limit, consistent=True)
    await walk.fetch(shown)
    return await _walked(walk, None, limit)


async def _walked(walk: InboxWalk, page: Page | None, limit: int) -> FirstRows:
    found, has_more = await walk.newest(page)
    return FirstRows(found[:limit], not has_more, walk.pinned())
