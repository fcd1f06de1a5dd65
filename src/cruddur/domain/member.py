"""A member of a conversation, and what is hidden from them."""

from typing import Literal

from msgspec import Struct

from cruddur.domain.hidden import Hidden


class Member(Struct, frozen=True, kw_only=True):
    """A user's membership of a message group.

    `joined_seq` is the number of the last message before the user joined, or joined again. Messages
    up to it are hidden from the user everywhere: in lists, events, the inbox and exports.
    `name_version` is that of the user's profile from which the display name and the picture are (the
    hash of it, None without one). `cleared_seq` is the
    last message that the user has cleared for themselves: what is up to it is hidden from them too.
    `hidden` holds what the user never sees because they had blocked who wrote it. `is_request` says that
    the user has not accepted the conversation yet. `expired_seq` is the group's `expired_through`; the
    item of the group holds it once.
    `role` is None for those who are no admins; the owner stands in the group.
    """

    handle: str
    display_name: str
    joined_seq: int = 0
    name_version: int | None = None
    cleared_seq: int | None = None
    hidden: tuple[Hidden, ...] = ()
    is_request: bool = False
    role: Literal["admin"] | None = None
    expired_seq: int = 0
    picture: str | None = None

    @property
    def hidden_seq(self) -> int:
        """The number of the last message that is hidden from this member; 0 if none is."""
        return max(self.joined_seq, self.cleared_seq or 0, self.expired_seq)

    @property
    def emptied_seq(self) -> int:
        """The last message that the user has cleared, or that was too old to be kept."""
        return max(self.cleared_seq or 0, self.expired_seq)

    @property
    def skipped_seq(self) -> int:
        """The number up to which nothing is left to read, since it is hidden or lies before it."""
        return max([self.hidden_seq, *(one.until or 0 for one in self.hidden)])

    @property
    def first_seq(self) -> int:
        """The number of the first message that this member may see, whether it exists yet or not."""
        return self.hidden_seq + 1

    def may_see(self, seq: int) -> bool:
        """Whether it follows what is hidden from the member, and is by nobody whom they had blocked."""
        # Each send asks this for each member, of whom hardly one has cleared or blocked anything.
        if seq <= self.joined_seq or seq <= self.expired_seq:
            return False
        if self.cleared_seq is not None and seq <= self.cleared_seq:
            return False
        return not self.hidden or not any(one.has(seq) for one in self.hidden)

    @property
    def has_blocked(self) -> bool:
        """Whether this member of a direct conversation blocks the other one now."""
        return bool(self.hidden) and self.hidden[-1].is_open
