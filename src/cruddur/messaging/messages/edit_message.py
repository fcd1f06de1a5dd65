"""Edit or blank a message. It keeps its number, so that numbers have no gap."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from cruddur.domain.checked_texts import checked_message
from cruddur.domain.errors import Forbidden, Invalid, NotFound, declare_code
from cruddur.domain.group_rules import require_right
from cruddur.domain.item import Key
from cruddur.domain.mentions import mentions_in
from cruddur.domain.message_changes import MessageChange, MessageChangeKind
from cruddur.domain.model import Message, MessageGroup, canonical_uuid, timestamp
from cruddur.messaging.access import access_group
from cruddur.messaging.change_tails import ChangeRequest
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.append_change import append_change
from cruddur.messaging.messages.seen_by import require_may_write
from cruddur.messaging.publishing import publish_changed
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import keys

_NOT_YOURS = declare_code("message_not_yours", "Only its author can change a message.")
_NOT_FOUND = declare_code("message_not_found", "There is no such message, or it was deleted.")
_UUID_INVALID = declare_code("change_uuid_invalid", "change_uuid is not a UUID.")


@dataclass(frozen=True, slots=True)
class Try:
    """What lets a client repeat a change safely, however many others have followed.

    `change_uuid` is the client's own, and `after` the number of the last change that it knew at its
    first try.
    """

    change_uuid: str | None = None
    after: int | None = None


async def edit_message(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    seq: int,
    text: str,
    *,
    attempt: Try = Try(),
) -> Message:
    """Returns the message with its new text. Inboxes show it too if it is the last one.

    A message that has this text already stays as it is. Raises Invalid, Busy, NotFound for a missing or
    deleted message, Forbidden for another user's, TableUnavailable.
    """
    text = checked_message(text, messaging.message_max_chars)
    return await change_message(
        messaging, user_uuid, message_group_uuid, seq, text, attempt=attempt
    )


@access_pattern(
    "edit_message",
    Ceiling("I", "edit or delete a message, applied", write=2, read=1),
    Ceiling("I", "edit or delete it, nothing remembered", write=2, read=2.5),
)
async def change_message(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    seq: int,
    text: str | None,
    *,
    attempt: Try = Try(),
) -> Message:
    """Sets a message's text; None deletes the message and leaves it blank.

    Members who left and joined again cannot change their earlier messages, which they no longer see.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid, shows=True)
    require_visible(group, user_uuid, seq)
    if text is not None:  # what one has written oneself can be deleted always
        require_may_write(group, user_uuid)
        require_right(group, user_uuid, "write")
    change_uuid = _checked_uuid(attempt.change_uuid)

    def draft(message: Message | None) -> MessageChange | None:
        change = _drafted(messaging, user_uuid, message, text)
        if change is None or message is None:
            return None
        mentions = mentions_in(change.message, group, seq, message.mentions)
        return msgspec.structs.replace(change, change_uuid=change_uuid, mentions=mentions)

    request = ChangeRequest(
        message_group_uuid=group.message_group_uuid,
        user_uuid=user_uuid,
        seq=seq,
        draft=draft,
        change_uuid=change_uuid,
        after=attempt.after,
    )
    changed = await append_change(messaging, request)
    # A retry sends the event again, since the first try may have crashed before it sent one.
    kind: MessageChangeKind = "deleted" if text is None else "edited"
    await publish_changed(messaging, group, changed, user_uuid, kind)
    return changed


def _drafted(
    messaging: MessagingContext, user_uuid: str, message: Message | None, text: str | None
) -> MessageChange | None:
    if message is None or message.is_hidden_from(user_uuid):
        raise message_not_found()
    if message.user_uuid != user_uuid:
        raise Forbidden(_NOT_YOURS, "Only its author can change a message.")
    if message.deleted_at:
        if text is None:
            return None
        raise message_not_found("This message was deleted.")
    if text == message.message:
        return None
    return MessageChange(
        message_group_uuid=message.message_group_uuid,
        change_seq=0,
        kind="deleted" if text is None else "edited",
        seq=message.seq,
        user_uuid=user_uuid,
        at=time_of_change(messaging, message),
        message=text or "",
    )


def time_of_change(messaging: MessagingContext, message: Message) -> str:
    """Returns the time of a change of the message that is made now: later than that of its last edit."""
    at = messaging.now()
    if message.edited_at is not None and at <= message.edited_at:
        # Two edits in the same millisecond get different times, by which inbox rows order them.
        return timestamp(datetime.fromisoformat(message.edited_at) + timedelta(milliseconds=1))
    return at


def _checked_uuid(change_uuid: str | None) -> str | None:
    canonical = canonical_uuid(change_uuid) if change_uuid else None
    if change_uuid and canonical is None:
        raise Invalid(_UUID_INVALID, "The id of a change is not a UUID.", field="change_uuid")
    return canonical


def visible_message_key(group: MessageGroup, user_uuid: str, seq: int) -> Key:
    """Returns the key of a message that this member may see. Raises NotFound for any other number."""
    require_visible(group, user_uuid, seq)
    return keys.message_key(group.message_group_uuid, seq)


def require_visible(group: MessageGroup, user_uuid: str, seq: int) -> None:
    """Raises NotFound unless this can be the number of a message that this member may see."""
    if not keys.is_seq_sk(keys.seq_sk(seq)) or not group.members[user_uuid].may_see(seq):
        raise message_not_found()


def message_not_found(detail: str = "There is no such message.") -> NotFound:
    """The error for a message that does not exist, that the user may not see, or that was deleted."""
    return NotFound(_NOT_FOUND, detail)
