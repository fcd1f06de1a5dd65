"""A conversation's newest messages through the cache, which stores one page for all members."""

from functools import partial

from msgspec import Struct

from cruddur.domain.member import Member
from cruddur.domain.model import Message, MessageGroup
from cruddur.messaging.cached.monotonic_reads import MonotonicReads
from cruddur.messaging.cached.shared_reads import SharedReads
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.list_messages import MessagePage, Place, page_until, read_messages
from cruddur.messaging.messages.read_newest import read_newest
from cruddur.ports.cache import Cache, CacheAnswer
from cruddur.ports.cache_codec import CacheCodec
from cruddur.ports.table import Query, Range
from cruddur.schema import keys
from cruddur.schema.readable import messages_from

CACHED_MAX = 50
"""The number of messages that are cached: those that a page shows first.

More are read from the table.
"""

_GROWN_MAX = 20
_NEWEST = Place()


class Newest(Struct, frozen=True, array_like=True):
    """Messages, oldest first. `is_whole` says that the conversation has no others."""

    messages: list[Message]
    is_whole: bool

    def reaches(self, limit: int) -> bool:
        """Whether it has `limit` messages, or all that there are."""
        return self.is_whole or len(self.messages) >= limit


_codec = CacheCodec(Newest)


class CachedMessages:
    """Wraps `read_messages`. Only the newest messages come from the cache."""

    def __init__(self, cache: Cache, shown: MonotonicReads) -> None:
        self._cache = cache
        self._shown = shown
        self._reads: SharedReads[Newest] = SharedReads()

    async def read(
        self,
        messaging: MessagingContext,
        group: MessageGroup,
        member: Member,
        place: Place,
        limit: int,
    ) -> MessagePage:
        """Returns the messages at this place that the member may see."""
        # All members share the cached page. With hidden messages in it, it would be too short for some.
        if place == _NEWEST and limit <= CACHED_MAX and not member.hidden:
            newest = await self._newest(messaging, group.message_group_uuid, limit)
            # The messages before this member joined are removed here.
            first = member.first_seq
            seen = [one for one in newest.messages[-limit:] if one.seq >= first]
            page = page_until(seen, member)
        else:
            page = await read_messages.plain(messaging, group, member, place, limit)
        self._shown.record_messages(group.message_group_uuid, page.messages)
        return page

    async def _newest(self, messaging: MessagingContext, group_uuid: str, limit: int) -> Newest:
        """Returns at least `limit` messages if there are as many, none older than were shown."""
        name = keys.newest_messages_name(group_uuid)
        cached = await self._cache.get(name)
        known = _codec.decode(name, cached.value)
        if known and known.reaches(limit) and not self._is_behind(messaging, group_uuid, known):
            return known
        fill = partial(self._fill, messaging, group_uuid, limit, cached)
        newest, is_shared = await self._reads.read(name, cached, limit, fill)
        if is_shared and self._is_behind(messaging, group_uuid, newest):
            return await _query(messaging, group_uuid, limit, consistent=True)
        return newest

    async def _fill(
        self, messaging: MessagingContext, group_uuid: str, limit: int, cached: CacheAnswer
    ) -> Newest:
        """Reads the table and caches the answer."""
        newest, is_consistent = await self._read(messaging, group_uuid, limit, cached)
        if cached.lease is not None:
            name, value = keys.newest_messages_name(group_uuid), _codec.encode(newest)
            await self._cache.put(name, cached.lease, value, consistent=is_consistent)
        return newest

    async def _read(
        self, messaging: MessagingContext, group_uuid: str, limit: int, cached: CacheAnswer
    ) -> tuple[Newest, bool]:
        """Returns what the table has, and whether it was read consistently."""
        outgrown = _codec.decode(keys.newest_messages_name(group_uuid), cached.outgrown)
        if outgrown is not None:
            grown = await _grow(messaging, group_uuid, outgrown)
            if grown and grown.reaches(limit) and not self._is_behind(messaging, group_uuid, grown):
                return grown, True
        newest = await _query(messaging, group_uuid, limit, consistent=cached.strongly)
        if cached.strongly or not self._is_behind(messaging, group_uuid, newest):
            return newest, cached.strongly
        return await _query(messaging, group_uuid, limit, consistent=True), True

    def _is_behind(self, messaging: MessagingContext, group_uuid: str, newest: Newest) -> bool:
        last_seq = newest.messages[-1].seq if newest.messages else 0
        return last_seq < messaging.tails.last_seq(group_uuid) or self._shown.has_newer_messages(
            group_uuid, newest.messages
        )


async def _grow(messaging: MessagingContext, group_uuid: str, known: Newest) -> Newest | None:
    """Returns the known messages and those that follow, by a consistent read for one unit."""
    last_seq = known.messages[-1].seq if known.messages else 0
    page = await messaging.table.query(
        Query(
            partition=keys.messages_pk(group_uuid),
            range=Range(at_least=keys.seq_sk(last_seq + 1), at_most=keys.LAST_SEQ_SK),
            limit=_GROWN_MAX,
            consistent=True,
        )
    )
    if page.next is not None:
        return None
    messages = [*known.messages, *messages_from(page.items)]
    return Newest(messages[-CACHED_MAX:], known.is_whole and len(messages) <= CACHED_MAX)


async def _query(
    messaging: MessagingContext, group_uuid: str, limit: int, *, consistent: bool
) -> Newest:
    messages = await read_newest(messaging, group_uuid, limit, consistent=consistent)
    # The first numbers are missing where messages were too old to be kept.
    return Newest(messages, len(messages) < limit or messages[0].seq == 1)
