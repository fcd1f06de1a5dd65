"""Append a message to its conversation, exactly once and under the next number.

A process writes one message at a time to a conversation: of two at once, both would take the same number
and one would have to be written twice. Messages that arrive meanwhile wait. Where a transaction costs no
more than its writes, all waiting messages are stored together.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec

from cruddur.domain.clocks import not_before
from cruddur.domain.errors import (
    Busy,
    ConditionFailed,
    Conflict,
    OutcomeUnknown,
    TableUnavailable,
    declare_code,
)
from cruddur.domain.model import Message
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.find_stored import find_stored, read_on
from cruddur.messaging.messages.insert_messages import insert_messages
from cruddur.messaging.messages.replying import answers_nothing, require_answered
from cruddur.messaging.tails import Tail, Waiting
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

_UUID_TAKEN = declare_code(
    "message_uuid_taken", "Another message has this message_uuid; send yours with a new one."
)

_EXPIRED = declare_code(
    "message_expired", "The message was stored, and was too old to be kept since."
)

PATIENCE_SECONDS = 4.0
"""How long a message tries to get a number before other processes do. Then the sender gets Busy."""

TOGETHER = 50
"""The most messages in one transaction. The table allows 100 writes."""

_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 1.0

_log = Log()


async def append_message(messaging: MessagingContext, draft: Message, after: int | None) -> Message:
    """Stores the draft and returns it, or returns the message that an earlier try has stored.

    `after` may be any number: a wrong one costs a read or two. Raises Conflict for the uuid of another
    user's message, Invalid for an answer to no message, Busy, TableUnavailable.
    """
    after = None if after is None else max(after, 0)
    tail = messaging.tails.of(draft.message_group_uuid)
    if tail.is_busy:
        waiting = Waiting(draft, after, asyncio.get_running_loop().create_future())
        tail.waiting.append(waiting)
        return await waiting.answer
    tail.is_busy = True
    try:
        return await _append(messaging, tail, draft, after)
    finally:
        _pass_on(messaging, tail)


@asynccontextmanager
async def appends_held_back(messaging: MessagingContext, group_uuid: str) -> AsyncIterator[Tail]:
    """Makes messages of this process to the conversation wait until the context ends.

    Yields the conversation's tail, which the caller alone may change until then.
    """
    tail = messaging.tails.of(group_uuid)
    await _take_turn(messaging, tail)
    try:
        yield tail
    finally:
        _pass_on(messaging, tail)


async def _take_turn(messaging: MessagingContext, tail: Tail) -> None:
    if not tail.is_busy:
        tail.is_busy = True
        return
    turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    tail.visitors.append(turn)
    try:
        await turn
    except asyncio.CancelledError:
        if turn.done() and not turn.cancelled():
            _pass_on(messaging, tail)  # the turn was given to this task, which was cancelled
        raise


def _pass_on(messaging: MessagingContext, tail: Tail) -> None:
    """Gives the turn to the next task that waits for this conversation."""
    if tail.pass_to_a_visitor():
        return
    if tail.waiting:
        tail.work = asyncio.create_task(_append_those_that_wait(messaging, tail))
    else:
        tail.is_busy = False


async def _append_those_that_wait(messaging: MessagingContext, tail: Tail) -> None:
    most = 1 if messaging.table.transactions_cost_more else TOGETHER
    try:
        while tail.waiting and not tail.visitors:
            waiting = tail.take(most)
            if len(waiting) < 2 or not await _append_together(messaging, tail, waiting):  # noqa: PLR2004
                for one in waiting:
                    await _append_one(messaging, tail, one)
    except BaseException:
        for one in tail.take(len(tail.waiting)):
            one.answer.cancel()  # this task was cancelled, with the event loop
        raise
    finally:
        _pass_on(messaging, tail)


async def _append_one(messaging: MessagingContext, tail: Tail, waiting: Waiting) -> None:
    try:
        message = await _append(messaging, tail, waiting.draft, waiting.after)
    except Exception as failure:  # noqa: BLE001  every exception is passed to the sender
        waiting.fail(failure)
    else:
        waiting.succeed(message)


async def _append_together(
    messaging: MessagingContext, tail: Tail, waiting: Sequence[Waiting]
) -> bool:
    """Stores all messages, or none of them if anything is unusual. Each is then tried alone."""
    if not await _are_surely_new(messaging, tail, waiting):
        return False
    messages: list[Message] = []
    seq, at = tail.last_seq, tail.last_created_at
    for one in waiting:
        messages.append(following(seq, at, one.draft))
        seq, at = messages[-1].seq, messages[-1].created_at
    try:
        await insert_messages(messaging, messages)
    except Exception:  # noqa: BLE001  one message that cannot be stored must not fail the others
        tail.doubt()
        return False
    for one, message in zip(waiting, messages, strict=True):
        _remember(tail, message)
        one.succeed(message)
    return True


async def _are_surely_new(
    messaging: MessagingContext, tail: Tail, waiting: Sequence[Waiting]
) -> bool:
    uuids = {one.draft.message_uuid for one in waiting}
    if len(uuids) < len(waiting) or not all(_is_unknown(tail, one) for one in waiting):
        return False
    if any(answers_nothing(tail, one.draft) for one in waiting):
        return False  # perhaps another process has written what it answers
    if not tail.is_behind(max(one.after or 0 for one in waiting)):
        return True
    try:
        await read_on(messaging, tail, waiting[0].draft.message_group_uuid, None)
    except TableUnavailable:
        return False
    return all(_is_unknown(tail, one) for one in waiting)


def _is_unknown(tail: Tail, waiting: Waiting) -> bool:
    return tail.reaches(waiting.after) and tail.seq_of(waiting.draft.message_uuid) is None


async def _append(
    messaging: MessagingContext, tail: Tail, draft: Message, after: int | None
) -> Message:
    lost_answers = 0
    pauses = _Pauses()
    while not pauses.are_over:
        pauses.begin_try()
        stored_seq = await find_stored(messaging, tail, draft, after)
        if stored_seq is not None:
            return await _stored(messaging, draft, stored_seq)
        after = tail.last_seq  # no message up to here is this one
        require_answered(tail, draft)
        message = following(tail.last_seq, tail.last_created_at, draft)
        try:
            await insert_messages(messaging, [message])
        except ConditionFailed:
            tail.doubt()
            await pauses.pause()
        except (TableUnavailable, asyncio.CancelledError) as failure:
            tail.doubt()  # the message may have been written
            lost_answers += 1
            # The message is searched once. If it is not found, the number is free, and only one put
            # gets it.
            if lost_answers > 1 or not isinstance(failure, OutcomeUnknown):
                raise
        else:
            _remember(tail, message)
            return message
    raise Busy("This conversation is very busy. Please send the message again.")


class _Pauses:
    """The pauses between tries to get a number that processes contend for.

    They grow from the time that a try takes here: after shorter ones all would meet again.
    """

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._ends = self._clock() + PATIENCE_SECONDS
        self._began = 0.0
        self._backoff = Backoff(_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS, jitter=FULL_JITTER)

    @property
    def are_over(self) -> bool:
        return self._clock() >= self._ends

    def begin_try(self) -> None:
        self._began = self._clock()

    async def pause(self) -> None:
        await self._backoff.pause(at_least=self._clock() - self._began)


def following(last_seq: int, last_created_at: str, draft: Message) -> Message:
    """Returns the draft as the message that follows the one of this number and time."""
    # If the clock went back, a message must still not be dated before the one it follows.
    created_at = not_before(last_created_at, draft.created_at)
    return msgspec.structs.replace(draft, seq=last_seq + 1, created_at=created_at)


def _remember(tail: Tail, message: Message) -> None:
    if message.created_at < tail.last_created_at:
        _log.warning(
            "a message does not follow the time of the one before it: one of two clocks is wrong",
            message_group_uuid=message.message_group_uuid,
            seq=message.seq,
            created_at=message.created_at,
            created_at_before=tail.last_created_at,
        )
    tail.append(message)


def message_expired() -> Conflict:
    """The error for a try of a message that was stored, and was too old to be kept since."""
    text = "This message was sent long ago. It was too old to be kept."
    return Conflict(_EXPIRED, text)


async def _stored(messaging: MessagingContext, draft: Message, seq: int) -> Message:
    key = keys.message_key(draft.message_group_uuid, seq)
    item = await messaging.table.get(key, consistent=True)
    if item is None:
        raise message_expired()
    stored = one_from(items.message_from, item)
    # An unreadable message is shown as deleted. With a new uuid the client can send its text again.
    if stored is None or stored.user_uuid != draft.user_uuid:
        raise Conflict(
            _UUID_TAKEN,
            "Another message has the identity of this one. Please send it again.",
            field="message_uuid",
        )
    return stored
