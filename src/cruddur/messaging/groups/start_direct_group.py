"""Start the conversation of two people with its first message, or go on with it."""

from collections.abc import Sequence

from cruddur.errors import Busy, FateUnknown, TransactionFailed
from cruddur.messaging.access import find_group
from cruddur.messaging.events import publish_message
from cruddur.messaging.inbox_rows import advance, new_row
from cruddur.messaging.ports import Missing, Put
from cruddur.messaging.send_message import append, new_message
from cruddur.messaging.service import Messaging
from cruddur.model import Message, MessageGroup, User, checked_message, direct_group_uuid
from cruddur.table import items
from cruddur.table.metering import counted_as

_ATTEMPTS = 5


@counted_as("start_group")
async def start_direct_group(
    messaging: Messaging,
    sender: User,
    recipient: User,
    text: str,
    *,
    message_uuid: str | None = None,
    after: int | None = None,
) -> Message:
    """The stored message. The same two people always meet in the same conversation.

    Its uuid is made of theirs, so two who start at the same moment try to write the same item, and
    one of them goes on in the conversation that the other made. A note to oneself works too.

    Raises Invalid, Busy, TableUnavailable; safe to repeat with the same `message_uuid`.
    """
    text = checked_message(text)
    group = _direct_group(messaging, sender, recipient)
    draft = new_message(messaging, sender, group.message_group_uuid, text, message_uuid)
    known = messaging.direct_groups.get(group.message_group_uuid)
    for attempt in range(_ATTEMPTS):
        if known is not None:
            return await append(messaging, known, draft, after)
        try:
            await messaging.table.transact(_first_writes(group, draft))
        except (TransactionFailed, FateUnknown) as failure:
            if attempt and isinstance(failure, FateUnknown):
                raise
            known = await find_group(messaging, group.message_group_uuid)
        else:
            messaging.direct_groups.remember(group)
            await publish_message(messaging, group, draft)
            return draft
    raise Busy("The conversation could not be started just now. Please send the message again.")


def _direct_group(messaging: Messaging, sender: User, recipient: User) -> MessageGroup:
    people = sorted((sender, recipient), key=lambda user: user.user_uuid)
    return MessageGroup(
        message_group_uuid=direct_group_uuid(sender.user_uuid, recipient.user_uuid),
        kind="direct",
        members={user.user_uuid: items.member_of(user) for user in people},
        created_at=messaging.now(),
    )


def _first_writes(group: MessageGroup, message: Message) -> Sequence[Put]:
    rows = [
        advance(new_row(group, uuid, at=message.created_at), [message]) for uuid in group.members
    ]
    # Row, message and group in one transaction: a crash leaves all of the conversation or nothing.
    return [
        Put(items.group_item(group), [Missing("pk")]),
        Put(items.message_item(message), [Missing("pk")]),
        *(Put(items.inbox_row_item(row)) for row in rows),
    ]
