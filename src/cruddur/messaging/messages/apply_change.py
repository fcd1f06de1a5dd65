"""Apply a change of the log to its message. It may be done twice, late, or by two processes at once."""

from msgspec.structs import astuple

from cruddur.domain.errors import Busy, ConditionFailed
from cruddur.domain.message_changes import (
    FoldedChanges,
    MessageChange,
    changed_message,
    folded_message,
)
from cruddur.domain.model import Message
from cruddur.logs import Log
from cruddur.messaging.change_tails import ChangeTail
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.erase_edits import erase_edits
from cruddur.ports.table import Equals, Exists, Missing, Update
from cruddur.schema import items, keys

_ATTEMPTS = 8

_log = Log()


async def apply_change(messaging: MessagingContext, change: MessageChange) -> None:
    """Brings the message to the state after this change, unless it has reached it or a later one.

    All changes before it must have been applied. Raises LookupError if the message does not exist, one
    of UNREADABLE if another program wrote it, Busy, TableUnavailable.
    """
    key = keys.message_key(change.message_group_uuid, change.seq)
    for attempt in range(_ATTEMPTS):
        # A replica that shows the change has proved it, however far it lags otherwise.
        item = await messaging.table.get(key, consistent=attempt > 0)
        if item is None:
            if attempt:
                raise LookupError(f"change {change.change_seq} of a missing message: {key}")
            continue
        message = items.message_from(item)
        changed = changed_message(message, [change])
        if changed is message or await is_written(messaging, message, changed):
            return await erase_edits(messaging, change)
    raise Busy("This message is being changed elsewhere. Please try again.")


async def apply_last_change(messaging: MessagingContext, tail: ChangeTail) -> None:
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


async def restore_message(messaging: MessagingContext, folded: FoldedChanges) -> None:
    """Brings a message to the state after all its changes, whatever it is now.

    Raises ConditionFailed if the message was changed meanwhile, LookupError if it does not exist, one of
    UNREADABLE, TableUnavailable.
    """
    last = folded.last
    key = keys.message_key(last.message_group_uuid, last.seq)
    item = await messaging.table.get(key, consistent=True)
    message = items.message_from(item or {})
    if message.change_seq > last.change_seq:
        raise ConditionFailed(f"{key} was changed meanwhile")
    await messaging.table.update(message_update(message, folded_message(message, folded)))
    await erase_edits(messaging, last)


async def is_written(messaging: MessagingContext, message: Message, changed: Message) -> bool:
    """Writes the message as it is after a change. Returns False if the message was changed meanwhile."""
    try:
        await messaging.table.update(message_update(message, changed))
    except ConditionFailed:
        return False
    return True


def message_update(message: Message, changed: Message) -> Update:
    """Returns the write that changes a message, on condition that it has the last change of this one."""
    pairs = zip(Message.__struct_fields__, astuple(message), astuple(changed), strict=True)
    names = [name for name, old, new in pairs if old is not new and old != new]
    values = items.message_attributes(changed, names)
    removed = [name for name in names if name not in values]
    number = message.change_seq
    is_as_read = Equals("change_seq", number) if number else Missing("change_seq")
    # Somebody who hides it meanwhile must not get it into their row again, which follows in one commit.
    is_seen = [] if message.hidden_by else [Missing("hidden_by")]
    key = keys.message_key(message.message_group_uuid, message.seq)
    return Update(key, values, removed, [Exists(keys.PARTITION_KEY), is_as_read, *is_seen])
