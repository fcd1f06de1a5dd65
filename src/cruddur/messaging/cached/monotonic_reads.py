"""Monotonic reads: what this process has answered, so that no later answer is older.

It matters only if another process could not invalidate the cache after a write. The cache then serves an
old page, although a read that bypassed it has shown the new one.
"""

from collections.abc import Collection, Mapping, Sequence

from cachetools import FIFOCache

from cruddur.domain.model import InboxRow, Message

REMEMBERED = 4096
_CHANGES = 64

RowState = tuple[str, int, str, int, int]
"""The state of a row: last_message_at, last_seq, last_changed_at, read_seq, and how often its owner has
changed what no message tells. It is a plain tuple, since twenty are made and compared for each page of
an inbox."""

States = Mapping[str, RowState]
"""The states of the rows of an inbox by conversation, newest first."""


class MonotonicReads:
    """The edits of messages and the inbox rows that were shown last."""

    def __init__(self) -> None:
        self._changes: FIFOCache[str, dict[int, str]] = FIFOCache(REMEMBERED)
        self._inboxes: FIFOCache[str, States] = FIFOCache(REMEMBERED)

    def record_messages(self, message_group_uuid: str, messages: Sequence[Message]) -> None:
        """Records the edits and deletions among messages that are shown."""
        found = {m.seq: m.changed_at for m in messages if m.changed_at}
        if not found:
            return
        changes = dict(self._changes.get(message_group_uuid, {}))
        for seq, changed_at in found.items():
            changes[seq] = max(changed_at, changes.get(seq, ""))
        self._changes[message_group_uuid] = dict(sorted(changes.items())[-_CHANGES:])

    def has_newer_messages(self, message_group_uuid: str, messages: Sequence[Message]) -> bool:
        """Whether one of these messages was shown with a later edit than it has here."""
        changes = self._changes.get(message_group_uuid)
        if not changes:
            return False
        return any((m.changed_at or "") < changes.get(m.seq, "") for m in messages)

    def record_inbox(self, user_uuid: str, rows: Sequence[InboxRow]) -> None:
        """Records the rows that are shown, in place of the earlier ones.

        A row that was shown earlier may be missing, since its owner may have left the conversation.
        """
        self._record(user_uuid, _states_of(rows), self._inboxes.get(user_uuid, {}))

    def record_unless_older(
        self, user_uuid: str, rows: Sequence[InboxRow], *, is_whole: bool
    ) -> bool:
        """Records the rows and returns True, unless a newer state or a missing row was shown before."""
        states, seen = _states_of(rows), self._inboxes.get(user_uuid, {})
        if states != seen and _is_behind(states, seen, is_whole=is_whole):
            return False
        self._record(user_uuid, states, seen)
        return True

    def has_newer_inbox(self, user_uuid: str, rows: Sequence[InboxRow], *, is_whole: bool) -> bool:
        """Whether a newer state of one of these rows was shown, or a row that is missing here."""
        return _is_behind(_states_of(rows), self._inboxes.get(user_uuid, {}), is_whole=is_whole)

    def _record(self, user_uuid: str, states: States, seen: States) -> None:
        if states != seen:
            states = {uuid: _later(state, seen.get(uuid)) for uuid, state in states.items()}
        self._inboxes[user_uuid] = states

    def inbox(self, user_uuid: str) -> Collection[str]:
        """The uuids of the conversations that were shown last."""
        return self._inboxes.get(user_uuid, {}).keys()


def _states_of(rows: Sequence[InboxRow]) -> States:
    return {
        row.message_group_uuid: (
            row.last_message_at,
            row.last_seq,
            row.last_changed_at or "",
            row.read_seq,
            row.settings_version + row.hidden_version,
        )
        for row in rows
    }


def _later(state: RowState, seen: RowState | None) -> RowState:
    if seen is None or state == seen:
        return state
    # The time is that of the greater number: after a wrong clock, an older row may have a later time.
    last_message_at, last_seq, changed_at, *_ = max(state, seen, key=lambda each: each[1:3])
    read_seq, version = max(state[3], seen[3]), max(state[4], seen[4])
    return last_message_at, last_seq, changed_at, read_seq, version


def _is_less(state: RowState, seen: RowState) -> bool:
    if state == seen:
        return False
    return state[1:3] < seen[1:3] or state[3] < seen[3] or state[4] < seen[4]


def _is_behind(states: States, seen: States, *, is_whole: bool) -> bool:
    if any(_is_less(state, seen[uuid]) for uuid, state in states.items() if uuid in seen):
        return True
    missing = [state for uuid, state in seen.items() if uuid not in states]
    # A row that was shown may be on the next page now, because other conversations got messages.
    end = "" if is_whole else min((state[0] for state in states.values()), default="")
    return any(state[0] > end for state in missing)
