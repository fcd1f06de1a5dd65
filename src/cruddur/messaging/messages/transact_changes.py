"""Store changes and apply them to their messages in one transaction, where it costs no more."""

from collections.abc import Sequence

from cruddur.domain.message_changes import MessageChange
from cruddur.domain.model import Message
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.apply_change import message_update
from cruddur.ports.table import IF_NEW, Put, Write
from cruddur.schema import items


async def transact_changes(
    messaging: MessagingContext,
    changes: Sequence[MessageChange],
    messages: Sequence[tuple[Message, Message]],
) -> None:
    """Stores changes of one conversation, whose messages are given as they are before and after them.

    The inbox rows of a direct conversation are in the same commit where the table can do that, as they
    are for a new message. Those of a group are left to the projector, and so is a deletion, since it
    erases what a crash has left of the texts. Raises ConditionFailed, TableUnavailable.
    """
    # These conditions alone make "exactly once, without a gap" true, as they do for messages.
    puts = [Put(items.change_item(change), IF_NEW) for change in changes]
    writes: list[Write] = [*puts, *(message_update(before, after) for before, after in messages)]
    group = messaging.direct_groups.get(changes[0].message_group_uuid)
    is_erasing = any(change.kind == "deleted" for change in changes)
    if messaging.change_with_rows is None or group is None or is_erasing:
        return await messaging.table.transact(writes)
    return await messaging.change_with_rows(group, [after for _, after in messages], writes)
