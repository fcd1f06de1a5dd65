"""Walks down a user's inbox in exact order, over an index that may be only nearly in order.

On SQLite the index is exact: its first N rows are the newest N. On DynamoDB it lags behind the messages
by less than a slack and is never ahead of them. So every row at or below a place in the index had its
last message before that place's time plus the slack. Once the newest N rows found are all later than
that, no row further down can be among them.

Places of a shorter slack have a prefix (`index_places`), so the index consists of a part for each slack.
They are walked side by side. An inbox that never was busy has one part, and its walk notices no others.

A row that is read by its key costs half a read unit. A query costs that for 4 KB, which is some seven
rows. So where the index shows that an inbox is small, all its rows are read by one query.

To see that costs half a unit more where the first keys of the index are not all. So the walk first
reads one of the rows that it needs by a query, with those that follow it. If another one that it needs
is among these, half a unit is saved, and pays for the look. If none is, the inbox is not small.
"""

import asyncio
from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile

from msgspec.structs import replace

from cruddur.domain.item import Item, Key
from cruddur.domain.model import InboxRow
from cruddur.messaging.inbox.index_part import IndexPart
from cruddur.messaging.index_places import ARCHIVED, PINNED, SLACKS, Slack, end_of, slack_of
from cruddur.ports.table import Page, Query, Range, Table
from cruddur.schema import keys
from cruddur.schema.readable import rows_from

WALK_PAGE = 35
"""The keys that half a read unit holds: 4 KB, at 114 bytes each."""

_WHOLE_FACTOR = 3.5
"""An inbox of at most so many times the rows of a page is read whole: that is half the price at most."""

_PROBED_ROWS = 4
"""The rows that a query holds for half a read unit, at 1 KB each. In an inbox of at most 3.5 times the
rows of a page, two rows of the page are no further apart than this."""

_AFTER_ALL_TIMES = "~"

_ARCHIVE: Sequence[Slack] = (ARCHIVED,)
_BOTH: Sequence[Slack] = (ARCHIVED, *SLACKS)


class InboxWalk:
    """Walks down the index from the top, or from a cursor, until the page is certain.

    With `since` it ends with the rows that may have had a message since that time, archived ones too:
    what is muted stays in the archive when it moves. With `consistent` it reads the rows strongly; the
    index has no strong reads. With `archived` it walks down the archive, which is one more part of the
    index.
    """

    def __init__(
        self,
        table: Table,
        user_uuid: str,
        before: tuple[str, str] | None,
        limit: int,
        *,
        since: str | None = None,
        consistent: bool = False,
        archived: bool = False,
        requests: bool = False,
    ) -> None:
        self._slacks = _ARCHIVE if archived else _BOTH if since is not None else SLACKS
        self._since = since
        self._table = table
        self._partition = (keys.requests_pk if requests else keys.inbox_pk)(user_uuid)
        self._before = before
        self._limit = limit
        self._rows: dict[str, InboxRow] = {}
        """Those found, in the order of the inbox."""
        self._end = _exact_end if table.index_is_exact else _end
        self._read: set[str] = set()
        self._with_entries: dict[str, Item] = {}
        """The rows that came with entries of the index."""
        # In an exact index nobody looks beyond the page but at one row, and at the cursor's own.
        self._page_limit = limit + 2 if table.index_is_exact else WALK_PAGE
        self._consistent = consistent
        self._pinned: dict[str, InboxRow] = {}

    async def first_page(self) -> Page:
        """Returns the beginning of the index, from which `newest` can go on."""
        return await self._ask(self._whole_index())

    async def _ask(self, query: Query) -> Page:
        page = await self._table.query(query)
        self._with_entries |= {row["sk"]: row for row in page.whole}
        return page

    async def newest(self, page: Page | None = None) -> tuple[list[InboxRow], bool]:
        """Returns the rows found, those of the page first and in order, and whether there are more."""
        page = page or await self.first_page()
        if self._may_be_read_whole:
            page = await self._read_whole(page)
        parts = self._parts(page)
        while True:
            if to_be_read := [part for part in parts if part.is_to_be_read]:
                await asyncio.gather(*(part.read_on() for part in to_be_read))
            if not (unsure := self._unsure(parts)):
                found = list(self._rows.values())
                has_more = any(p.waiting for p in parts) or len(found) > self._limit
                await self._fetch_pinned(parts)
                return found, has_more
            await self.fetch(entry["sk"] for entry in unsure)

    async def _fetch_pinned(self, parts: Sequence[IndexPart]) -> None:
        """Reads the pinned rows that are not on the page. Without pins it reads nothing."""
        if self._since is None and self._before is None:
            pinned = (e["sk"] for part in parts if part.slack is PINNED for e in part.waiting)
            await self.fetch(list(pinned))

    def pinned(self) -> list[InboxRow]:
        """The pinned rows in their own order, wherever they lie, after `newest` from the top."""
        return sorted(self._pinned.values(), key=lambda row: (row.pin_order, *place_of(row)))

    def _unsure(self, parts: Sequence[IndexPart]) -> Sequence[Item]:
        """Takes the next entries of all parts that could still belong on the page, and returns them."""
        waiting = [entry for part in parts for entry in part.waiting]
        if not waiting:
            return []
        entries = sorted(waiting, key=self._end, reverse=True)
        if missing := max(0, self._limit - len(self._rows)):
            unsure = entries[:missing]
        else:
            last = list(self._rows.values())[self._limit - 1].last_message_at
            # Of two rows of the same time the keys decide, and they may lie in different parts.
            unsure = list(takewhile(lambda entry: self._end(entry) >= last, entries))
        taken = {entry["sk"] for entry in unsure}
        for part in parts:
            part.waiting = [entry for entry in part.waiting if entry["sk"] not in taken]
        return unsure

    async def fetch(self, message_group_uuids: Iterable[str]) -> None:
        """Reads the rows of these conversations, which may then be part of the page."""
        missing = [uuid for uuid in message_group_uuids if uuid not in self._read]
        known = [self._with_entries[uuid] for uuid in missing if uuid in self._with_entries]
        if len(known) == len(missing):
            self._take(known)
            return
        wanted = [Key(self._partition, uuid) for uuid in missing]
        found = await self._table.get_many(wanted, consistent=self._consistent)
        self._take(found.values())

    @property
    def _may_be_read_whole(self) -> bool:
        is_from_the_top = self._before is None and self._since is None
        return is_from_the_top and self._slacks is SLACKS and not self._table.index_is_exact

    async def _read_whole(self, page: Page) -> Page:
        """Reads all rows if they are few. Returns the beginning of the index, or then all of it."""
        most = int(_WHOLE_FACTOR * self._limit)
        index = page
        if page.next is not None and len(page.items) < most:
            if not await self._are_close(page):
                return page
            rest = replace(self._whole_index(), start=page.next, limit=most - len(page.items))
            more = await self._table.query(rest)
            index = Page([*page.items, *more.items], more.next)
        if not index.items or index.next is not None or len(index.items) > most:
            return page  # a longer page would only make the walk fetch more rows at a time
        # No more rows than are listed: where many are archived, these would cost as much as others.
        listed = {str(entry["sk"]) for entry in index.items}
        await self._read_among(listed, Range(), len(listed))
        return index

    async def _are_close(self, page: Page) -> bool:
        """Reads the two rows of the page with the closest keys. Returns whether one query held both.

        It costs no more than one of these rows, which the walk reads anyway.
        """
        newest = sorted(page.items, key=self._end, reverse=True)[: self._limit]
        wanted = {str(entry["sk"]) for entry in newest}
        first, _ = min(pairwise(sorted(wanted)), key=_distance, default=("", ""))
        return await self._read_among(wanted, Range(at_least=first), _PROBED_ROWS) > 1

    async def _read_among(self, wanted: set[str], among: Range, limit: int) -> int:
        """Reads so many rows by one query, takes those of these keys, and returns their number.

        A row that is further down the index than the page would make the walk look at all before it.
        """
        query = Query(self._partition, range=among, limit=limit, consistent=self._consistent)
        rows = [row for row in (await self._table.query(query)).items if row["sk"] in wanted]
        self._read.update(row["sk"] for row in rows)
        self._take(rows)
        return len(rows)

    def _take(self, found: Iterable[Item]) -> None:
        for row in rows_from(found):
            # The index may lag behind a row that was just archived, or brought back.
            if slack_of(row.indexed_at) not in self._slacks:
                continue
            if row.pinned_at is not None:
                self._pinned[row.message_group_uuid] = row
            if self._before is None or place_of(row) < self._before:
                self._rows[row.message_group_uuid] = row
        # One row more than the page shows that there are others. Sorting more is not needed.
        kept = sorted(self._rows.values(), key=place_of, reverse=True)[: self._limit + 1]
        self._rows = {row.message_group_uuid: row for row in kept}

    def _shared(self) -> Sequence[Slack]:
        """The parts that one query begins with, from the top.

        Behind a cursor the hour's is not among them, since the walk begins in the middle of it.
        """
        is_whole = self._before is None or self._slacks is _ARCHIVE
        return self._slacks if is_whole else self._slacks[:-1]

    def _whole_index(self) -> Query:
        """The query of all parts that begin at the top."""
        top, lowest = self._range(self._slacks[0]), self._range(self._shared()[-1])
        return self._query(Range(at_least=lowest.at_least, at_most=top.at_most))

    def _parts(self, page: Page) -> list[IndexPart]:
        """Returns the parts of the index that may have entries; the first of them have this page."""
        slacks, having = self._slacks, len(self._shared())
        if page.next is not None:  # then it is one of its first part, above which is nothing
            slacks, having = slacks[slacks.index(slack_of(page.items[0]["indexed_at"])) :], 1
        parts = [IndexPart(self._ask, one, self._range(one), self._query) for one in slacks]
        for part in parts[:having]:
            part.take(page)
        return parts

    def _range(self, slack: Slack) -> Range:
        at_least = slack.first_place(self._since) if self._since else slack.prefix
        at_most = slack.place(self._before[0] if self._before else keys.AFTER_DIGITS)
        return Range(at_least=at_least or None, at_most=at_most)

    def _query(self, of: Range) -> Query:
        return Query(
            partition=self._partition,
            index=keys.INBOX_INDEX,
            range=of,
            descending=True,
            limit=self._page_limit,
            whole=not self._consistent,  # what comes with the index is no strong read
        )


def _end(entry: Item) -> str:
    """A time that the last message of this row, and of all rows further down, is not after."""
    try:
        return end_of(entry["indexed_at"])
    except (ValueError, OverflowError):
        return _AFTER_ALL_TIMES  # another program wrote the entry, so its row has to be read


def _exact_end(entry: Item) -> str:
    return keys.index_time(str(entry["indexed_at"]))


def _distance(keys_of_two: tuple[str, str]) -> int:
    """How far apart two sort keys are, by their first letters. Uuids are spread evenly."""
    low, high = (int.from_bytes(key.encode()[:8].ljust(8), "big") for key in keys_of_two)
    return high - low


def place_of(row: InboxRow) -> tuple[str, str]:
    """Returns what the rows of an inbox are in order of, the greatest first."""
    return row.last_message_at, row.message_group_uuid
