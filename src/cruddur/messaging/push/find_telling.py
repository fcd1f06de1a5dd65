"""Find of which message a person is to be told: what still holds at the last moment."""

from collections.abc import Sequence

from msgspec import Struct

from cruddur.domain.model import Message, MessageGroup, shown_to
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.ports.metering import access_pattern
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from


class Telling(Struct, frozen=True, kw_only=True):
    """A message of which a person is to be told; `unread` counts those of its conversation.

    `title` names the conversation, and `sender` who wrote it, by the names that they have now.
    `picture` is that of the sender; None if they have none, or have left.
    """

    user_uuid: str
    message: Message
    title: str
    sender: str
    is_group: bool
    unread: int
    picture: str | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether it is for this person alone, or mentions them: then a sleeping phone is woken."""
        return not self.is_group or self.user_uuid in self.message.mentions


async def read_group(
    messaging: MessagingContext, message_group_uuid: str, seqs: Sequence[int]
) -> tuple[MessageGroup, Sequence[Message]] | None:
    """Returns a conversation and its texts of these numbers as they are now; None if it is gone.

    It is read past all that is remembered: who was blocked a second ago is told nothing. Raises
    TableUnavailable.
    """
    wanted = [keys.message_key(message_group_uuid, seq) for seq in seqs]
    group_key = keys.group_key(message_group_uuid)
    stored = await messaging.table.get_many([group_key, *wanted])
    group = one_from(items.group_from, stored.get(group_key))
    if group is None:
        return None
    found = [one_from(items.message_from, stored.get(key)) for key in wanted]
    texts = [one for one in found if one and one.kind == "text" and not one.deleted_at]
    return messaging.newest_names.applied(group), texts


def may_be_told(group: MessageGroup, user_uuid: str, texts: Sequence[Message]) -> Sequence[Message]:
    """Returns those of the texts that others have written and this member sees, in the same order."""
    member = group.members.get(user_uuid)
    if member is None or member.is_request or member.has_blocked:
        return ()
    seen = shown_to(user_uuid, seen_by(group, user_uuid, texts))
    return [one for one in seen if one.user_uuid != user_uuid and not one.deleted_at]


@access_pattern("push_message")
async def find_telling(
    messaging: MessagingContext, group: MessageGroup, user_uuid: str, texts: Sequence[Message]
) -> Telling | None:
    """Returns the last of the texts of which this member is to be told; None if it is none.

    They are not told of what they have read on any device, nor of a muted conversation, unless the
    message mentions them. Raises TableUnavailable.
    """
    seen = may_be_told(group, user_uuid, texts)
    if not seen:
        return None
    key = items.member_row_key(group, user_uuid)
    row = one_from(items.inbox_row_from, await messaging.table.get(key))
    if row is None:
        return None
    unread = [one for one in seen if one.seq > row.read_seq]
    if row.is_muted(messaging.now()):
        unread = [one for one in unread if user_uuid in one.mentions]
    if not unread:
        return None
    message = unread[-1]
    author = group.members.get(message.user_uuid)
    sender = author.display_name if author else message.user_display_name
    return Telling(
        user_uuid=user_uuid,
        message=message,
        title=group.title or sender,
        sender=sender,
        is_group=group.kind == "group",
        unread=max(1, row.unread),
        picture=author.picture if author else None,
    )
