"""Send each member of a group an event after its title or members have changed."""

from cruddur.domain.model import MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.inbox_rows import retitled
from cruddur.messaging.publishing import publish_group
from cruddur.schema import items
from cruddur.schema.readable import rows_from


async def tell_members(messaging: MessagingContext, group: MessageGroup, user_uuid: str) -> None:
    """Sends each member their own inbox row, as it is since `user_uuid` changed the group.

    It reads all of the rows.
    """
    wanted = [items.member_row_key(group, member_uuid) for member_uuid in group.members]
    found = await messaging.table.get_many(wanted, consistent=True)
    for row in rows_from(found.values()):
        # The projector may not have brought the title to the row yet.
        await publish_group(messaging, retitled(row, group), group, user_uuid)
