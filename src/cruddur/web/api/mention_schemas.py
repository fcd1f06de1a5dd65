"""The JSON schemas of mentions, in messages and rows."""

from typing import Annotated

from msgspec import Meta, Struct

from cruddur.domain.mentions import mention_seq_of
from cruddur.domain.model import Message

__all__ = ["MentionOut", "MentionSeq", "mention_seq_of", "mentions_out"]

MentionSeq = Annotated[
    int,
    Meta(
        description="The number of the last message that mentions the owner; 0 if none does. Above "
        "`read_seq`, they have not read it."
    ),
]


class MentionOut(Struct, frozen=True):
    """A person whom a message mentions."""

    user_uuid: Annotated[str, Meta(description="The person.")]
    handle: Annotated[
        str,
        Meta(
            description="What stands behind the `@` in the text; they may have another handle now."
        ),
    ]


def mentions_out(message: Message) -> list[MentionOut]:
    """The JSON form of a message's mentions."""
    return [MentionOut(*one) for one in message.mentions.items()] if message.mentions else []
