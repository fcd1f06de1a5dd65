"""Count what strangers began and a user has not answered, for a badge where requests are listed."""

from typing import NamedTuple

from cruddur.messaging.context import MessagingContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Query
from cruddur.schema import keys

COUNTED_MAX = 99
"""The most that are counted: a flood of requests makes no count dear."""


class Waiting(NamedTuple):
    """How many requests wait, and whether there are more than were counted."""

    number: int
    has_more: bool


@access_pattern("count_requests", Ceiling("U", "count the requests that wait", write=0, read=1.5))
async def count_requests(messaging: MessagingContext, user_uuid: str) -> Waiting:
    """Counts the keys of the requests in the index, of which thirty-five cost half a read unit.

    It writes nothing, so no stranger learns of it. Raises TableUnavailable.
    """
    query = Query(keys.requests_pk(user_uuid), index=keys.INBOX_INDEX, limit=COUNTED_MAX + 1)
    found = len((await messaging.table.query(query)).items)
    return Waiting(min(found, COUNTED_MAX), found > COUNTED_MAX)
