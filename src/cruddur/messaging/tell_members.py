"""Tell the members of a conversation that its title or its people have changed."""

from cruddur.messaging.events import publish_group
from cruddur.messaging.service import Messaging
from cruddur.model import MessageGroup
from cruddur.table import items, keys


async def tell_members(messaging: Messaging, group: MessageGroup) -> None:
    """Each of them hears how the conversation now stands in their own inbox."""
    uuid = group.message_group_uuid
    wanted = [keys.inbox_row_key(user_uuid, uuid) for user_uuid in group.members]
    for item in (await messaging.table.get_many(wanted, consistent=True)).values():
        await publish_group(messaging, items.inbox_row_from(item))
