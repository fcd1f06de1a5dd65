"""The conversations with recent messages and changes, of which this process has sent events."""

from cachetools import FIFOCache

from cruddur.domain.model import MessageGroup

REMEMBERED = 4096


class MovedGroups:
    """The conversations whose events were sent last, and when. It never reads a table.

    Inbox rows follow a message or a change a moment later, so that they do not yet tell of these.
    """

    def __init__(self) -> None:
        self._moved: FIFOCache[str, tuple[str, MessageGroup]] = FIFOCache(REMEMBERED)

    def remember(self, group: MessageGroup, at: str) -> None:
        """Records that an event about the group was sent at this time."""
        self._moved.pop(group.message_group_uuid, None)  # so that it becomes the last one
        self._moved[group.message_group_uuid] = at, group

    def since(self, at: str, user_uuid: str) -> list[str]:
        """Returns the uuids of the user's conversations with an event since that time, the latest first.

        It knows at most REMEMBERED conversations.
        """
        found = []
        for uuid, (moved_at, group) in reversed([*self._moved.items()]):
            if moved_at < at:
                break
            member = group.members.get(user_uuid)
            if member is not None and not member.is_request:
                found.append(uuid)
        return found
