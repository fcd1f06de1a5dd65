"""What this process has answered, so that it never answers with less, whatever a cache remembers.

It matters only when a write's increment failed in another process: then the cache still believes an
old page, while a read that went past it has shown the new one.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence

from cruddur.model import InboxRow, Message

REMEMBERED = 4096
_CHANGES = 64

Place = tuple[str, int, str, int]
"""How far on a row is: last_message_at, last_seq, last_changed_at, read_seq. A plain tuple, since
twenty are made and compared for each page that is shown."""


class Seen:
    """The edits of the conversations, and the rows of the inboxes, that were shown last."""

    def __init__(self) -> None:
        self._changes: OrderedDict[str, dict[int, str]] = OrderedDict()
        self._inboxes: OrderedDict[str, Mapping[str, Place]] = OrderedDict()

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
        before = self._inboxes.pop(user_uuid, {})
        self._inboxes[user_uuid] = {
            row.message_group_uuid: _later(_place(row), before.get(row.message_group_uuid))
            for row in rows
        }
        if len(self._inboxes) > REMEMBERED:
            self._inboxes.popitem(last=False)

    def has_newer_inbox(self, user_uuid: str, rows: Sequence[InboxRow], *, is_whole: bool) -> bool:
        """Whether a row was shown that is further on than here, or is not here and should be."""
        places = self._inboxes.get(user_uuid)
        if not places:
            return False
        met = [(row, seen) for row in rows if (seen := places.get(row.message_group_uuid))]
        if any(_is_less(_place(row), seen) for row, seen in met):
            return True
        return len(met) < len(places) and _lacks(rows, places, is_whole=is_whole)

    def inbox(self, user_uuid: str) -> Collection[str]:
        """The conversations on the page that was shown last."""
        return self._inboxes.get(user_uuid, {}).keys()


def _place(row: InboxRow) -> Place:
    return row.last_message_at, row.last_seq, row.last_changed_at or "", row.read_seq


def _later(place: Place, seen: Place | None) -> Place:
    if seen is None or place == seen:
        return place
    last_seq, changed_at = max(place[1:3], seen[1:3])
    return max(place[0], seen[0]), last_seq, changed_at, max(place[3], seen[3])


def _is_less(place: Place, seen: Place) -> bool:
    return place != seen and (place[1:3] < seen[1:3] or place[3] < seen[3])


def _lacks(rows: Sequence[InboxRow], places: Mapping[str, Place], *, is_whole: bool) -> bool:
    # The rows of other conversations have moved on, so what was shown may lie on the next page.
    end = rows[-1].last_message_at if rows and not is_whole else ""
    here = {row.message_group_uuid for row in rows}
    return any(place[0] > end for uuid, place in places.items() if uuid not in here)
