"""List what was changed lately in a conversation, and how far the other one has read."""

from collections.abc import Sequence
from datetime import timedelta

from cruddur.domain.receipts import ReadMark
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.shared_marks import shared_marks
from cruddur.messaging.messages.list_changes import LAG, ChangedMessages, list_changes


async def list_changes_and_receipts(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    *,
    shares: bool,
    within: timedelta = LAG,
    applied: int = 0,
) -> tuple[ChangedMessages, Sequence[ReadMark] | None]:
    """Returns what `list_changes` does without `after`, and what `list_receipts` does.

    Between two people both cost what the changes alone cost, and half a read unit for the profile of
    somebody who has left a mark. Of a group the receipts are None: a page shows them only when it is
    asked to. Raises NotFound.
    """
    found = await list_changes(
        messaging,
        user_uuid,
        message_group_uuid,
        within=within,
        applied=applied,
        with_marks=shares,
    )
    group = await access_group(messaging, user_uuid, message_group_uuid, shows=True)
    if group.kind != "direct":
        return found, None
    return found, await shared_marks(messaging, user_uuid, group, found.marks or ())
