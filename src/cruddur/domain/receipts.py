"""Read receipts: up to which message somebody has read, as the other members see it."""

from msgspec import Struct

from cruddur.domain.model import MessageGroup

NEVER = "never"
"""The `receipts_from` of a person who shares none. As a text it is greater than every time."""


class ReadMark(Struct, frozen=True, kw_only=True):
    """A person has read up to the message of this number, and said so at this time."""

    message_group_uuid: str
    user_uuid: str
    read_seq: int
    read_at: str


def shares_receipts(receipts_from: str | None) -> bool:
    """Whether a person whose profile has this value shares receipts."""
    return receipts_from != NEVER


def is_shared(mark: ReadMark, receipts_from: str | None) -> bool:
    """Whether the person shares this mark: it is not from before they switched receipts off."""
    return mark.read_at >= (receipts_from or "")


def may_know(group: MessageGroup, reader_uuid: str, owner_uuid: str, read_seq: int) -> bool:
    """Whether a member may know that another one has read up to this number.

    Both are members, and the number is of a message that both may see. Between two people of whom one
    has blocked the other nobody knows, nor before a request was accepted. Each place that tells of
    receipts asks this.
    """
    reader, owner = group.members.get(reader_uuid), group.members.get(owner_uuid)
    if reader is None or owner is None or reader_uuid == owner_uuid:
        return False
    if reader.is_request or owner.is_request:
        return False
    is_blocked = group.kind == "direct" and any(
        one.is_open for member in (reader, owner) for one in member.hidden or ()
    )
    return not is_blocked and read_seq > max(reader.hidden_seq, owner.joined_seq)
