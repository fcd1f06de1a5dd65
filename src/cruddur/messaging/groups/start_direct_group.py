"""Start the direct conversation of two users with its first message, or continue it."""

from collections.abc import Sequence

from cruddur.domain.checked_texts import checked_message
from cruddur.domain.errors import Busy, OutcomeUnknown, TransactionFailed
from cruddur.domain.model import Message, MessageGroup, User, direct_group_uuid
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.strangers import asked_first, refuses_strangers, strangers_refused
from cruddur.messaging.inbox.inbox_rows import advance, new_row, placed
from cruddur.messaging.messages.replying import nothing_to_answer, replying
from cruddur.messaging.messages.send_message import new_message, send_draft
from cruddur.messaging.publishing import publish_message
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema import items

_ATTEMPTS = 5


@access_pattern("start_group", Ceiling("E", "start a conversation", write=10, read=0))
async def start_direct_group(
    messaging: MessagingContext,
    sender: User,
    recipient: User,
    text: str,
    *,
    message_uuid: str | None = None,
    after: int | None = None,
    reply_to_seq: int | None = None,
) -> Message:
    """Returns the stored message. The same two users always have the same conversation.

    Its uuid is derived from theirs. So two users who start at the same moment write the same item, and
    one of them continues the conversation of the other. A user may write to themselves.

    Somebody who wants that has yet to accept what a stranger begins; nobody else learns of it.

    Raises Invalid, Conflict, Forbidden for somebody who takes nothing from strangers, Busy,
    TableUnavailable. It is safe to repeat with the same `message_uuid`.
    """
    text = checked_message(text, messaging.message_max_chars)
    group = _direct_group(messaging, sender, recipient)
    draft = new_message(messaging, sender, group, text, message_uuid)
    draft = replying(draft, group, reply_to_seq)
    known = messaging.direct_groups.get(group.message_group_uuid)
    if known is None and reply_to_seq is not None:
        known = await find_group(messaging, group.message_group_uuid)
        if known is None:
            raise nothing_to_answer()
    if known is None and _is_refused(messaging, sender, recipient):
        known = await find_group(messaging, group.message_group_uuid)
        if known is None:
            raise strangers_refused(recipient, field="handle")
    for attempt in range(_ATTEMPTS):
        if known is not None:
            return await send_draft(messaging, known, draft, after)
        try:
            await messaging.table.transact(_first_writes(messaging, group, draft))
        except (TransactionFailed, OutcomeUnknown) as failure:
            if attempt and isinstance(failure, OutcomeUnknown):
                raise
            known = await find_group(messaging, group.message_group_uuid)
        else:
            messaging.direct_groups.remember(group)
            await publish_message(messaging, group, draft)
            return draft
    raise Busy("The conversation could not be started just now. Please send the message again.")


def _is_refused(messaging: MessagingContext, sender: User, recipient: User) -> bool:
    is_other = sender.user_uuid != recipient.user_uuid
    return is_other and refuses_strangers(messaging, recipient)


def _direct_group(messaging: MessagingContext, sender: User, recipient: User) -> MessageGroup:
    people = sorted((sender, recipient), key=lambda user: user.user_uuid)
    members = {user.user_uuid: items.member_of(user) for user in people}
    if sender.user_uuid != recipient.user_uuid:
        member = members[recipient.user_uuid]
        members[recipient.user_uuid] = asked_first(messaging, member, recipient)
    return MessageGroup(
        message_group_uuid=direct_group_uuid(sender.user_uuid, recipient.user_uuid),
        kind="direct",
        members=members,
        created_at=messaging.now(),
    )


def _first_writes(
    messaging: MessagingContext, group: MessageGroup, message: Message
) -> Sequence[Put]:
    rows = [
        advance(new_row(group, uuid, at=message.created_at), [message]) for uuid in group.members
    ]
    # One transaction writes row, message and group, so that a crash leaves all of them or none.
    return [
        Put(items.group_item(group), IF_NEW),
        Put(items.message_item(message), IF_NEW),
        *(Put(items.inbox_row_item(placed(row, messaging.slack))) for row in rows),
    ]
