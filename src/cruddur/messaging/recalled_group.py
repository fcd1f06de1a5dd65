"""A conversation of many, from the cache for a few seconds."""

from collections.abc import Awaitable, Callable

from cruddur.messaging.kept import Kept
from cruddur.messaging.service import Messaging
from cruddur.model import MessageGroup
from cruddur.table import keys

TRUSTED_SECONDS = 5.0
"""Whoever was removed is out at once, since that outdates the group. If even that failed, because
the process that removed them could not reach the cache, they are out after this long."""

Find = Callable[[Messaging, str], Awaitable[MessageGroup | None]]

_kept = Kept(MessageGroup)


async def recalled_group(
    messaging: Messaging, message_group_uuid: str, find: Find
) -> MessageGroup | None:
    """As `find` has it, or had it a moment ago."""
    name = keys.group_name(message_group_uuid)
    recalled = await messaging.cache.recall(name)
    known = _kept.decode(recalled.value)
    if known is not None:
        return known
    group = await find(messaging, message_group_uuid)
    if group is not None and group.kind == "group" and recalled.ticket is not None:
        value = _kept.encode(group)
        await messaging.cache.keep(
            name, recalled.ticket, value, certain=True, seconds=TRUSTED_SECONDS
        )
    return group
