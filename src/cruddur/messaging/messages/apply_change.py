"""Apply a change of the log to its message. It may be done twice, late, or by two processes at once."""

import msgspec

from cruddur.domain.errors import Busy, ConditionFailed
from cruddur.domain.message_changes import MessageChange, changed_message
from cruddur.domain.model import Message
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.erase_edits import erase_edits
from cruddur.ports.table import Equals, Exists, Missing, Update
from cruddur.schema import items, keys

_ATTEMPTS = 8


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
        if message.change_seq >= change.change_seq or await is_written(messaging, message, change):
            return await erase_edits(messaging, change)
    raise Busy("This message is being changed elsewhere. Please try again.")


async def restore_message(messaging: MessagingContext, change: MessageChange) -> None:
    """Brings a message to the state after this change, its last one, whatever it is now.

    Raises ConditionFailed if the message was changed meanwhile, LookupError if it does not exist, one of
    UNREADABLE, TableUnavailable.
    """
    key = keys.message_key(change.message_group_uuid, change.seq)
    item = await messaging.table.get(key, consistent=True)
    message = items.message_from(item or {})
    if message.change_seq > change.change_seq:
        raise ConditionFailed(f"{key} was changed meanwhile")
    await messaging.table.update(change_update(message, change, restored=True))
    await erase_edits(messaging, change)


async def is_written(messaging: MessagingContext, message: Message, change: MessageChange) -> bool:
    """Writes the message after the change. Returns False if the message was changed meanwhile."""
    try:
        await messaging.table.update(change_update(message, change))
    except ConditionFailed:
        return False
    return True


def change_update(message: Message, change: MessageChange, *, restored: bool = False) -> Update:
    """Returns the write that applies a change, on condition that the message is as it is here.

    With `restored` it is written even if the message claims to have it.
    """
    before = msgspec.structs.replace(message, change_seq=0) if restored else message
    old = items.message_item(message)
    new = items.message_item(changed_message(before, [change]))
    values = {name: value for name, value in new.items() if old.get(name) != value}
    removed = [name for name in old if name not in new]
    number = message.change_seq
    is_as_read = Equals("change_seq", number) if number else Missing("change_seq")
    key = keys.message_key(message.message_group_uuid, message.seq)
    return Update(key, values, removed, [Exists(keys.PARTITION_KEY), is_as_read])
