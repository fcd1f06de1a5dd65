"""List up to which message the other members of a conversation have read."""

from collections.abc import Sequence

from cruddur.domain.model import GROUP_MAX_MEMBERS
from cruddur.domain.receipts import ReadMark, is_shared, may_know
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.signs import find_members_apart
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query, Range
from cruddur.schema import items, keys, receipt_keys
from cruddur.schema.readable import one_from
from cruddur.schema.receipt_items import read_mark_from

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
    apart = await find_members_apart(messaging, group, user_uuid)
    found = (one_from(read_mark_from, item) for item in await all_items(messaging.table, query))
    marks = [
        mark
        for mark in found
        if mark is not None
        and mark.user_uuid not in apart
        and may_know(group, user_uuid, mark.user_uuid, mark.read_seq)
    ]
    since = await _receipts_from(messaging, [mark.user_uuid for mark in marks])
    shared = [m for m in marks if m.user_uuid in since and is_shared(m, since[m.user_uuid])]
    return sorted(shared, key=lambda mark: mark.read_seq, reverse=True)


async def _receipts_from(
    messaging: MessagingContext, user_uuids: Sequence[str]
) -> dict[str, str | None]:
    """Returns since when these people share receipts, without those whose account is gone."""
    wanted = [keys.user_key(uuid) for uuid in user_uuids]
    profiles = await messaging.table.get_many(wanted) if wanted else {}
    users = (one_from(items.user_from, item) for item in profiles.values())
    return {user.user_uuid: user.receipts_from for user in users if user is not None}
