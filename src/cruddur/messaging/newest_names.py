"""The display names that this process has learned last, newer than those in groups that it remembers."""

import msgspec
from cachetools import LRUCache

from cruddur.domain.member import Member
from cruddur.domain.model import MessageGroup
from cruddur.domain.renaming import Renaming, is_behind

_MOST = 4096


class NewestNames:
    """The newest name of each person who was renamed of late, as far as this process has heard.

    A direct conversation is remembered for ten minutes, and its members have the names of when it
    was read. A name of a lower version never replaces another.
    """

    def __init__(self) -> None:
        self._names: LRUCache[str, Renaming] = LRUCache(_MOST)

    def note(self, renamed: Renaming) -> None:
        """Remembers the name, unless a newer one is remembered."""
        known = self._names.get(renamed.user_uuid)
        if known is None or known.name_version < renamed.name_version:
            self._names[renamed.user_uuid] = renamed

    def applied(self, group: MessageGroup) -> MessageGroup:
        """Returns the group with the newest names that are known of its members."""
        if not self._names:  # nearly always: this is asked at each send
            return group
        newer = {
            uuid: named
            for uuid, member in group.members.items()
            if (named := self._newer(uuid, member)) is not None
        }
        if not newer:
            return group
        return msgspec.structs.replace(group, members={**group.members, **newer})

    def _newer(self, user_uuid: str, member: Member) -> Member | None:
        known = self._names.get(user_uuid)
        return renamed_member(member, known) if known is not None else None


def renamed_member(member: Member, renamed: Renaming) -> Member | None:
    """Returns the member with the new name and picture, or None if they have these or newer ones."""
    if not is_behind(member.name_version, member.picture, renamed.name_version, renamed.picture):
        return None
    return msgspec.structs.replace(
        member,
        handle=renamed.handle,  # another one only if the person was erased
        display_name=renamed.display_name,
        name_version=renamed.name_version,
        picture=renamed.picture,
    )
