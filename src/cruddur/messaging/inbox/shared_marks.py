"""Which of a conversation's read marks a member may be shown."""

from collections.abc import Sequence

from cruddur.domain.item import Item
from cruddur.domain.model import MessageGroup
from cruddur.domain.receipts import ReadMark, is_shared, may_know
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.signs import find_members_apart
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from
from cruddur.schema.receipt_items import read_mark_from


async def shared_marks(
    messaging: MessagingContext, user_uuid: str, group: MessageGroup, marks: Sequence[Item]
) -> Sequence[ReadMark]:
    """Returns the marks of the other members who share theirs, the furthest first.

    Whether somebody shares is read from their profile, so that a mark is gone for all as soon as they
    have switched receipts off.
    """
    apart = await find_members_apart(messaging, group, user_uuid)
    found = [
        mark
        for mark in (one_from(read_mark_from, item) for item in marks)
        if mark is not None
        and mark.user_uuid not in apart
        and may_know(group, user_uuid, mark.user_uuid, mark.read_seq)
    ]
    since = await _receipts_from(messaging, [mark.user_uuid for mark in found])
    shared = [m for m in found if m.user_uuid in since and is_shared(m, since[m.user_uuid])]
    return sorted(shared, key=lambda mark: mark.read_seq, reverse=True)


async def _receipts_from(
    messaging: MessagingContext, user_uuids: Sequence[str]
) -> dict[str, str | None]:
    """Returns since when these people share receipts, without those whose account is gone."""
    wanted = [keys.user_key(uuid) for uuid in user_uuids]
    profiles = await messaging.table.get_many(wanted) if wanted else {}
    users = (one_from(items.user_from, item) for item in profiles.values())
    return {user.user_uuid: user.receipts_from for user in users if user is not None}
