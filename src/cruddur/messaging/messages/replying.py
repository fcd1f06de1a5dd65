"""Answer a message by its number. What may be answered is decided without a read."""

import msgspec

from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.group_events import event_seqs, is_event
from cruddur.domain.model import Message, MessageGroup
from cruddur.messaging.tails import Tail

_UNKNOWN = declare_code("reply_to_seq_unknown", "There is no such message to answer.")

NO_MESSAGE = 10**12 - 1
"""The greatest number that a key can hold. No conversation reaches it."""


def replying(draft: Message, group: MessageGroup, reply_to_seq: int | None) -> Message:
    """Returns the draft as an answer to the message of this number; None leaves it as it is.

    A number from before the sender came becomes one that no message has. So it is refused as that one
    is, and guessing tells nothing; but not before a retry of a stored message was recognized, whose
    sender may have left and come back in between. What they have cleared they may answer still: they may
    have written the answer before that.
    """
    if reply_to_seq is None:
        return draft
    if reply_to_seq in event_seqs(group):
        raise is_event()
    is_seen = reply_to_seq > group.members[draft.user_uuid].joined_seq
    return msgspec.structs.replace(draft, reply_to_seq=reply_to_seq if is_seen else NO_MESSAGE)


def answers_nothing(tail: Tail, draft: Message) -> bool:
    """Whether the draft answers a number that the conversation has not reached, as far as is known.

    Numbers have no gap, so every number up to the last one is a message.
    """
    return draft.reply_to_seq is not None and draft.reply_to_seq > tail.last_seq


def require_answered(tail: Tail, draft: Message) -> None:
    """Raises Invalid if the draft answers a message that does not exist. The tail must be complete."""
    if answers_nothing(tail, draft):
        raise nothing_to_answer()


def nothing_to_answer() -> Invalid:
    """The error for an answer to a message that does not exist or that the sender may not see."""
    return Invalid(
        _UNKNOWN, "The message that this one answers is not there.", field="reply_to_seq"
    )
