"""Delete a message: blank it and leave a tombstone, for its number is never used again."""

from cruddur.messaging.edit_message import change_message
from cruddur.messaging.service import Messaging
from cruddur.model import Message


async def delete_message(
    messaging: Messaging, user_uuid: str, message_group_uuid: str, seq: int
) -> Message:
    """The tombstone; deleting twice is one deletion. Raises NotFound, Forbidden, Busy."""
    return await change_message(messaging, user_uuid, message_group_uuid, seq, None)
