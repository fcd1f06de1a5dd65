"""Start a group with a title. Its first message says that it was made."""

import uuid
from collections.abc import Sequence

from cruddur.domain.checked_texts import checked_title
from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.group_event import GroupEvent
from cruddur.domain.model import GROUP_MAX_MEMBERS, InboxRow, MessageGroup, User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.group_messages import event_messages
from cruddur.messaging.groups.strangers import admitted
from cruddur.messaging.inbox.inbox_rows import advance, new_row, placed
from cruddur.messaging.publishing import publish_group, publish_message
from cruddur.messaging.tails import Tail
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema import items

_TOO_MANY = declare_code("members_exceed_max_50", "A conversation has at most 50 people.")


@access_pattern("start_group", Ceiling("E", "start a group of three", write=13, read=0))
async def start_group(
    messaging: MessagingContext,
    starter: User,
    people: Sequence[User],
    title: str,
    *,
    message_group_uuid: str | None = None,
) -> InboxRow:
    """Returns the inbox row of the starter, who owns the group. All members see it at once. Raises
    Invalid.

    A given uuid must be a UUIDv4 that no conversation has; otherwise it raises TransactionFailed.
    """
    others = [user for user in people if user.user_uuid != starter.user_uuid]
    theirs = await admitted(messaging, starter.user_uuid, others)
    members = {starter.user_uuid: items.member_of(starter), **theirs}
    check_size(len(members))
    now = messaging.now()
    group = MessageGroup(
        message_group_uuid=message_group_uuid or str(uuid.uuid4()),
        kind="group",
        title=checked_title(title),
        members=members,
        created_at=now,
        owner_uuid=starter.user_uuid,
        event_seqs="1",
    )
    made = GroupEvent(type="made", title=group.title)
    (message,) = event_messages(messaging, starter.user_uuid, (group, group), Tail(), [made])
    rows = [
        placed(advance(new_row(group, owner, at=now), [message]), messaging.slack)
        for owner in members
    ]
    await messaging.table.transact(
        [
            Put(items.group_item(group), IF_NEW),
            Put(items.message_item(message), IF_NEW),
            *(Put(items.inbox_row_item(row)) for row in rows),
        ]
    )
    for row in rows:
        await publish_group(messaging, row, group, starter.user_uuid)
    await publish_message(messaging, group, message)
    return rows[0]


def check_size(members: int) -> None:
    """Raises Invalid if a group would have more than GROUP_MAX_MEMBERS members."""
    if members > GROUP_MAX_MEMBERS:
        raise Invalid(
            _TOO_MANY,
            f"A conversation has at most {GROUP_MAX_MEMBERS} people.",
            field="handles",
        )
