"""Groups through the cache, for the question who the members are."""

from cruddur.domain.model import MessageGroup, is_direct_group_uuid
from cruddur.messaging.access import recent_group
from cruddur.messaging.context import MessagingContext
from cruddur.ports.cache import Cache
from cruddur.ports.cache_codec import CacheCodec
from cruddur.schema import keys

TRUSTED_SECONDS = 5.0
"""The longest that the cache serves a group. Removing a member invalidates it at once. If the process
that removed the member cannot reach the cache, other processes notice after this time."""

_codec = CacheCodec(MessageGroup)


class CachedGroup:
    """Wraps `recent_group`."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def find(
        self, messaging: MessagingContext, message_group_uuid: str
    ) -> MessageGroup | None:
        """Returns the group from the cache, or from the table, and caches it then."""
        if is_direct_group_uuid(message_group_uuid):
            # Its members never change, and the process remembers them.
            return await recent_group.plain(messaging, message_group_uuid)
        name = keys.group_name(message_group_uuid)
        cached = await self._cache.get(name)
        known = _codec.decode(name, cached.value)
        if known is not None:
            return known
        group = await recent_group.plain(messaging, message_group_uuid)
        if group is not None and group.kind == "group" and cached.lease is not None:
            value = _codec.encode(group)
            await self._cache.put(
                name, cached.lease, value, consistent=True, seconds=TRUSTED_SECONDS
            )
        return group
