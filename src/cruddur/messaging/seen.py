"""What this process has answered, so that it never answers with less, whatever a cache remembers.

It matters only when a write's increment failed in another process: then the cache still believes an
old page, while a read that went past it has shown the new one.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from cruddur.model import InboxRow, Message

REMEMBERED = 4096
_CHANGES = 64

Place = tuple[int, str, int]


class Seen:
    """The edits of the conversations, and the rows of the inboxes, that were shown last."""

    def __init__(self) -> None:
        self._changes: OrderedDict[str, dict[int, str]] = OrderedDict()
        self._inboxes: OrderedDict[str, tuple[str, Mapping[str, Place]]] = OrderedDict()

    def saw_messages(self, message_group_uuid: str, messages: Sequence[Message]) -> None:
        found = {m.seq: m.changed_at for m in messages if m.changed_at}
        if not found:
            return
        changes = self._changes.pop(message_group_uuid, {})
        for seq, changed_at in found.items():
            changes[seq] = max(changed_at, changes.get(seq, ""))
        self._changes[message_group_uuid] = dict(sorted(changes.items())[-_CHANGES:])
        if len(self._changes) > REMEMBERED:
            self._changes.popitem(last=False)

    def has_newer_messages(self, message_group_uuid: str, messages: Sequence[Message]) -> bool:
        """Whether one of these was shown with a later text than it has here."""
        changes = self._changes.get(message_group_uuid)
        if not changes:
            return False
        return any((m.changed_at or "") < changes.get(m.seq, "") for m in messages)

    def saw_inbox(self, user_uuid: str, rows: Sequence[InboxRow]) -> None:
        """In the place of what was seen before: rows may also go, when one leaves a conversation."""
        newest = rows[0].last_message_at if rows else ""
        _, before = self._inboxes.pop(user_uuid, ("", {}))
        places = {
            row.message_group_uuid: _later(_place(row), before.get(row.message_group_uuid))
            for row in rows
        }
        self._inboxes[user_uuid] = newest, places
        if len(self._inboxes) > REMEMBERED:
            self._inboxes.popitem(last=False)

    def has_newer_inbox(self, user_uuid: str, rows: Sequence[InboxRow]) -> bool:
        """Whether a row was shown that is further on than here, or newer than all of these."""
        newest, places = self._inboxes.get(user_uuid, ("", {}))
        if newest > (rows[0].last_message_at if rows else ""):
            return True
        return any(_is_less(_place(row), places.get(row.message_group_uuid)) for row in rows)


def _place(row: InboxRow) -> Place:
    return row.last_seq, row.last_changed_at or "", row.read_seq


def _later(place: Place, seen: Place | None) -> Place:
    if seen is None:
        return place
    last_seq, changed_at = max(place[:2], seen[:2])
    return last_seq, changed_at, max(place[2], seen[2])


def _is_less(place: Place, seen: Place | None) -> bool:
    return seen is not None and (place[:2] < seen[:2] or place[2] < seen[2])
