"""What one member of a direct conversation never sees: what the other wrote while they were blocked."""

from collections.abc import Sequence

from msgspec import Struct


class Hidden(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The messages of one block: those after the number `after`, up to the number `until`.

    The block lasted from `since` to `ended`. `until` and `ended` are None as long as it lasts.
    """

    after: int
    since: str
    until: int | None = None
    ended: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the block still lasts."""
        return self.until is None

    def has(self, seq: int) -> bool:
        """Whether the message of this number is one of them."""
        return seq > self.after and (self.until is None or seq <= self.until)

    def was_at(self, at: str) -> bool:
        """Whether the block lasted at this time."""
        return at >= self.since and (self.ended is None or at < self.ended)


def visible_parts(hidden: Sequence[Hidden], first: int, last: int) -> list[tuple[int, int]]:
    """Returns the ranges of numbers from `first` to `last` that are not hidden, in their order."""
    parts: list[tuple[int, int]] = []
    for one in hidden:
        parts.append((first, min(one.after, last)))
        if one.until is None:
            break
        first = max(first, one.until + 1)
    else:
        parts.append((first, last))
    return [(begin, end) for begin, end in parts if begin <= end]
