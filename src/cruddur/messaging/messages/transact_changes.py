"""Store changes and apply them to their messages in one transaction, where it costs no more."""

from collections.abc import Sequence

from cruddur.domain.item import Key
from cruddur.domain.message_changes import MessageChange
from cruddur.domain.model import Message
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.apply_change import message_update
from cruddur.ports.table import IF_NEW, Check, Condition, Equals, Put, Write
from cruddur.schema import items, keys


async def transact_changes(
    messaging: MessagingContext,
    changes: Sequence[MessageChange],
    messages: Sequence[tuple[Message, Message]],
    behind: MessageChange | None = None,
) -> None:
    """Stores changes of one conversation, whose messages are given as they are before and after them.

    The inbox rows of a direct conversation are in the same commit where the table can do that, as they
    are for a new message. Those of a group are left to the projector, and so is a deletion, since it
    erases what a crash has left of the texts. If they follow a reaction that is not answered (`behind`),
    they are stored only if that one is, as it is given. Raises ConditionFailed, TableUnavailable.
    """
    # These conditions alone make "exactly once, without a gap" true, as they do for messages.
    puts = [Put(items.change_item(change), IF_NEW) for change in changes]
    writes: list[Write] = [*puts, *(message_update(before, after) for before, after in messages)]
    if behind is not None:
        writes.append(Check(*_as_sent(behind)))
    group = messaging.direct_groups.get(changes[0].message_group_uuid)
    is_erasing = any(change.kind == "deleted" for change in changes)
    if messaging.change_with_rows is None or group is None or is_erasing:
        return await messaging.table.transact(writes)
    return await messaging.change_with_rows(group, [after for _, after in messages], writes)


def _as_sent(reaction: MessageChange) -> tuple[Key, Condition]:
    # The number alone would not do: another process may have taken it for a change of its own.
    item = dict(items.change_item(reaction))
    key = keys.key_of(item)
    return key, [Equals(name, item[name]) for name in item if name not in _KEY]


_KEY = (keys.PARTITION_KEY, keys.SORT_KEY)
