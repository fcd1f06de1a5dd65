"""List up to which message the other members of a conversation have read."""

from collections.abc import Sequence

from cruddur.domain.model import GROUP_MAX_MEMBERS
from cruddur.domain.receipts import ReadMark
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.shared_marks import shared_marks
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query, Range
from cruddur.schema import keys, receipt_keys

_PAGE = 2 * GROUP_MAX_MEMBERS


@access_pattern(
    "list_receipts", Ceiling("J", "who of two people has read how far", write=0, read=1.5)
)
async def list_receipts(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, *, shares: bool
) -> Sequence[ReadMark]:
    """Returns the marks of the other members who share theirs, the furthest first.

    Somebody who shares none gets none: `shares` says whether the reader does. Whether another person
    shares is read from their profile, so that a mark is gone for all as soon as they have switched
    receipts off. Raises NotFound.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid, shows=True)
    if not shares:
        return ()
    query = Query(
        keys.messages_pk(group.message_group_uuid),
        range=Range(prefix=receipt_keys.READ_PREFIX),
        limit=_PAGE,
    )
    return await shared_marks(messaging, user_uuid, group, await all_items(messaging.table, query))
