"""Write a line into a conversation in the name of the service, as a host wants it."""

import msgspec

from cruddur.domain.checked_texts import checked_display_name, checked_message
from cruddur.domain.group_event import GroupEvent
from cruddur.domain.model import Message, User, canonical_uuid
from cruddur.messaging.access import group_not_found, recent_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.append_message import append_message
from cruddur.messaging.messages.send_message import new_message
from cruddur.messaging.publishing import publish_message
from cruddur.ports.metering import Ceiling, access_pattern

NOBODY = "00000000-0000-0000-0000-000000000000"
"""The author of such lines: the nil UUID (RFC 9562, 5.9), which no person has."""

HANDLE = "system"
"""Nobody can have this handle, as it is reserved."""


@access_pattern("send_message", Ceiling("C", "send a message of the service", write=1, read=2))
async def tell_conversation(
    messaging: MessagingContext,
    message_group_uuid: str,
    text: str,
    *,
    display_name: str,
    message_uuid: str | None = None,
) -> Message:
    """Returns the stored line: a message of the kind `event`, with a number like any other.

    It does not count as unread, and nobody can change it. A repeated uuid returns the same one.

    Raises Invalid, NotFound, Conflict for the uuid of another one's message, Busy, TableUnavailable.
    """
    text = checked_message(text, messaging.message_max_chars)
    uuid = canonical_uuid(message_group_uuid)
    group = await recent_group(messaging, uuid) if uuid else None
    if group is None:
        raise group_not_found()
    teller = User(
        user_uuid=NOBODY,
        handle=HANDLE,
        display_name=checked_display_name(display_name),
        created_at=messaging.now(),
    )
    draft = new_message(messaging, teller, group, text, message_uuid)
    draft = msgspec.structs.replace(draft, event=GroupEvent(type="told"), mentions={})
    message = await append_message(messaging, draft, None)
    await publish_message(messaging, group, message)
    return message
