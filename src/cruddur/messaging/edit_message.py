"""Edit a message, or blank it: its number stays taken, so that numbers never have a gap."""

from datetime import datetime, timedelta

from cruddur.errors import Busy, ConditionFailed, Forbidden, NotFound
from cruddur.messaging.access import access_group
from cruddur.messaging.events import publish_changed
from cruddur.messaging.ports import Equals, Exists, Key, Missing, Update
from cruddur.messaging.service import Messaging
from cruddur.model import Message, checked_message, timestamp
from cruddur.table import items, keys
from cruddur.table.metering import counted_as

_ATTEMPTS = 5


async def edit_message(
    messaging: Messaging, user_uuid: str, message_group_uuid: str, seq: int, text: str
) -> Message:
    """The message with its new text, and in the inboxes too, if it is the last one.

    Raises Invalid, Busy, NotFound for a message that is not there or was deleted, Forbidden for
    another person's.
    """
    text = checked_message(text)
    return await change_message(messaging, user_uuid, message_group_uuid, seq, text)


@counted_as("edit_message")
async def change_message(
    messaging: Messaging, user_uuid: str, message_group_uuid: str, seq: int, text: str | None
) -> Message:
    """Gives a message another text, or none: then it is deleted, and stays as a tombstone."""
    group = await access_group(messaging, user_uuid, message_group_uuid)
    key = keys.message_key(group.message_group_uuid, seq)
    for _ in range(_ATTEMPTS):
        message = await _own_message(messaging, user_uuid, key)
        if message.deleted_at and text is None:
            return message
        try:
            await messaging.table.update(_change(messaging, key, message, text))
        except ConditionFailed:
            continue
        item = await messaging.table.get(key, consistent=True)
        changed = items.message_from(item) if item else message
        await publish_changed(messaging, group, changed)
        return changed
    raise Busy("This message is being changed elsewhere. Please try again.")


async def _own_message(messaging: Messaging, user_uuid: str, key: Key) -> Message:
    item = await messaging.table.get(key, consistent=True) if keys.is_message(key) else None
    message = items.message_from(item) if item else None
    if message is None:
        raise NotFound("message_not_found", "There is no such message.")
    if message.user_uuid != user_uuid:
        raise Forbidden("message_not_yours", "Only its author can change a message.")
    return message


def _change(messaging: Messaging, key: Key, message: Message, text: str | None) -> Update:
    if message.deleted_at:
        raise NotFound("message_not_found", "This message was deleted.")
    at = messaging.now()
    if message.edited_at is not None and at <= message.edited_at:
        # Two edits in one millisecond still need an order, by which inbox rows tell them apart.
        at = timestamp(datetime.fromisoformat(message.edited_at) + timedelta(milliseconds=1))
    values = {"message": text, "edited_at": at} if text else {"message": "", "deleted_at": at}
    unchanged = (
        Missing("edited_at")
        if message.edited_at is None
        else Equals("edited_at", message.edited_at)
    )
    return Update(key, values, condition=[Exists("pk"), Missing("deleted_at"), unchanged])
