"""Set whether a person has an emoji on a message."""

from cruddur.domain.emoji import checked_emoji
from cruddur.domain.errors import Conflict, declare_code
from cruddur.domain.group_events import require_text
from cruddur.domain.message_changes import MessageChange
from cruddur.domain.model import Message
from cruddur.domain.reactions import REACTIONS_MAX, is_full
from cruddur.messaging.access import access_group
from cruddur.messaging.change_tails import ChangeRequest
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.append_change import append_change
from cruddur.messaging.messages.edit_message import message_not_found, require_visible
from cruddur.messaging.messages.seen_by import require_accepted, require_may_write, seen_by
from cruddur.messaging.publishing import publish_changed
from cruddur.ports.metering import Ceiling, access_pattern

_FULL = declare_code(
    "reactions_full", "The message has 12 different emoji, and takes no other one."
)


@access_pattern(
    "set_reaction",
    Ceiling("I", "react to a message, applied", write=2, read=1),
    Ceiling("I", "react to it, nothing remembered", write=2, read=2.5),
)
async def set_reaction(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    seq: int,
    emoji: str,
    *,
    wanted: bool,
) -> Message:
    """Returns the message, on which the person has this emoji, or no longer if it is not `wanted`.

    If that is so already, nothing is stored, so a call is safe to repeat. Raises Invalid for what is not
    one emoji, Conflict for a thirteenth one and for an event of the group, Forbidden to react to
    somebody whom one blocks, NotFound for a message that is missing, deleted, or from before the user
    came, Busy, TableUnavailable.
    """
    emoji = checked_emoji(emoji)
    group = await access_group(messaging, user_uuid, message_group_uuid, shows=True)
    require_visible(group, user_uuid, seq)
    (require_may_write if wanted else require_accepted)(group, user_uuid)
    drafts: list[MessageChange | None] = []

    def draft(message: Message | None) -> MessageChange | None:
        drafts.append(_drafted(messaging, user_uuid, message, emoji, wanted=wanted))
        return drafts[-1]

    request = ChangeRequest(group.message_group_uuid, user_uuid, seq, draft)
    changed = await append_change(messaging, request)
    # A call that is repeated sends the event again, since the first may have crashed before it did. But
    # somebody who takes nothing away from a person whom they block gives them no sign.
    if any(drafts) or not group.members[user_uuid].has_blocked:
        await publish_changed(messaging, group, changed, user_uuid, "reacted")
    (seen,) = seen_by(group, user_uuid, [changed])
    return seen


def _drafted(
    messaging: MessagingContext,
    user_uuid: str,
    message: Message | None,
    emoji: str,
    *,
    wanted: bool,
) -> MessageChange | None:
    if message is None or message.is_hidden_from(user_uuid):
        raise message_not_found()
    require_text(message)
    if message.deleted_at:
        raise message_not_found("This message was deleted.")
    before = (message.reactions or {}).get(user_uuid, ())
    if (emoji in before) == wanted:
        return None
    if wanted and is_full(message.reactions, emoji):
        raise Conflict(
            _FULL, f"A message takes {REACTIONS_MAX} different emoji, and this one has them all."
        )
    kept = tuple(one for one in before if one != emoji)
    return MessageChange(
        message_group_uuid=message.message_group_uuid,
        change_seq=0,
        kind="reacted",
        seq=message.seq,
        user_uuid=user_uuid,
        at=messaging.now(),
        reactions=(*kept, emoji) if wanted else kept,
    )
