"""The one door to a conversation. Whoever is not a member learns nothing, not even that it exists."""

from cruddur.errors import Invalid, NotFound
from cruddur.messaging.recalled_group import recalled_group
from cruddur.messaging.service import Messaging
from cruddur.model import MessageGroup, checked_uuid, is_direct_group_uuid
from cruddur.table import items, keys


async def access_group(
    messaging: Messaging, user_uuid: str, message_group_uuid: str, *, fresh: bool = False
) -> MessageGroup:
    """The conversation, for one of its members; `fresh` for who is about to change it.

    Raises NotFound, with the same words for a conversation that is not there, one of other people's,
    and something that is not a uuid: whoever guesses must not be able to tell them apart.
    """
    try:
        uuid = checked_uuid(message_group_uuid, "message_group_uuid")
    except Invalid:
        raise group_not_found() from None
    group = await _recall_group(messaging, uuid, fresh=fresh)
    if group is None or user_uuid not in group.members:
        raise group_not_found()
    return group


async def _recall_group(messaging: Messaging, uuid: str, *, fresh: bool) -> MessageGroup | None:
    # Those of two are remembered for ever: there is nothing that a cache could save.
    if fresh or not messaging.cache.is_on or is_direct_group_uuid(uuid):
        return await find_group(messaging, uuid)
    return await recalled_group(messaging, uuid, find_group)


async def find_group(messaging: Messaging, message_group_uuid: str) -> MessageGroup | None:
    """Without asking who wants to know: for the projector, and for `access_group`."""
    known = messaging.direct_groups.get(message_group_uuid)
    if known is not None:
        return known
    group = await _read_group(messaging, message_group_uuid)
    if group is not None:
        messaging.direct_groups.remember(group)
    return group


async def _read_group(messaging: Messaging, message_group_uuid: str) -> MessageGroup | None:
    key = keys.group_key(message_group_uuid)
    if is_direct_group_uuid(message_group_uuid):
        # The people of a direct conversation never change: if it is found, no replica is too old.
        item = await messaging.table.get(key)
        group = items.group_from(item) if item else None
        if group is not None and group.kind == "direct":
            return group
    # Strongly consistent: a member who left a moment ago must not be let in by a lagging replica.
    item = await messaging.table.get(key, consistent=True)
    return items.group_from(item) if item else None


def group_not_found() -> NotFound:
    return NotFound("message_group_not_found", "There is no such conversation.")
