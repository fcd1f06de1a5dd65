"""What a bubble shows of the message that it answers, as `static/js/quotes.js` does in the browser."""

from collections.abc import Iterable, Mapping
from typing import Any

from cruddur.domain.model import Message
from cruddur.domain.previews import preview

_DELETED, _UNSEEN = "Message deleted", "A message that you cannot see"


def by_seq(*messages: Iterable[Message]) -> Mapping[int, Message]:
    """Returns all these messages by their numbers."""
    return {message.seq: message for some in messages for message in some}


def quote_of(message: Message, known: Mapping[int, Message], me: str) -> dict[str, Any] | None:
    """Returns the quote of a message that answers another one; None if it answers none.

    A message that is not among the known ones is one that this person may not see.
    """
    seq = message.reply_to_seq
    if seq is None or message.deleted_at:
        return None
    quoted = known.get(seq)
    if quoted is None:
        return {"seq": seq, "state": "hidden", "name": "", "text": _UNSEEN}
    name = "You" if quoted.user_uuid == me else quoted.user_display_name
    if quoted.deleted_at:
        return {"seq": seq, "state": "deleted", "name": name, "text": _DELETED}
    return {"seq": seq, "state": "shown", "name": name, "text": preview(quoted.message)}
