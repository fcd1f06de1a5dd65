"""Reads the whole inbox of a user, in no order: for what no key is ordered by."""

from collections.abc import Sequence

from cruddur.domain.model import InboxRow
from cruddur.messaging.context import MessagingContext
from cruddur.ports.paging import pages
from cruddur.ports.table import Query
from cruddur.schema import keys
from cruddur.schema.readable import rows_from

_PAGE = 500
LOOKED_AT_MAX = 2000
"""The most rows that are read. About twenty of them cost a read unit."""


async def all_rows(messaging: MessagingContext, user_uuid: str) -> Sequence[InboxRow]:
    """Returns the user's rows, at most LOOKED_AT_MAX of them. Raises TableUnavailable."""
    found: list[InboxRow] = []
    looked_at = 0
    async for page in pages(messaging.table, Query(keys.inbox_pk(user_uuid), limit=_PAGE)):
        found += rows_from(page.items)
        looked_at += _PAGE
        if looked_at >= LOOKED_AT_MAX:
            break
    return found
