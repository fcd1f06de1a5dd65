"""Reads a query page after page: the one loop over the pages of a table."""

from collections.abc import AsyncIterator

from msgspec.structs import replace

from cruddur.domain.item import Item
from cruddur.ports.table import Page, Query, Table


class _Pages:
    # Not an async generator: one that is left early is closed by a task of its own.

    def __init__(self, table: Table, query: Query, further: int) -> None:
        self._table = table
        self._query: Query | None = query
        self._further = further

    def __aiter__(self) -> "_Pages":
        return self

    async def __anext__(self) -> Page:
        if self._query is None:
            raise StopAsyncIteration
        page = await self._table.query(self._query)
        query, self._query = self._query, None
        if page.next is not None:
            self._query = replace(query, start=page.next, limit=self._further)
        return page


def pages(table: Table, query: Query, *, further: int | None = None) -> AsyncIterator[Page]:
    """Yields the pages of a query until the last one. Each is read when it is asked for.

    `further` is the limit of the pages after the first, for callers that nearly always need one only.
    Raises TableUnavailable.
    """
    return _Pages(table, query, further or query.limit)


async def all_items(table: Table, query: Query) -> list[Item]:
    """Returns the items of all pages. Raises TableUnavailable."""
    return [item async for page in pages(table, query) for item in page.items]
