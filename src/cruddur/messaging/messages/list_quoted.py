"""List messages by their numbers: those that others answer, which need not be on the same page."""

from collections.abc import Iterable, Sequence

from cruddur.domain.model import Message, shown_to
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import keys
from cruddur.schema.readable import messages_from

QUOTED_MAX = 100


@access_pattern(
    "list_quoted", Ceiling("J", "20 messages that others answer, by number", write=0, read=10.5)
)
async def list_quoted(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, seqs: Iterable[int]
) -> Sequence[Message]:
    """Returns the messages of these numbers, ordered by number, without those that there are not.

    At most QUOTED_MAX are read. A member of a group gets none from before they came, and nobody those
    that they have deleted for themselves. Raises NotFound.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid, shows=True)
    member = group.members[user_uuid]
    seen = [seq for seq in sorted(set(seqs)) if member.may_see(seq)][:QUOTED_MAX]
    wanted = [keys.message_key(group.message_group_uuid, seq) for seq in seen]
    # A replica may lag. A device has the newer state by the changes, whose numbers decide.
    found = await messaging.table.get_many(wanted) if wanted else {}
    messages = messages_from(found[key] for key in wanted if key in found)
    return shown_to(user_uuid, seen_by(group, user_uuid, messages))


def quoted_seqs(messages: Sequence[Message]) -> list[int]:
    """Returns the numbers that these messages answer and that are not among them."""
    shown = {message.seq for message in messages}
    answered = {one.reply_to_seq for one in messages if one.reply_to_seq and not one.deleted_at}
    return sorted(answered - shown)
