"""The erasure of a person: their account, and what is known of them in conversations."""

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct

from cruddur.domain.renaming import Renaming

ErasedMessages = Literal["blank", "keep"]
"""What becomes of the messages of an erased person: blanked, or kept under ERASED_NAME."""

ErasedReports = Literal["blank", "keep"]
"""What becomes of their messages in reports: blanked, or kept as evidence, with their handle."""

ERASED_NAME = "Deleted account"
_MARK = "-"


class Erasure(Struct, frozen=True, kw_only=True):
    """A person who is being erased, or was.

    `name_version` is greater than that of any name that the person had. `handle` is the one that they
    had; it is None once they are erased. `busy_until` is the epoch second until which a process has
    taken the work over.
    """

    user_uuid: str
    began_at: str
    messages: ErasedMessages
    name_version: int
    handle: str | None = None
    busy_until: int = 0
    reports: ErasedReports = "blank"

    @property
    def person(self) -> Renaming:
        """What others see of the person from now on."""
        return Renaming(
            user_uuid=self.user_uuid,
            handle=erased_handle(self.user_uuid),
            display_name=ERASED_NAME,
            name_version=self.name_version,
        )


class LeftConversation(Struct, frozen=True, kw_only=True):
    """A conversation in which a person was.

    Up to `erased_seq` none of its messages shows them. Nor does one for a change up to
    `erased_change_seq`.
    """

    user_uuid: str
    message_group_uuid: str
    erased_seq: int = 0
    erased_change_seq: int = 0


def erased_handle(user_uuid: str) -> str:
    """Returns what stands where the handle of an erased person stood. Nobody can take it as a handle."""
    return _MARK + user_uuid


def is_erased_handle(handle: str) -> bool:
    """Whether this stands where the handle of an erased person stood."""
    return handle.startswith(_MARK)


class HasHandle(Protocol):
    """A member of a conversation."""

    @property
    def handle(self) -> str:
        """The handle, or what stands in its place."""
        ...


def not_erased(members: Mapping[str, HasHandle]) -> list[str]:
    """Returns the uuids of the members who have an inbox: without the people who were erased."""
    return [uuid for uuid, member in members.items() if not is_erased_handle(member.handle)]
