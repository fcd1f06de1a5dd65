"""Changes of messages (edits and deletions), and what a message is after them."""

from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec import Struct

from cruddur.domain.model import Message

MessageChangeKind = Literal["edited", "deleted"]


class MessageChange(Struct, frozen=True, kw_only=True):
    """One edit or deletion. `change_seq` is its number in the conversation: 1, 2, 3 … without a gap.

    `seq` is the number of the message, and `message` its text after the change. `previous` is the number
    of the message's change before this one; 0 for its first. Only the first edit holds `before`, the
    text that the message had until then. `change_uuid` is the client's own, if it gave one.
    """

    message_group_uuid: str
    change_seq: int
    kind: MessageChangeKind
    seq: int
    user_uuid: str
    at: str
    message: str = ""
    before: str | None = None
    previous: int = 0
    change_uuid: str | None = None


def changed_message(message: Message, changes: Iterable[MessageChange]) -> Message:
    """Returns the message after these changes of it, which may come twice, late or in any order.

    The text is one register: it has the value of the greatest change number.
    """
    for change in changes:
        if change.seq == message.seq and change.change_seq > message.change_seq:
            message = _after(message, change)
    return message


def _after(message: Message, change: MessageChange) -> Message:
    is_deletion = change.kind == "deleted"
    return msgspec.structs.replace(
        message,
        message=change.message,
        edited_at=message.edited_at if is_deletion else change.at,
        deleted_at=change.at if is_deletion else None,
        change_seq=change.change_seq,
    )
