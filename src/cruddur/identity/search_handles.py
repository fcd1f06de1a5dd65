"""Search people by the first letters of their handle, as one types."""

import re
from collections.abc import Sequence

from cruddur.errors import Invalid
from cruddur.identity.service import Identity
from cruddur.messaging.ports import Query, Range
from cruddur.model import User, fold
from cruddur.table import items, keys
from cruddur.table.metering import counted_as

FOUND_MAX = 10

_HANDLE_CHARS = re.compile(r"[a-z0-9._-]*")


@counted_as("search_handles")
async def search_handles(identity: Identity, prefix: str) -> Sequence[User]:
    """The first few by handle. Raises Invalid for less than two characters."""
    folded = fold(prefix.strip().removeprefix("@"))
    if len(folded) < keys.HANDLE_PREFIX_CHARS:
        raise Invalid(
            "prefix_too_short",
            f"A search needs at least {keys.HANDLE_PREFIX_CHARS} characters.",
            field="prefix",
        )
    if not _HANDLE_CHARS.fullmatch(folded):
        return []
    query = Query(keys.handle_pk(folded), Range(prefix=folded), limit=FOUND_MAX)
    page = await identity.table.query(query)
    return [items.user_from_handle(item) for item in page.items]
