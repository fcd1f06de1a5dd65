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
        rows = _rows_after(group, messages, _advancing)
        await insert([items.message_item(message) for message in messages], rows)

    return insert_messages


def change_with_rows(transact: TransactWithRows) -> ChangeMessages:
    """Returns what executes writes that change messages of a direct conversation, with both rows.

    It gets the messages as the writes leave them. The function raises what `transact` raises.
    """

    async def change_messages(
        group: MessageGroup, messages: Sequence[Message], writes: Sequence[Write]
    ) -> None:
        await transact(writes, _rows_after(group, messages, _counting))

    return change_messages


_Deriving = Callable[[str, Sequence[Message]], Callable[[Item | None], Item | None]]


def _rows_after(
    group: MessageGroup, messages: Sequence[Message], deriving: _Deriving
) -> list[Derive]:
    seen = {owner: seen_by(group, owner, messages) for owner in not_erased(group.members)}
    # The row of somebody who sees none of them, since they block the sender, is looked at as well, and
    # stays as it is: a sender whose messages were stored sooner could tell.
    return [
        Derive(items.member_row_key(group, owner), deriving(owner, theirs), is_optional=not theirs)
        for owner, theirs in seen.items()
    ]


def _counting(owner_uuid: str, messages: Sequence[Message]) -> Callable[[Item | None], Item | None]:
    """Like `_advancing`, for messages that were changed: nearly always a row only counts the change."""
    advanced = _advancing(owner_uuid, messages)

    def derive(item: Item | None) -> Item | None:
        if item is None or not all(only_counts(item, owner_uuid, one) for one in messages):
            return advanced(item)
        last = max((message.change_seq for message in messages), default=0)
        if not last:
            return item  # its owner sees none of them
        return {**item, "last_change_seq": max(last, item.get("last_change_seq", 0))}

    return derive


def only_counts(item: Item, owner_uuid: str, message: Message) -> bool:
    """Whether this message of its conversation changes nothing in the owner's row but the number of the
    last change. `advance` would find the same, and takes ten times as long.
    """
    last_seq, read_seq = item.get("last_seq"), item.get("read_seq", 0)
    if type(last_seq) is not int or type(read_seq) is not int or "archived_at" in item:
        return False
    if message.event is not None or owner_uuid in message.mentions or message.hidden_by:
        return False
    is_shown = message.seq == last_seq and message.changed_at == item.get("last_changed_at")
    is_read = message.user_uuid != owner_uuid or message.seq <= read_seq
    has_number = type(item.get("last_change_seq", 0)) is int
    return has_number and is_read and (message.seq < last_seq or is_shown)


def _advancing(_: str, messages: Sequence[Message]) -> Callable[[Item | None], Item | None]:
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
