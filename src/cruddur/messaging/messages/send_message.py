"""Send a message to a conversation, exactly once and under the next number, for one write unit."""

import secrets
import time
import uuid as uuids

from cruddur.domain.checked_texts import checked_message
from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.group_rules import require_right
from cruddur.domain.mentions import mentions_in
from cruddur.domain.model import Message, MessageGroup, User, canonical_uuid
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.append_message import append_message, message_expired
from cruddur.messaging.messages.replying import replying
from cruddur.messaging.messages.seen_by import require_may_write
from cruddur.messaging.publishing import publish_message
from cruddur.ports.metering import Ceiling, access_pattern

_UUID_INVALID = declare_code("message_uuid_invalid", "message_uuid is not a UUID.")


@access_pattern(
    "send_message",
    Ceiling("C", "send a message", write=1, read=0),
    Ceiling("C", "send a message that answers another", write=1, read=0),
    Ceiling("C", "send a message, nothing remembered", write=1, read=2),
    Ceiling("C", "send a message, one of 2 processes", write=1.02, read=1),
    Ceiling("C", "send a message, one of 20 processes", write=1.02, read=1),
)
async def send_message(
    messaging: MessagingContext,
    sender: User,
    message_group_uuid: str,
    text: str,
    *,
    message_uuid: str | None = None,
    after: int | None = None,
    reply_to_seq: int | None = None,
) -> Message:
    """Returns the stored message with its number. A repeated uuid returns the same message.

    `after` is the last number that the client knew at its first try. With it a retry is recognized
    however many messages have followed; without it, only among the newest messages. `reply_to_seq` is
    the number of the message that this one answers, which the sender must be able to see.

    Raises Invalid, NotFound, Forbidden if the sender blocks the other person, Conflict for the uuid of
    another user's message, Busy, TableUnavailable. After the last two the message may be stored
    or not, and sending it again with the same uuid is safe.
    """
    text = checked_message(text, messaging.message_max_chars)
    group = await access_group(messaging, sender.user_uuid, message_group_uuid)
    require_right(group, sender.user_uuid, "write")
    draft = new_message(messaging, sender, group, text, message_uuid)
    draft = replying(draft, group, reply_to_seq)
    return await send_draft(messaging, group, draft, after)


def new_message(
    messaging: MessagingContext,
    sender: User,
    group: MessageGroup,
    text: str,
    message_uuid: str | None,
) -> Message:
    """Returns a message with the number 1, or a draft to which `send_draft` gives a later number."""
    return Message(
        message_group_uuid=group.message_group_uuid,
        seq=1,
        message_uuid=_checked_uuid(message_uuid) if message_uuid else uuid7(),
        message=text,
        user_uuid=sender.user_uuid,
        user_handle=sender.handle,
        user_display_name=sender.display_name,
        created_at=messaging.now(),
        mentions=mentions_in(text, group),
    )


def _checked_uuid(message_uuid: str) -> str:
    canonical = canonical_uuid(message_uuid)
    if canonical is None:
        raise Invalid(_UUID_INVALID, "The id of a message is not a UUID.", field="message_uuid")
    return canonical


@access_pattern("send_message")
async def send_draft(
    messaging: MessagingContext, group: MessageGroup, draft: Message, after: int | None
) -> Message:
    """Stores the draft under the conversation's next number and sends the event to its members.

    Raises Forbidden if its sender blocks the other person.
    """
    require_may_write(group, draft.user_uuid)
    message = await append_message(messaging, draft, after)
    if message.seq <= group.expired_through:
        raise message_expired()
    # A retry sends the event again, since the first try may have crashed before it sent one.
    await publish_message(messaging, group, message)
    return message


def uuid7() -> str:
    """Returns a UUIDv7 (RFC 9562, 5.7). Later ones sort later, which suits every index."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return str(uuids.UUID(int=value | 0b10 << 62 | secrets.randbits(62)))
