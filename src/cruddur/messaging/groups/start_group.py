"""Start a conversation of many, with a title and no message yet."""

import uuid
from collections.abc import Sequence

from cruddur.errors import Invalid
from cruddur.messaging.events import publish_group
from cruddur.messaging.inbox_rows import new_row
from cruddur.messaging.ports import Missing, Put
from cruddur.messaging.service import Messaging
from cruddur.model import GROUP_MAX_MEMBERS, InboxRow, MessageGroup, User, checked_title
from cruddur.table import items
from cruddur.table.metering import counted_as


@counted_as("start_group")
async def start_group(
    messaging: Messaging,
    starter: User,
    people: Sequence[User],
    title: str,
    *,
    message_group_uuid: str | None = None,
) -> InboxRow:
    """The starter's inbox row. All people see the conversation at once. Raises Invalid.

    A uuid of one's own must be a UUIDv4, and of no conversation that is there: TransactionFailed.
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
    rows = [new_row(group, user_uuid, at=now) for user_uuid in members]
    await messaging.table.transact(
        [
            Put(items.group_item(group), [Missing("pk")]),
            *(Put(items.inbox_row_item(row)) for row in rows),
        ]
    )
    for row in rows:
        await publish_group(messaging, row)
    return rows[0]


def check_size(members: int) -> None:
    """Raises Invalid when a conversation would have more people than one may."""
    if members > GROUP_MAX_MEMBERS:
        raise Invalid(
            f"members_exceed_max_{GROUP_MAX_MEMBERS}",
            f"A conversation has at most {GROUP_MAX_MEMBERS} people.",
            field="handles",
        )
