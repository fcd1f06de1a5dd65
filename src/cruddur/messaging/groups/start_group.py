"""Start a group with a title and without a message."""

import uuid
from collections.abc import Sequence

from cruddur.domain.checked_texts import checked_title
from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.model import GROUP_MAX_MEMBERS, InboxRow, MessageGroup, User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.inbox_rows import new_row, placed
from cruddur.messaging.publishing import publish_group
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema import items

_TOO_MANY = declare_code("members_exceed_max_50", "A conversation has at most 50 people.")


@access_pattern("start_group")
async def start_group(
    messaging: MessagingContext,
    starter: User,
    people: Sequence[User],
    title: str,
    *,
    message_group_uuid: str | None = None,
) -> InboxRow:
    """Returns the starter's inbox row. All members see the group at once. Raises Invalid.

    A given uuid must be a UUIDv4 that no conversation has; otherwise it raises TransactionFailed.
    """
    members = {user.user_uuid: items.member_of(user) for user in (starter, *people)}
    check_size(len(members))
    now = messaging.now()
    group = MessageGroup(
        message_group_uuid=message_group_uuid or str(uuid.uuid4()),
        kind="group",
        title=checked_title(title),
        members=members,
        created_at=now,
    )
    rows = [placed(new_row(group, owner, at=now), messaging.slack) for owner in members]
    await messaging.table.transact(
        [
            Put(items.group_item(group), IF_NEW),
            *(Put(items.inbox_row_item(row)) for row in rows),
        ]
    )
    for row in rows:
        await publish_group(messaging, row, group, starter.user_uuid)
    return rows[0]


def check_size(members: int) -> None:
    """Raises Invalid if a group would have more than GROUP_MAX_MEMBERS members."""
    if members > GROUP_MAX_MEMBERS:
        raise Invalid(
            _TOO_MANY,
            f"A conversation has at most {GROUP_MAX_MEMBERS} people.",
            field="handles",
        )
