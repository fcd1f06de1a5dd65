"""Append a message to its conversation: exactly once, under the next number.

One write of this process at a time goes on in a conversation: two would take the same number, and
one of them would pay twice. Who comes meanwhile waits, and where a transaction costs no more than
its writes, all who wait are stored together.
"""

import asyncio
import random
from collections.abc import Sequence

import msgspec

from cruddur.errors import Busy, ConditionFailed, FateUnknown, TableUnavailable
from cruddur.messaging.ports import Item, Missing, Put, Query, Range
from cruddur.messaging.service import Messaging
from cruddur.messaging.tails import Tail, Waiting
from cruddur.model import Message, Numbered
from cruddur.table import items, keys

ATTEMPTS = 8
"""Tries to win a number against other processes before the sender is asked to come back."""

TOGETHER = 50
"""Messages in one transaction at most; the table takes 100 writes."""

TAIL_PAGE = 12
"""How many messages a cold start reads back: if each has 1 KB, that is 1.5 read units."""

_FURTHER_PAGE = 1000
"""Whose first try is long ago has more to be read: then in steps as large as an engine gives."""

_PAUSE_SECONDS = 0.01


async def append_message(messaging: Messaging, draft: Message, after: int | None) -> Message:
    """The draft as it is stored, now or by an earlier try. Raises Busy, TableUnavailable."""
    tail = messaging.tails.of(draft.message_group_uuid)
    if tail.is_busy:
        waiting = Waiting(draft, after, asyncio.get_running_loop().create_future())
        tail.waiting.append(waiting)
        return await waiting.answer
    tail.is_busy = True
    try:
        return await _store(messaging, tail, draft, after)
    finally:
        if tail.waiting:
            tail.work = asyncio.create_task(_store_who_wait(messaging, tail))
        else:
            tail.is_busy = False


async def _store_who_wait(messaging: Messaging, tail: Tail) -> None:
    most = 1 if messaging.table.transactions_cost_more else TOGETHER
    try:
        while tail.waiting:
            waiting = tail.take(most)
            if len(waiting) < 2 or not await _store_together(messaging, tail, waiting):  # noqa: PLR2004
                for one in waiting:
                    await _store_for(messaging, tail, one)
    finally:
        tail.is_busy = False
        for one in tail.take(len(tail.waiting)):
            one.answer.cancel()  # only where this task was ended, with the event loop


async def _store_for(messaging: Messaging, tail: Tail, waiting: Waiting) -> None:
    try:
        message = await _store(messaging, tail, waiting.draft, waiting.after)
    except Exception as failure:  # noqa: BLE001  whatever it is, it is its sender's to hear
        waiting.fail(failure)
    else:
        waiting.succeed(message)


async def _store_together(messaging: Messaging, tail: Tail, waiting: Sequence[Waiting]) -> bool:
    """All of them; or none, when something is not as usual, and then each has to be tried alone."""
    uuids = {one.draft.message_uuid for one in waiting}
    if len(uuids) < len(waiting) or not all(_is_surely_new(tail, one) for one in waiting):
        return False
    messages: list[Message] = []
    seq, at = tail.last_seq, tail.last_created_at
    for one in waiting:
        messages.append(_following(seq, at, one.draft))
        seq, at = messages[-1].seq, messages[-1].created_at
    try:
        await messaging.table.transact([_first_put(message) for message in messages])
    except Exception:  # noqa: BLE001  one that cannot be stored must not be the others' failure
        tail.forget()
        return False
    for one, message in zip(waiting, messages, strict=True):
        tail.append(message)
        one.succeed(message)
    return True


def _is_surely_new(tail: Tail, waiting: Waiting) -> bool:
    return tail.reaches(waiting.after) and tail.seq_of(waiting.draft.message_uuid) is None


async def _store(messaging: Messaging, tail: Tail, draft: Message, after: int | None) -> Message:
    lost_answers = 0
    for attempt in range(ATTEMPTS):
        if not tail.reaches(after):
            await _read_tail(messaging, tail, draft.message_group_uuid, after)
        stored_seq = tail.seq_of(draft.message_uuid)
        if stored_seq is not None:
            return await _stored(messaging, draft.message_group_uuid, stored_seq)
        message = _following(tail.last_seq, tail.last_created_at, draft)
        try:
            await messaging.table.put(_first_put(message))
        except ConditionFailed:
            tail.forget()
            await asyncio.sleep(random.uniform(0, _PAUSE_SECONDS * 2**attempt))  # noqa: S311  jitter
        except (TableUnavailable, asyncio.CancelledError) as failure:
            tail.forget()  # it may have been written: what is remembered is no longer sure
            lost_answers += 1
            # Look for it once. If it is not there, the number is free, and only one put gets it.
            if lost_answers > 1 or not isinstance(failure, FateUnknown):
                raise
        else:
            tail.append(message)
            return message
    raise Busy("This conversation is very busy. Please send the message again.")


def _following(last_seq: int, last_created_at: str, draft: Message) -> Message:
    # A clock that went back must not put a message before the one it follows.
    created_at = max(draft.created_at, last_created_at)
    return msgspec.structs.replace(draft, seq=last_seq + 1, created_at=created_at)


def _first_put(message: Message) -> Put:
    # The condition is the whole of "exactly once, without a gap": of all processes that believe
    # this number to be the next, one gets it, and the others read again.
    return Put(items.message_item(message), [Missing("pk")])


async def _read_tail(messaging: Messaging, tail: Tail, group_uuid: str, after: int | None) -> None:
    newest_first = await _read_back(messaging, group_uuid, after, consistent=tail.is_doubted)
    if not tail.is_doubted and _lacks_some(newest_first, after):
        # Pages of replicas that lag unequally: a retry's first try might be among what they lack.
        newest_first = await _read_back(messaging, group_uuid, after, consistent=True)
    tail.fill(newest_first)


async def _read_back(
    messaging: Messaging, group_uuid: str, after: int | None, *, consistent: bool
) -> list[Numbered]:
    newest_first: list[Numbered] = []
    start: Item | None = None
    while True:
        page = await messaging.table.query(_newest(group_uuid, start, consistent=consistent))
        newest_first += map(items.numbered_from, page.items)
        start = page.next
        if start is None or after is None or newest_first[-1].seq <= after + 1:
            return newest_first


def _lacks_some(newest_first: list[Numbered], after: int | None) -> bool:
    seqs = [message.seq for message in newest_first]
    if not seqs:
        return False
    has_gap = seqs != list(range(seqs[0], seqs[-1] - 1, -1))
    return has_gap or (after is not None and seqs[-1] > after + 1)


def _newest(group_uuid: str, start: Item | None, *, consistent: bool) -> Query:
    return Query(
        partition=keys.messages_pk(group_uuid),
        range=Range(at_least=keys.FIRST_SEQ_SK, at_most=keys.LAST_SEQ_SK),
        descending=True,
        limit=_FURTHER_PAGE if start else TAIL_PAGE,
        start=start,
        consistent=consistent,
    )


async def _stored(messaging: Messaging, group_uuid: str, seq: int) -> Message:
    item = await messaging.table.get(keys.message_key(group_uuid, seq), consistent=True)
    if item is None:
        raise TableUnavailable(f"message {seq} of {group_uuid} was there and is not")
    return items.message_from(item)
