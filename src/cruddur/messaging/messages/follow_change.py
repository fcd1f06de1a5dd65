"""Send a reaction to the table without waiting for the answer to the one before it.

The table executes them in order, and commits them together. The second one is stored only if the first
is, as it was sent: so the numbers have no gap, and each message is as it was thought to be.
"""

import asyncio

from cruddur.domain.errors import ApiError, ConditionFailed, TableUnavailable
from cruddur.domain.message_changes import MessageChange, changed_message, numbered
from cruddur.domain.model import Message
from cruddur.messaging.change_tails import ChangeRequest, ChangeTail
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.transact_changes import transact_changes


async def follow_change(
    messaging: MessagingContext, tail: ChangeTail, request: ChangeRequest
) -> Message | None:
    """Returns the message after the reaction. None if nothing is stored: then the change has to wait.

    Raises TableUnavailable: then it may be stored or not.
    """
    sent, before = tail.sent, _message_ahead(messaging, tail, request)
    if sent is None or before is None:
        return None
    change = _drafted(request, sent, before)
    if change is None:
        return None
    after = changed_message(before, [change])
    tail.begin()
    tail.send(change, [after])
    try:
        await transact_changes(messaging, [change], [(before, after)], behind=sent)
    except ConditionFailed:
        tail.doubt()
        messaging.change_tails.forget(request.message_group_uuid, request.seq)
        return None
    except (TableUnavailable, asyncio.CancelledError):
        tail.doubt()  # the change may have been written
        raise
    else:
        tail.arrive([after])
        _append(tail, change)
        messaging.change_tails.remember(after)
        return after
    finally:
        tail.end()


def _message_ahead(
    messaging: MessagingContext, tail: ChangeTail, request: ChangeRequest
) -> Message | None:
    """Returns the message as it will be, or None where the change must wait for what was sent."""
    # Those who wait already come first. A change with an id may have been stored before.
    if tail.waiting or tail.is_full or tail.is_behind or request.change_uuid is not None:
        return None
    remembered = messaging.change_tails.changed(request.message_group_uuid, request.seq)
    return tail.ahead(request.seq) or remembered


def _drafted(request: ChangeRequest, sent: MessageChange, before: Message) -> MessageChange | None:
    if sent.kind != "reacted":
        return None
    try:
        draft = request.draft(before)
    except ApiError:
        return None  # what was sent may fail: then this would be no reason to refuse
    if draft is None or draft.kind != "reacted":
        return None
    return numbered(draft, before, sent.change_seq + 1)


def _append(tail: ChangeTail, change: MessageChange) -> None:
    if tail.last_seq == change.change_seq - 1 and not tail.is_doubted:
        tail.append(change)
        tail.is_applied = True
    else:
        tail.doubt()  # the caller of the one before has left: what it stored is to be read
