"""A conversation's newest messages, from the cache if it knows them. One page for all its members."""

from msgspec import Struct

from cruddur.messaging.cache_port import Recalled
from cruddur.messaging.kept import Kept
from cruddur.messaging.ports import Query, Range
from cruddur.messaging.service import Messaging
from cruddur.model import Message
from cruddur.table import items, keys

CACHED_MAX = 50
"""The messages that a page shows at first. Who asks for more asks the table."""

_GROWN_MAX = 20


class Newest(Struct, frozen=True, array_like=True):
    """Messages, oldest first. `is_whole` says that the conversation has no others."""

    messages: list[Message]
    is_whole: bool

    def reaches(self, limit: int) -> bool:
        return self.is_whole or len(self.messages) >= limit


_kept = Kept(Newest)


async def newest_messages(messaging: Messaging, group_uuid: str, limit: int) -> Newest:
    """At least `limit` of them if there are so many, never fewer than this process has shown."""
    name = keys.newest_messages_name(group_uuid)
    recalled = await messaging.cache.recall(name)
    known = _kept.decode(recalled.value)
    if known and known.reaches(limit) and not _is_behind(messaging, group_uuid, known):
        return known
    newest, is_certain = await _read(messaging, group_uuid, limit, recalled)
    if recalled.ticket is not None:
        await messaging.cache.keep(name, recalled.ticket, _kept.encode(newest), certain=is_certain)
    return newest


async def _read(
    messaging: Messaging, group_uuid: str, limit: int, recalled: Recalled
) -> tuple[Newest, bool]:
    outgrown = _kept.decode(recalled.outgrown)
    if outgrown is not None:
        grown = await _grow(messaging, group_uuid, outgrown)
        if grown and grown.reaches(limit) and not _is_behind(messaging, group_uuid, grown):
            return grown, True
    newest = await _query(messaging, group_uuid, limit, consistent=recalled.strongly)
    if recalled.strongly or not _is_behind(messaging, group_uuid, newest):
        return newest, recalled.strongly
    return await _query(messaging, group_uuid, limit, consistent=True), True


async def _grow(messaging: Messaging, group_uuid: str, known: Newest) -> Newest | None:
    """What was known and what came since: a strong read of few messages, at the price of one unit."""
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
    messages = [*known.messages, *map(items.message_from, page.items)]
    return Newest(messages[-CACHED_MAX:], known.is_whole and len(messages) <= CACHED_MAX)


async def _query(messaging: Messaging, group_uuid: str, limit: int, *, consistent: bool) -> Newest:
    page = await messaging.table.query(
        Query(
            partition=keys.messages_pk(group_uuid),
            range=Range(at_least=keys.FIRST_SEQ_SK, at_most=keys.LAST_SEQ_SK),
            descending=True,
            limit=limit,
            consistent=consistent,
        )
    )
    messages = [items.message_from(item) for item in reversed(page.items)]
    return Newest(messages, not messages or messages[0].seq == 1)


def _is_behind(messaging: Messaging, group_uuid: str, newest: Newest) -> bool:
    last_seq = newest.messages[-1].seq if newest.messages else 0
    return last_seq < messaging.tails.last_seq(group_uuid) or messaging.seen.has_newer_messages(
        group_uuid, newest.messages
    )
