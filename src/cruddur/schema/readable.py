"""Reads many items at once. An item that cannot be read is logged and does not stop the others."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from cruddur.domain.item import Item
from cruddur.domain.message_changes import MessageChange
from cruddur.domain.model import InboxRow, Message, MessageRef
from cruddur.logs import Log
from cruddur.schema import items, keys

T = TypeVar("T")
Unreadable = Callable[[Item, Exception], None]
"""Called with an item that cannot be read and the exception."""

_NOBODY = "00000000-0000-0000-0000-000000000000"
_NO_TIME = "1970-01-01T00:00:00.000Z"
_log = Log()


def in_the_log(item: Item, error: Exception) -> None:
    """Logs the item's key and why it cannot be read."""
    _log.warning("an item cannot be read", key=place_of(item), error=why(error))


def place_of(item: Item) -> str:
    """Returns the item's key as a text for people."""
    return f"{item.get(keys.PARTITION_KEY)} / {item.get(keys.SORT_KEY)}"


def why(error: Exception) -> str:
    """Returns a reading error as a text for people."""
    return f"it has no {error.args[0]}" if isinstance(error, KeyError) else str(error)


def one_from(convert: Callable[[Item], T], item: Item | None) -> T | None:
    """What stands in one item. None if it is not there, or cannot be read: then the log names it."""
    if item is None:
        return None
    try:
        return convert(item)
    except items.UNREADABLE as error:
        in_the_log(item, error)
        return None


def messages_from(found: Iterable[Item]) -> list[Message]:
    """Returns the messages of the items, in the same order.

    A message that cannot be read is replaced by a deleted one, since numbers must have no gap. Items
    whose key is not a message's are left out.
    """
    messages: list[Message] = []
    for item in found:
        try:
            messages.append(items.message_from(item))
        except items.UNREADABLE as error:
            in_the_log(item, error)
            messages += _tombstone(item)
    return messages


def message_changes_from(
    found: Iterable[Item], unreadable: Unreadable = in_the_log
) -> list[MessageChange]:
    """Returns the changes of messages, in the same order, without those that cannot be read."""
    changes: list[MessageChange] = []
    for item in found:
        try:
            changes.append(items.change_from(item))
        except items.UNREADABLE as error:
            unreadable(item, error)
    return changes


def message_ref_from(found: Iterable[Item]) -> list[MessageRef]:
    """Returns the messages' references, in the same order, without items that are not messages."""
    numbered: list[MessageRef] = []
    for item in found:
        try:
            numbered.append(items.message_ref_from(item))
        except ValueError as error:
            in_the_log(item, error)
    return numbered


def rows_from(found: Iterable[Item], unreadable: Unreadable = in_the_log) -> list[InboxRow]:
    """Returns the inbox rows of the items, in the same order.

    Those that cannot be read are left out, and `unreadable` is called with each.
    """
    rows: list[InboxRow] = []
    for item in found:
        try:
            row = items.inbox_row_from(item)
            placed_at = keys.index_time(row.indexed_at)
            # It raises ValueError, since the inbox is sorted by these times, which are often the same.
            datetime.fromisoformat(row.last_message_at)
            if placed_at != row.last_message_at:
                datetime.fromisoformat(placed_at)
        except items.UNREADABLE as error:
            unreadable(item, error)
        else:
            rows.append(row)
    return rows


def _tombstone(item: Item) -> Sequence[Message]:
    """A deleted message in place of one that cannot be read; nothing if its key is not a message's."""
    try:
        return [_deleted(item, keys.seq_of(item["sk"]))]
    except items.UNREADABLE:
        return []


def _deleted(item: Item, seq: int) -> Message:
    def text(name: str, otherwise: str) -> str:
        value = item.get(name)
        return value if isinstance(value, str) else otherwise

    at = text("created_at", _NO_TIME)
    try:
        datetime.fromisoformat(at)
    except ValueError:
        at = _NO_TIME
    return Message(
        message_group_uuid=item["pk"].removeprefix(keys.MESSAGES_PREFIX),
        seq=seq,
        message_uuid=text("message_uuid", _NOBODY),
        message="",
        user_uuid=text("user_uuid", _NOBODY),
        user_handle=text("user_handle", "unknown"),
        user_display_name=text("user_display_name", "Unknown"),
        created_at=at,
        deleted_at=at,
    )
