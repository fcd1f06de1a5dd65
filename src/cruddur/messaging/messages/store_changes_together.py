"""Store the changes that wait in a conversation together, where a transaction costs no more."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cruddur.domain.errors import ApiError
from cruddur.domain.message_changes import MessageChange, changed_message, numbered
from cruddur.domain.model import Message
from cruddur.messaging.change_tails import ChangeRequest, ChangeTail, WaitingChange
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.apply_change import apply_last_change
from cruddur.messaging.messages.erase_edits import erase_edits
from cruddur.messaging.messages.find_stored_change import find_stored_change
from cruddur.messaging.messages.transact_changes import transact_changes
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

TOGETHER = 50
"""The most changes in one transaction. The table allows 100 writes, and each may change a message."""


@dataclass(slots=True)
class _Batch:
    """The changes in the order of their numbers, and the messages before and after all of them."""

    changes: list[MessageChange] = field(default_factory=list)
    before: dict[int, Message] = field(default_factory=dict)
    after: dict[int, Message] = field(default_factory=dict)
    answers: list[Message | ApiError] = field(default_factory=list)


async def store_changes_together(
    messaging: MessagingContext, tail: ChangeTail, own: ChangeRequest
) -> Message | None:
    """Stores and applies the caller's change and all that wait, or none if anything is unusual.

    To be called by the task that has the tail's turn. Returns the message after the caller's change, or
    None if none was stored: each is then tried alone. Raises what the draft of the caller's change does.
    """
    others = [one for one in tail.waiting if not one.answer.done()][: TOGETHER - 1]
    if not others:
        return None
    requests = [own, *(one.request for one in others)]
    try:
        batch = await _draft_all(messaging, tail, requests)
        await _store(messaging, tail, batch)
    except Exception:  # noqa: BLE001  one change that cannot be stored must not fail the others
        tail.doubt()
        for request in requests:
            messaging.change_tails.forget(request.message_group_uuid, request.seq)
        return None
    except BaseException:
        tail.doubt()  # this task was cancelled, and the changes may have been written
        raise
    answer, *answers = batch.answers
    _tell(others, answers)
    if isinstance(answer, ApiError):
        raise answer
    return answer


def _tell(waiting: Sequence[WaitingChange], answers: Sequence[Message | ApiError]) -> None:
    for one, answer in zip(waiting, answers, strict=True):
        if isinstance(answer, ApiError):
            one.fail(answer)
        else:
            one.succeed(answer)


async def _draft_all(
    messaging: MessagingContext, tail: ChangeTail, requests: Sequence[ChangeRequest]
) -> _Batch:
    stored = [await find_stored_change(messaging, tail, one) for one in requests]
    await apply_last_change(messaging, tail)
    remembered = _remembered(messaging, requests)
    if remembered is not None:
        batch = _batch_of(tail, requests, stored, remembered)
        # What would write nothing would not be proved by the conditions of a write.
        if len(batch.changes) == len(requests):
            return batch
    return _batch_of(tail, requests, stored, await _read_messages(messaging, requests))


def _batch_of(
    tail: ChangeTail,
    requests: Sequence[ChangeRequest],
    stored: Sequence[MessageChange | None],
    before: dict[int, Message],
) -> _Batch:
    batch = _Batch(before=before, after=dict(before))
    for one, earlier in zip(requests, stored, strict=True):
        try:
            batch.answers.append(_draft(batch, tail, one, earlier))
        except ApiError as refused:
            batch.answers.append(refused)
    return batch


def _remembered(
    messaging: MessagingContext, requests: Sequence[ChangeRequest]
) -> dict[int, Message] | None:
    """Returns the messages as this process changed them last, or None if it does not know them all."""
    found: dict[int, Message] = {}
    for one in requests:
        group_uuid, seq = one.message_group_uuid, one.seq
        message = messaging.change_tails.changed(group_uuid, seq)
        if message is None:
            return None
        found[seq] = message
    return found


def _draft(
    batch: _Batch, tail: ChangeTail, request: ChangeRequest, earlier: MessageChange | None
) -> Message:
    """Adds a change to the batch, and returns its message after it."""
    message = batch.after.get(request.seq)
    if earlier is not None and message is not None:
        return message
    draft = request.draft(message)
    if message is None:
        raise LookupError("a change of no message")
    if draft is None:
        return message
    change = numbered(draft, message, tail.last_seq + len(batch.changes) + 1)
    batch.changes.append(change)
    batch.after[message.seq] = changed_message(message, [change])
    return batch.after[message.seq]


async def _read_messages(
    messaging: MessagingContext, requests: Sequence[ChangeRequest]
) -> dict[int, Message]:
    wanted = [
        keys.message_key(one.message_group_uuid, one.seq)
        for one in {one.seq: one for one in requests}.values()
    ]
    found = await messaging.table.get_many(wanted, consistent=True)
    read = (one_from(items.message_from, item) for item in found.values())
    return {message.seq: message for message in read if message is not None}


async def _store(messaging: MessagingContext, tail: ChangeTail, batch: _Batch) -> None:
    if not batch.changes:
        return
    changed = {change.seq for change in batch.changes}
    messages = [(batch.before[seq], batch.after[seq]) for seq in changed]
    tail.send(batch.changes[-1], batch.after.values())
    await transact_changes(messaging, batch.changes, messages)
    tail.arrive(batch.after.values())
    for change in batch.changes:
        tail.append(change)
    tail.is_applied = True
    for message in batch.after.values():
        messaging.change_tails.remember(message)
    for change in batch.changes:
        await erase_edits(messaging, change)
