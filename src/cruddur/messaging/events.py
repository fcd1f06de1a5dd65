"""What the members of a conversation are told, the moment that it has happened."""

import msgspec

from cruddur.messaging.ports import Event
from cruddur.messaging.service import Messaging
from cruddur.model import InboxRow, Message, MessageGroup, User
from cruddur.shapes import inbox_row_shape, message_event_shape, message_shape

_encode = msgspec.json.Encoder().encode


def channel(user_uuid: str) -> str:
    """All devices of one person listen to this."""
    return f"user#{user_uuid}"


async def publish_message(messaging: Messaging, group: MessageGroup, message: Message) -> None:
    data = _encode(message_event_shape(message, group))
    await _to_members(messaging, group, Event("message", data, message.created_at))


async def publish_changed(messaging: Messaging, group: MessageGroup, message: Message) -> None:
    await _to_members(messaging, group, Event("message_changed", _encode(message_shape(message))))


async def publish_read(messaging: Messaging, user_uuid: str, group_uuid: str, seq: int) -> None:
    data = _encode({"message_group_uuid": group_uuid, "seq": seq})
    await messaging.bus.publish([channel(user_uuid)], Event("read", data))


async def publish_group(messaging: Messaging, row: InboxRow) -> None:
    """Tells one member how the conversation now stands in their inbox."""
    await messaging.bus.publish([channel(row.owner_uuid)], group_event(row))


async def publish_left(messaging: Messaging, user_uuid: str, group_uuid: str) -> None:
    """Tells a person's other devices that the conversation is no longer theirs."""
    data = _encode({"message_group_uuid": group_uuid})
    await messaging.bus.publish([channel(user_uuid)], Event("left", data))


async def publish_typing(messaging: Messaging, group: MessageGroup, user: User) -> None:
    data = _encode(
        {
            "message_group_uuid": group.message_group_uuid,
            "user_uuid": user.user_uuid,
            "handle": user.handle,
            "display_name": user.display_name,
        }
    )
    others = [channel(uuid) for uuid in group.members if uuid != user.user_uuid]
    await messaging.bus.publish(others, Event("typing", data))


def group_event(row: InboxRow) -> Event:
    return Event("group", _encode(inbox_row_shape(row)))


async def _to_members(messaging: Messaging, group: MessageGroup, event: Event) -> None:
    await messaging.bus.publish([channel(uuid) for uuid in group.members], event)
