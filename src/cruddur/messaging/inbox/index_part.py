"""A part of the index that the walk over an inbox goes down: the places of one slack."""

from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from cruddur.domain.item import Item
from cruddur.messaging.index_places import Slack
from cruddur.ports.table import Page, Query, Range

_PAGE_MOST = 560

Ask = Callable[[Query], Awaitable[Page]]


class IndexPart:
    """The places of one slack: the entries that were read and not looked at, and where to read on."""

    def __init__(
        self, ask: Ask, slack: Slack, places: Range, first: Callable[[Range], Query]
    ) -> None:
        """`ask` asks the table for a page, `first` makes the first query of the part."""
        self.slack = slack
        self.waiting: list[Item] = []
        self._ask = ask
        self._range = places
        self._first = first
        self._following: Item | None = None
        self._pages = 0
        self._is_over = False

    @property
    def is_to_be_read(self) -> bool:
        """Whether all entries that were read have been looked at, and there may be others."""
        return not self._is_over and not self.waiting

    async def read_on(self) -> None:
        """Reads further entries, if all that were read have been looked at."""
        while self.is_to_be_read:
            query = self._first(self._range)
            if self._following is not None:
                # If thousands were active within the slack, few large steps are cheaper.
                self._pages += 1
                limit = min(query.limit << self._pages, _PAGE_MOST)
                query = replace(query, start=self._following, limit=limit)
            self.take(await self._ask(query))

    def take(self, page: Page) -> None:
        """Takes over those entries of a page that are of this part."""
        lowest, highest = self._range.at_least or "", self._range.at_most or ""
        self.waiting += [e for e in page.items if lowest <= e["indexed_at"] <= highest]
        if page.next is None or page.items[-1]["indexed_at"] < lowest:
            self._is_over = True
        else:
            self._following = page.next
