"""Write messages, or changes of them, together with the inbox rows that follow them, where a commit may
hold both.
"""

from collections.abc import Callable, Sequence

from cruddur.domain.erasure import not_erased
from cruddur.domain.item import Item
from cruddur.domain.model import Message, MessageGroup
from cruddur.messaging.context import ChangeMessages, InsertMessages
from cruddur.messaging.inbox.inbox_rows import advance, changed_fields
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.ports.table import Derive, InsertWithRows, TransactWithRows, Write
from cruddur.schema import items

_UNREADABLE = (*items.UNREADABLE, OverflowError)


def insert_with_rows(insert: InsertWithRows) -> InsertMessages:
    """Returns what inserts messages of a direct conversation, all or none, with the rows of both people.

    A row that is missing or that another program wrote is left to the projector, and the other one then
    as well. The inserting function raises ConditionFailed if a number is taken, and TableUnavailable.
    """

    async def insert_messages(group: MessageGroup, messages: Sequence[Message]) -> None:
        rows = _rows_after(group, messages)
        await insert([items.message_item(message) for message in messages], rows)

    return insert_messages


def change_with_rows(transact: TransactWithRows) -> ChangeMessages:
    """Returns what executes writes that change messages of a direct conversation, with both rows.

    It gets the messages as the writes leave them. The function raises what `transact` raises.
    """

    async def change_messages(
        group: MessageGroup, messages: Sequence[Message], writes: Sequence[Write]
    ) -> None:
        await transact(writes, _rows_after(group, messages))

    return change_messages


def _rows_after(group: MessageGroup, messages: Sequence[Message]) -> list[Derive]:
    seen = {owner: seen_by(group, owner, messages) for owner in not_erased(group.members)}
    # The row of somebody who sees none of them, since they block the sender, is looked at as well, and
    # stays as it is: a sender whose messages were stored sooner could tell.
    return [
        Derive(items.member_row_key(group, owner), _advancing(theirs), is_optional=not theirs)
        for owner, theirs in seen.items()
    ]


def _advancing(messages: Sequence[Message]) -> Callable[[Item | None], Item | None]:
    def derive(item: Item | None) -> Item | None:
        if item is None:
            return None
        try:
            before = items.inbox_row_from(item)
            values, removed = changed_fields(before, advance(before, messages))
        except _UNREADABLE:
            return None
        # Attributes that a newer version has added stay as they are.
        after = {**item, **values}
        for name in removed:
            del after[name]
        return after

    return derive
