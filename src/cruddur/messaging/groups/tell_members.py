"""Send each member of a group an event after its title or members have changed."""

from collections.abc import Sequence

from cruddur.domain.model import InboxRow, MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.publishing import publish_group, publish_group_changed


async def tell_members(
    messaging: MessagingContext, group: MessageGroup, user_uuid: str, new_rows: Sequence[InboxRow]
) -> None:
    """Sends the members one event that `user_uuid` changed the group, and each newcomer their new row.

    It reads nothing, however many members there are.
    """
    for row in new_rows:
        await publish_group(messaging, row, group, user_uuid)
    newcomers = {row.owner_uuid for row in new_rows}
    await publish_group_changed(messaging, group, user_uuid, newcomers)
