"""Append a change of a message to its conversation's log, exactly once and under the next number, and
apply it to the message.

The log is the truth, and the message's state is its fold. No change gets a number before the one before
it was applied. So only the last change of a log can be unapplied, after a crash between the two writes:
the next change heals it, or the projector. And a message whose `change_seq` is n has all its changes up
to n.

A process changes the messages of a conversation one after the other: of two changes at once, both would
take the same number. Changes that arrive meanwhile wait, and where a transaction costs no more than its
writes, all that wait are stored together.
"""

import asyncio

from cruddur.domain.errors import (
    ApiError,
    Busy,
    ConditionFailed,
    OutcomeUnknown,
    TableUnavailable,
)
from cruddur.domain.group_events import require_text
from cruddur.domain.message_changes import MessageChange, changed_message, numbered
from cruddur.domain.model import Message
from cruddur.messaging.change_tails import ChangeRequest, ChangeTail, WaitingChange
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.apply_change import (
    apply_change,
    apply_last_change,
    is_written,
)
from cruddur.messaging.messages.erase_edits import erase_edits
from cruddur.messaging.messages.find_stored_change import find_stored_change
from cruddur.messaging.messages.follow_change import follow_change
from cruddur.messaging.messages.store_changes_together import store_changes_together
from cruddur.messaging.messages.transact_changes import transact_changes
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

PATIENCE_SECONDS = 4.0
"""How long a change tries to get a number before other processes do. Then the user gets Busy."""

_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 1.0


async def append_change(messaging: MessagingContext, request: ChangeRequest) -> Message:
    """Stores and applies the change, and returns the message after it.

    If there is nothing to do, or an earlier try has stored the change, it returns the message as it is.
    Raises what its draft raises, Busy, TableUnavailable. After the last two the change may be stored or
    not, and the same request is safe to repeat.
    """
    tail = messaging.change_tails.of(request.message_group_uuid)
    if tail.is_busy:
        stored = await follow_change(messaging, tail, request) or await _turn(tail, request)
        if stored is not None:
            return stored
    else:
        tail.begin()
    try:
        if tail.waiting and not messaging.table.transactions_cost_more:
            stored = await store_changes_together(messaging, tail, request)
            if stored is not None:
                return stored
        return await _append(messaging, tail, request)
    finally:
        tail.end()


async def _turn(tail: ChangeTail, request: ChangeRequest) -> Message | None:
    """Returns the message after the change, if another task has stored it. With None the caller has the
    turn.
    """
    if not tail.is_busy:
        tail.begin()
        return None
    waiting = WaitingChange(request, asyncio.get_running_loop().create_future())
    tail.waiting.append(waiting)
    try:
        return await waiting.answer
    except asyncio.CancelledError:
        if waiting.has_the_turn:
            tail.end()  # the turn was given to this task, which was cancelled
        raise


async def _append(messaging: MessagingContext, tail: ChangeTail, request: ChangeRequest) -> Message:
    backoff = Backoff(_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS, jitter=FULL_JITTER)
    clock = asyncio.get_running_loop().time
    ends = clock() + PATIENCE_SECONDS
    while clock() < ends:
        began = clock()
        message = await _try(messaging, tail, request)
        if message is not None:
            return message
        await backoff.pause(at_least=clock() - began)
    raise Busy("This conversation is very busy. Please try again.")


async def _try(
    messaging: MessagingContext, tail: ChangeTail, request: ChangeRequest
) -> Message | None:
    """Returns the message after the change, or None if another process has taken the number."""
    stored = await find_stored_change(messaging, tail, request)
    await apply_last_change(messaging, tail)
    message, draft = (None, None) if stored is not None else _remembered(messaging, request)
    if draft is None:
        message = await _read_message(messaging, request)
        if stored is not None and message is not None:
            return message
        if message is not None:
            require_text(message)
        draft = request.draft(message)
    if draft is None or message is None:
        return message
    change = numbered(draft, message, tail.last_seq + 1)
    changed = changed_message(message, [change])
    try:
        await _store(messaging, tail, (message, changed), change)
    except ConditionFailed:
        tail.doubt()
        messaging.change_tails.forget(request.message_group_uuid, request.seq)
        return None
    messaging.change_tails.remember(changed)
    return changed


def _remembered(
    messaging: MessagingContext, request: ChangeRequest
) -> tuple[Message | None, MessageChange | None]:
    """Returns the message as this process changed it last, and the change, if one commit will store all
    of it.

    The commit's conditions prove that the message is still so, and is hidden from nobody. Where nothing
    would be written, nothing would prove it: then it is read.
    """
    if messaging.table.transactions_cost_more:
        return None, None
    message = messaging.change_tails.changed(request.message_group_uuid, request.seq)
    try:
        return message, request.draft(message) if message else None
    except ApiError:
        return None, None


async def _read_message(messaging: MessagingContext, request: ChangeRequest) -> Message | None:
    key = keys.message_key(request.message_group_uuid, request.seq)
    return one_from(items.message_from, await messaging.table.get(key, consistent=True))


async def _store(
    messaging: MessagingContext,
    tail: ChangeTail,
    message: tuple[Message, Message],
    change: MessageChange,
) -> None:
    """Stores the change of a message, which is given as it is before and after it."""
    is_applied = not messaging.table.transactions_cost_more
    if is_applied:
        tail.send(change, message[1:])
    try:
        await _write(messaging, message, change)
    except OutcomeUnknown:
        tail.doubt()
        key = keys.change_key(change.message_group_uuid, change.change_seq)
        item = await messaging.table.get(key, consistent=True)
        if item is None or one_from(items.change_from, item) != change:
            raise ConditionFailed(f"{key} is free, or another change has it") from None
    except (TableUnavailable, asyncio.CancelledError):
        tail.doubt()  # the change may have been written
        raise
    tail.arrive(message[1:])
    tail.append(change)
    if is_applied or await is_written(messaging, *message):
        await erase_edits(messaging, change)
    else:
        await apply_change(messaging, change)  # the projector was faster
    tail.is_applied = True


async def _write(
    messaging: MessagingContext, message: tuple[Message, Message], change: MessageChange
) -> None:
    """Stores the change. Where a transaction costs no more, its message is changed with it."""
    if messaging.table.transactions_cost_more:
        # This condition alone makes "exactly once, without a gap" true, as it does for messages.
        await messaging.table.put(Put(items.change_item(change), IF_NEW))
    else:
        await transact_changes(messaging, [change], [message])
