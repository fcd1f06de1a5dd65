"""Delete a message: blank its text. The message stays, since its number is never used again."""

from cruddur.domain.model import Message
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.edit_message import change_message


async def delete_message(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, seq: int
) -> Message:
    """Returns the deleted message.

    Deleting it again changes nothing. Raises NotFound, Forbidden, Busy.
    """
    return await change_message(messaging, user_uuid, message_group_uuid, seq, None)
