"""What a message can say that happened to a group."""

from typing import Literal

from msgspec import Struct

MessageKind = Literal["text", "event"]
GroupEventType = Literal[
    "made", "renamed", "pictured", "added", "joined", "left", "removed", "retention", "told"
]


class GroupEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened to a group: to whom, and its title if that was given by it.

    `days` is after how many days its messages go from now on; None if they go as the service says.
    `told` is what the service says itself, for a host: in a conversation of two as well.
    """

    type: GroupEventType
    user_uuids: tuple[str, ...] = ()
    title: str | None = None
    days: int | None = None
