"""What stayed unread, for a mail that tells of it."""

from typing import NamedTuple

from msgspec import Struct

UNREAD_SECONDS = 3600
"""How long a message is unread before a mail tells of it."""


class DigestState(Struct, frozen=True, kw_only=True):
    """That a person wants such mails. They are looked at again at `due_at`, in epoch seconds.

    `told_until` is the time up to which a mail has told of messages; empty before the first one.
    """

    user_uuid: str
    due_at: int
    told_until: str = ""


class UnreadConversation(NamedTuple):
    """A conversation as its reader knows it, and how many messages are unread."""

    name: str
    unread: int


class Digest(NamedTuple):
    """What a mail tells of: the conversations, the newest first."""

    conversations: tuple[UnreadConversation, ...]

    @property
    def unread(self) -> int:
        """All unread messages together."""
        return sum(one.unread for one in self.conversations)
