"""Send a message to a conversation: exactly once, under the next number, for one write unit."""

import secrets
import time
import uuid as uuids

from cruddur.messaging.access import access_group
from cruddur.messaging.append_message import append_message
from cruddur.messaging.events import publish_message
from cruddur.messaging.service import Messaging
from cruddur.model import Message, MessageGroup, User, checked_message, checked_uuid
from cruddur.table.metering import counted_as


@counted_as("send_message")
async def send_message(
    messaging: Messaging,
    sender: User,
    message_group_uuid: str,
    text: str,
    *,
    message_uuid: str | None = None,
    after: int | None = None,
) -> Message:
    """The message as it is stored, with its number. Sent again with the same uuid: the same message.

    `after` is the last number that the client knew when it first tried; a retry is recognised
    however many messages came since. Without it, among the newest messages only.

    Raises Invalid, NotFound, Busy, TableUnavailable. After the last two the fate of the message may
    be unknown, and sending it again with the same uuid is safe.
    """
    text = checked_message(text)
    group = await access_group(messaging, sender.user_uuid, message_group_uuid)
    draft = new_message(messaging, sender, group.message_group_uuid, text, message_uuid)
    return await append(messaging, group, draft, after)


def new_message(
    messaging: Messaging, sender: User, group_uuid: str, text: str, message_uuid: str | None
) -> Message:
    """The first message of a conversation, or a draft that `append` will give a later number."""
    return Message(
        message_group_uuid=group_uuid,
        seq=1,
        message_uuid=checked_uuid(message_uuid, "message_uuid") if message_uuid else uuid7(),
        message=text,
        user_uuid=sender.user_uuid,
        user_handle=sender.handle,
        user_display_name=sender.display_name,
        created_at=messaging.now(),
    )


@counted_as("send_message")
async def append(
    messaging: Messaging, group: MessageGroup, draft: Message, after: int | None
) -> Message:
    """Stores the draft under the conversation's next number and tells its members."""
    message = await append_message(messaging, draft, after)
    # A retry too: whoever stored it may have died, or lost the answer, before telling anybody.
    await publish_message(messaging, group, message)
    return message


def uuid7() -> str:
    """A UUIDv7 (RFC 9562, 5.7): later ones sort later, so that they are kind to every index."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return str(uuids.UUID(int=value | 0b10 << 62 | secrets.randbits(62)))
