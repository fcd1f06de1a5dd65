"""The changes of messages in the data model that `data_model.py` makes."""

from collections.abc import Sequence

from cruddur.domain.message_changes import MessageChange
from cruddur.domain.model import Message, User

_CORRECTED = {"I found your blue notebook.": "I found your blue notebok."}
"""The messages that were edited, with the texts that they had before."""

_LIKED = "See you at the pier!"
"""The message to which somebody has reacted."""


def changes_of(message: Message, fan: User) -> Sequence[MessageChange]:
    """Returns the changes of a message: none, or the only one of its conversation.

    `fan` is the person who reacts.
    """
    if message.message == _LIKED:
        return (_reaction(message, fan),)
    before = _CORRECTED.get(message.message)
    return () if before is None else (_edit(message, before),)


def _edit(message: Message, before: str) -> MessageChange:
    return MessageChange(
        message_group_uuid=message.message_group_uuid,
        change_seq=1,
        kind="edited",
        seq=message.seq,
        user_uuid=message.user_uuid,
        at=f"{message.created_at[:16]}:30.000Z",
        message=message.message,
        before=before,
    )


def _reaction(message: Message, fan: User) -> MessageChange:
    return MessageChange(
        message_group_uuid=message.message_group_uuid,
        change_seq=1,
        kind="reacted",
        seq=message.seq,
        user_uuid=fan.user_uuid,
        at=f"{message.created_at[:16]}:40.000Z",
        reactions=("\U0001f44d",),
    )
