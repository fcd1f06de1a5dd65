"""List an inbox: exactly the newest conversations, over an index that is only nearly in order.

The index lags behind by less than INDEX_SLACK, and never runs ahead. So whatever stands at or below
a place of the index had its last message before that place's time plus the slack: as soon as the
newest N rows found are all later than that, no row further down can be among them.
"""

import base64
import binascii
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from cruddur.errors import Invalid
from cruddur.messaging.first_rows import CACHED_MAX, FirstRows, first_rows
from cruddur.messaging.inbox_rows import slack_end
from cruddur.messaging.ports import Item, Key, Page, Query, Range
from cruddur.messaging.service import Messaging
from cruddur.model import InboxRow
from cruddur.table import items, keys
from cruddur.table.metering import counted_as

_WALK_PAGE = 35  # as many keys as half a read unit holds: 4 KB, by 114 bytes each
_WALK_PAGE_MOST = 560  # where thousands were active within the slack, few large steps


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Rows, newest first, and the cursor of the next page, None at the end."""

    rows: Sequence[InboxRow]
    cursor: str | None


@counted_as("list_inbox")
async def list_inbox(
    messaging: Messaging, user_uuid: str, *, limit: int = 20, cursor: str | None = None
) -> InboxPage:
    """One page of the inbox in exact order. Raises Invalid for a cursor that is not one of ours."""
    if cursor is None and limit <= CACHED_MAX and messaging.cache.is_on:

        async def read(shown: Collection[str]) -> tuple[FirstRows, bool]:
            walk = _Walk(messaging, user_uuid, None, limit)
            return await (walk.first_with(shown) if shown else walk.first())

        first = await first_rows(messaging, user_uuid, limit, read)
        has_more = len(first.rows) > limit or not first.is_whole
        return _page(first.rows[:limit], has_more=has_more)
    before = _decode(cursor) if cursor else None
    found, has_more = await _Walk(messaging, user_uuid, before, limit).newest()
    return _page(found[:limit], has_more=has_more)


def _page(rows: Sequence[InboxRow], *, has_more: bool) -> InboxPage:
    return InboxPage(rows, _encode(rows[-1]) if has_more else None)


class _Walk:
    """From the top of the index, or from the cursor's place, downward until the page is sure."""

    def __init__(
        self, messaging: Messaging, user_uuid: str, before: tuple[str, str] | None, limit: int
    ) -> None:
        self._table = messaging.table
        self._partition = keys.inbox_pk(user_uuid)
        self._before = before
        self._limit = limit
        self._walk_page = _WALK_PAGE
        self._rows: dict[str, InboxRow] = {}
        self._is_strong = False

    async def first(self) -> tuple[FirstRows, bool]:
        """The first page to keep, and whether no replica can have lagged behind."""
        page = await self._table.query(self._query(None))
        if page.next is None:
            # So few rows that to read them all, strongly, costs less than to get twenty by key.
            partition = Query(self._partition, limit=_WALK_PAGE, consistent=True)
            all_rows = await self._table.query(partition)
            if all_rows.next is None:
                self._take(all_rows.items)
                rows = self._sorted()
                return FirstRows(rows[: self._limit], len(rows) <= self._limit), True
        return await self._first(page), False

    async def first_with(self, shown: Iterable[str]) -> tuple[FirstRows, bool]:
        """The same, after a replica that lagged: every row is read strongly.

        Those of the conversations that were shown are read by key: the index may lack them yet.
        """
        self._is_strong = True
        await self._fetch(shown)
        return await self._first(None), False

    async def _first(self, page: Page | None) -> FirstRows:
        found, has_more = await self.newest(page)
        return FirstRows(found[: self._limit], not has_more)

    async def newest(self, page: Page | None = None) -> tuple[list[InboxRow], bool]:
        """The rows found, the page's in order first, and whether there are others after the page."""
        page = page or await self._table.query(self._query(None))
        while True:
            waiting = list(page.items)
            while waiting and (count := self._unsure(waiting)):
                await self._fetch(entry["sk"] for entry in waiting[:count])
                waiting = waiting[count:]
            if waiting or page.next is None:
                found = self._sorted()
                return found, bool(waiting) or len(found) > self._limit
            self._walk_page = min(2 * self._walk_page, _WALK_PAGE_MOST)
            page = await self._table.query(self._query(page.next))

    def _unsure(self, waiting: Sequence[Item]) -> int:
        """How many of the entries, from the first, could still belong on the page."""
        if len(self._rows) < self._limit:
            return self._limit - len(self._rows)
        last = self._sorted()[self._limit - 1]
        unsure = (e for e in waiting if slack_end(e["indexed_at"]) > last.last_message_at)
        return sum(1 for _ in unsure)

    async def _fetch(self, message_group_uuids: Iterable[str]) -> None:
        wanted = [Key(self._partition, uuid) for uuid in message_group_uuids]
        found = await self._table.get_many(wanted, consistent=self._is_strong)
        self._take(found.values())

    def _take(self, found: Iterable[Item]) -> None:
        for item in found:
            row = items.inbox_row_from(item)
            if self._before is None or _place(row) < self._before:
                self._rows[row.message_group_uuid] = row
        # One more than the page says that there are others; the rest would be sorted for nothing.
        kept = self._sorted()[: self._limit + 1]
        self._rows = {row.message_group_uuid: row for row in kept}

    def _sorted(self) -> list[InboxRow]:
        return sorted(self._rows.values(), key=_place, reverse=True)

    def _query(self, start: Item | None) -> Query:
        # A row before the cursor's time cannot be indexed after it.
        at_most = self._before[0] if self._before else None
        return Query(
            partition=self._partition,
            index=keys.INBOX_INDEX,
            range=Range(at_most=at_most),
            descending=True,
            limit=self._walk_page,
            start=start,
        )


def _place(row: InboxRow) -> tuple[str, str]:
    return row.last_message_at, row.message_group_uuid


def _encode(row: InboxRow) -> str:
    return base64.urlsafe_b64encode("/".join(_place(row)).encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[str, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, separator, uuid = base64.urlsafe_b64decode(padded).decode("ascii").partition("/")
    except (binascii.Error, ValueError):
        separator = ""
    if not separator:
        raise Invalid("cursor_invalid", "This cursor is not one that was given.", field="cursor")
    return at, uuid
