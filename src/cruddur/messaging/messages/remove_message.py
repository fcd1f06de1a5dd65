"""Delete anybody's message, for the host whose people they are: blank its text, and keep its number."""

from cruddur.domain.message_changes import MessageChange
from cruddur.domain.model import Message, canonical_uuid
from cruddur.messaging.access import find_group, group_not_found
from cruddur.messaging.change_tails import ChangeRequest
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.append_change import append_change
from cruddur.messaging.messages.edit_message import message_not_found, time_of_change
from cruddur.messaging.publishing import publish_changed
from cruddur.ports.metering import access_pattern
from cruddur.schema import keys
from cruddur.schema.kinds import is_message


@access_pattern("edit_message")
async def remove_message(messaging: MessagingContext, message_group_uuid: str, seq: int) -> Message:
    """Returns the deleted message. Deleting it again changes nothing.

    The change is numbered as one of its author's. Raises NotFound, Busy, and TableUnavailable.
    """
    uuid = canonical_uuid(message_group_uuid)
    group = await find_group(messaging, uuid) if uuid else None
    if group is None:
        raise group_not_found()
    if not is_message(keys.message_key(group.message_group_uuid, seq)):
        raise message_not_found()

    def draft(message: Message | None) -> MessageChange | None:
        if message is None:
            raise message_not_found()
        return _deletion(messaging, message)

    request = ChangeRequest(
        message_group_uuid=group.message_group_uuid, user_uuid="", seq=seq, draft=draft
    )
    changed = await append_change(messaging, request)
    await publish_changed(messaging, group, changed, changed.user_uuid, "deleted")
    return changed


def _deletion(messaging: MessagingContext, message: Message) -> MessageChange | None:
    if message.deleted_at:
        return None
    return MessageChange(
        message_group_uuid=message.message_group_uuid,
        change_seq=0,
        kind="deleted",
        seq=message.seq,
        user_uuid=message.user_uuid,
        at=time_of_change(messaging, message),
        message="",
    )
