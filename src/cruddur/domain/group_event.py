"""What a message can say that happened to a group."""

from typing import Literal

from msgspec import Struct

MessageKind = Literal["text", "event"]
GroupEventType = Literal["made", "renamed", "pictured", "added", "joined", "left", "removed"]


class GroupEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened to a group: to whom, and its title if that was given by it."""

    type: GroupEventType
    user_uuids: tuple[str, ...] = ()
    title: str | None = None
