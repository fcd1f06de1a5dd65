"""Insert messages under their numbers, all or none, and the inbox rows with them where that is free."""

from collections.abc import Sequence

from cruddur.domain.model import Message
from cruddur.messaging.context import MessagingContext
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema import items


async def insert_messages(messaging: MessagingContext, messages: Sequence[Message]) -> None:
    """Stores messages of one conversation.

    The rows of a direct conversation are in the same commit where the table can do that. Those of a
    group are left to the projector: its members may change at the same moment, and it writes each row
    once for many messages.

    Raises ConditionFailed if one of the numbers is taken, TableUnavailable.
    """
    group = messaging.direct_groups.get(messages[0].message_group_uuid)
    if messaging.insert_with_rows is not None and group is not None:
        return await messaging.insert_with_rows(group, messages)
    # This condition alone makes "exactly once, without a gap" true. Of all processes that try a number,
    # one gets it, and the others read the tail again.
    puts = [Put(items.message_item(message), IF_NEW) for message in messages]
    if len(puts) == 1:
        return await messaging.table.put(puts[0])
    return await messaging.table.transact(puts)
