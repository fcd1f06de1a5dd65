"""Find out whether an earlier try has stored a message, and where its conversation ends.

Both are answered by the tail that this process remembers, wherever it is surely complete. Otherwise the
table is read: back from the end if too little is remembered, or on from what is remembered.
"""

from cruddur.domain.model import Message, MessageRef
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.tails import REMEMBERED_MESSAGES, Tail
from cruddur.ports.paging import pages
from cruddur.ports.table import Query, Range
from cruddur.schema import keys
from cruddur.schema.readable import message_ref_from

TAIL_PAGE = 12
"""The number of messages that fill an empty tail. At 1 KB each they cost 1.5 read units."""

_FOLLOWING_MAX = REMEMBERED_MESSAGES - 1
"""The most messages that are read on: as many as a tail remembers beside the last one."""

_FEW = 4
"""The messages that one read unit surely holds. If more are missing, reading skips to `after`."""

SEARCHED_PAGES = 3
"""The most pages that are read back for a retry whose first try is long ago. Otherwise a client could
make each of its sends read a conversation of years."""

_FURTHER_PAGE = 1000
"""The messages in such a page: an engine's largest."""


async def find_stored(
    messaging: MessagingContext, tail: Tail, draft: Message, after: int | None
) -> int | None:
    """Returns the number under which the draft is stored, or None if it is not.

    Then the tail ends where the conversation ends, as far as can be known without trying. If thousands
    of messages follow `after`, only the first and the last of them are searched: a try was stored soon
    after it was begun, or soon before the next one. Raises TableUnavailable.
    """
    group_uuid = draft.message_group_uuid
    if not tail.reaches(after):
        await _read_tail(messaging, tail, group_uuid, after)
    stored_seq = tail.seq_of(draft.message_uuid)
    if stored_seq is None and after is not None and not tail.reaches(after):
        stored_seq = await _search_from(messaging, draft, after)
    # The sender has seen the message that this one answers, so the conversation reaches it.
    seen = max(after or 0, draft.reply_to_seq or 0)
    if stored_seq is not None or not tail.is_behind(seen):
        return stored_seq
    await read_on(messaging, tail, group_uuid, seen)
    return tail.seq_of(draft.message_uuid)


async def find_end(messaging: MessagingContext, tail: Tail, group_uuid: str) -> None:
    """Brings the tail to where the conversation ends, as far as can be known without trying."""
    if not tail.known:
        await _read_tail(messaging, tail, group_uuid, None)
    if tail.is_behind(None):
        await read_on(messaging, tail, group_uuid, None)


async def read_on(
    messaging: MessagingContext, tail: Tail, group_uuid: str, after: int | None
) -> None:
    """Reads the messages that follow the last remembered one, mostly for one read unit."""
    if (after or 0) > tail.last_seq + _FEW and await _skip_to(messaging, tail, group_uuid, after):
        return
    following, is_whole = await _read_from(messaging, group_uuid, tail.last_seq + 1)
    if is_whole:
        tail.extend(following)
    else:
        # Others wrote so much that reading back from the end costs less.
        newest_first, _ = await _read_back(messaging, group_uuid, after, consistent=True)
        tail.fill(newest_first)
        tail.extend(())


async def _skip_to(
    messaging: MessagingContext, tail: Tail, group_uuid: str, after: int | None
) -> bool:
    """Reads on from the message that the client knew last, if it is there and few follow."""
    following, is_whole = await _read_from(messaging, group_uuid, after or 0)
    if not is_whole or not following:
        return False
    tail.fill(following[::-1])
    tail.extend(())
    return True


async def _read_from(
    messaging: MessagingContext, group_uuid: str, first_seq: int
) -> tuple[list[MessageRef], bool]:
    """Reads a page of messages, and says whether it goes to the end."""
    page = await messaging.table.query(
        Query(
            partition=keys.messages_pk(group_uuid),
            range=Range(at_least=keys.seq_sk(first_seq), at_most=keys.LAST_SEQ_SK),
            limit=_FOLLOWING_MAX,
            consistent=True,
        )
    )
    return message_ref_from(page.items), page.next is None


async def _read_tail(
    messaging: MessagingContext, tail: Tail, group_uuid: str, after: int | None
) -> None:
    strongly = tail.is_doubted
    newest_first, is_all = await _read_back(messaging, group_uuid, after, consistent=strongly)
    if not strongly and _lacks_some(newest_first, after if is_all else None):
        # The pages came from replicas with different lags, and may lack the first try of a retry.
        newest_first, _ = await _read_back(messaging, group_uuid, after, consistent=True)
    tail.fill(newest_first)


async def _read_back(
    messaging: MessagingContext, group_uuid: str, after: int | None, *, consistent: bool
) -> tuple[list[MessageRef], bool]:
    """Reads back to `after`, and returns also whether that was near enough to get there."""
    newest_first: list[MessageRef] = []
    query = _newest(group_uuid, consistent=consistent)
    left = 1 + SEARCHED_PAGES
    async for page in pages(messaging.table, query, further=_FURTHER_PAGE):
        newest_first += message_ref_from(page.items)
        left -= 1
        if newest_first and (after is None or newest_first[-1].seq <= after + 1):
            return newest_first, True
        if not left:
            return newest_first, page.next is None
    return newest_first, True


async def _search_from(messaging: MessagingContext, draft: Message, after: int) -> int | None:
    page = await messaging.table.query(
        Query(
            partition=keys.messages_pk(draft.message_group_uuid),
            range=Range(at_least=keys.seq_sk(max(after, 0) + 1), at_most=keys.LAST_SEQ_SK),
            limit=_FURTHER_PAGE,
        )
    )
    found = message_ref_from(page.items)
    return next((one.seq for one in found if one.message_uuid == draft.message_uuid), None)


def _lacks_some(newest_first: list[MessageRef], after: int | None) -> bool:
    seqs = [message.seq for message in newest_first]
    if not seqs:
        return False
    has_gap = seqs != list(range(seqs[0], seqs[-1] - 1, -1))
    return has_gap or (after is not None and seqs[-1] > after + 1)


def _newest(group_uuid: str, *, consistent: bool) -> Query:
    return Query(
        partition=keys.messages_pk(group_uuid),
        range=Range(at_least=keys.FIRST_SEQ_SK, at_most=keys.LAST_SEQ_SK),
        descending=True,
        limit=TAIL_PAGE,
        consistent=consistent,
    )
