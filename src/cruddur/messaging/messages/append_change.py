"""Append a change of a message to its conversation's log, exactly once and under the next number, and
apply it to the message.

The log is the truth, and the message's state is its fold. No change gets a number before the one before
it was applied. So only the last change of a log can be unapplied, after a crash between the two writes:
the next change heals it, or the projector. And a message whose `change_seq` is n has all its changes up
to n.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import structlog

from cruddur.domain.errors import Busy, ConditionFailed, OutcomeUnknown, TableUnavailable
from cruddur.domain.message_changes import MessageChange, changed_message
from cruddur.domain.model import Message
from cruddur.messaging.change_tails import ChangeTail, find_change
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.apply_change import apply_change, change_update, is_written
from cruddur.messaging.messages.erase_edits import erase_edits
from cruddur.messaging.messages.read_changes import read_changes, read_newest_changes
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

PATIENCE_SECONDS = 4.0
"""How long a change tries to get a number before other processes do. Then the user gets Busy."""

_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 1.0

_FIRST_PAGE = 4
"""The changes that fill an empty tail: a read unit if each is 1 KB, half of one from a replica."""

_FURTHER_PAGE = 50
_SEARCHED_PAGE = 200

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """What a user wants to change in a message.

    `draft` returns the change of the message as it is now (None if there is no such message), or None
    if there is nothing to do. It raises an ApiError if the user may not. The numbers of the draft are
    set when it is stored. `change_uuid` is the client's own, and `after` the last change number that the
    client knew at its first try.
    """

    message_group_uuid: str
    user_uuid: str
    seq: int
    draft: Callable[[Message | None], MessageChange | None]
    change_uuid: str | None = None
    after: int | None = None


async def append_change(messaging: MessagingContext, request: ChangeRequest) -> Message:
    """Stores and applies the change, and returns the message after it.

    If there is nothing to do, or an earlier try has stored the change, it returns the message as it is.
    Raises what its draft raises, Busy, TableUnavailable. After the last two the change may be stored or
    not, and the same request is safe to repeat.
    """
    tail = messaging.change_tails.of(request.message_group_uuid)
    async with tail.turn:
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
    stored = await _find_stored(messaging, tail, request)
    await _apply_last(messaging, tail)
    message = await _read_message(messaging, request)
    if stored is not None and message is not None:
        return message
    draft = request.draft(message)
    if draft is None or message is None:
        return message
    change = msgspec.structs.replace(
        draft,
        change_seq=tail.last_seq + 1,
        previous=message.change_seq,
        before=_text_before(message, draft),
    )
    try:
        await _store(messaging, tail, message, change)
    except ConditionFailed:
        tail.doubt()
        return None
    return changed_message(message, [change])


def _text_before(message: Message, draft: MessageChange) -> str | None:
    # Later edits find it in the log. A deletion keeps no text.
    is_first_edit = draft.kind == "edited" and message.change_seq == 0
    return message.message if is_first_edit else None


async def _find_stored(
    messaging: MessagingContext, tail: ChangeTail, request: ChangeRequest
) -> MessageChange | None:
    """Brings the tail up to date, and returns the change that an earlier try has stored, or None."""
    group_uuid = request.message_group_uuid
    if not tail.is_known:
        # A lagging replica may answer: its mistake makes the put fail, and then the log is read on.
        found = await read_newest_changes(messaging, group_uuid, _FIRST_PAGE, consistent=False)
        tail.start(found.last_seq, found.changes)
    while tail.is_behind:
        found = await read_changes(messaging, group_uuid, tail.last_seq + 1, _FURTHER_PAGE)
        tail.extend(found.last_seq, found.changes)
        tail.is_doubted = found.has_more
    if request.change_uuid is None:
        return None
    stored = tail.find(request.user_uuid, request.change_uuid)
    if stored is not None or request.after is None or tail.reaches(request.after):
        return stored
    # A try was stored soon after it was begun.
    searched = await read_changes(messaging, group_uuid, request.after + 1, _SEARCHED_PAGE)
    return find_change(searched.changes, request.user_uuid, request.change_uuid)


async def _apply_last(messaging: MessagingContext, tail: ChangeTail) -> None:
    """Applies the last change of the log, if that is not known to have been done."""
    if tail.is_applied:
        return
    if tail.last is not None:
        try:
            await apply_change(messaging, tail.last)
        except items.UNREADABLE as error:
            # Another program wrote this message. It must not stop the changes of all others.
            group_uuid, number = tail.last.message_group_uuid, tail.last_seq
            _log.warning("a change cannot be applied", key=(group_uuid, number), error=repr(error))
    tail.is_applied = True


async def _read_message(messaging: MessagingContext, request: ChangeRequest) -> Message | None:
    key = keys.message_key(request.message_group_uuid, request.seq)
    return one_from(items.message_from, await messaging.table.get(key, consistent=True))


async def _store(
    messaging: MessagingContext, tail: ChangeTail, message: Message, change: MessageChange
) -> None:
    is_applied = not messaging.table.transactions_cost_more
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
    tail.append(change)
    if is_applied or await is_written(messaging, message, change):
        await erase_edits(messaging, change)
    else:
        await apply_change(messaging, change)  # the projector was faster
    tail.is_applied = True


async def _write(messaging: MessagingContext, message: Message, change: MessageChange) -> None:
    """Stores the change. Where a transaction costs no more, its message is changed with it."""
    # This condition alone makes "exactly once, without a gap" true, as it does for messages.
    put = Put(items.change_item(change), IF_NEW)
    if messaging.table.transactions_cost_more:
        await messaging.table.put(put)
    else:
        await messaging.table.transact([put, change_update(message, change)])
