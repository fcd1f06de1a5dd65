"""Finds the events that a device missed while it was disconnected.

An inbox row follows its messages a moment later. So rows only tell which conversations have moved, and
this process's memory of its events adds those whose rows have not moved yet. The state of each
conversation is then read from its messages. What another process did a moment ago is found once its row
has moved, so the search is to be repeated.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cruddur.domain.errors import NotFound
from cruddur.domain.model import InboxRow, Message, MessageGroup, shown_to
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import GroupInInbox, MessageSent
from cruddur.messaging.inbox.inbox_rows import advance, renamed, retitled
from cruddur.messaging.inbox.list_inbox import rows_since
from cruddur.messaging.messages.read_newest import read_newest
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.messaging.publishing import message_sent
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import keys
from cruddur.schema.readable import rows_from

GROUPS_MAX = 20
"""The most conversations that a search reads: those that moved last. Beyond, `is_complete` is false."""

MESSAGES_OF_A_GROUP_MAX = 10
MESSAGES_MAX = 100
"""The most messages sent as events, of one conversation and in all. A device fetches more itself."""

_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class _Moved:
    """A conversation's row as its messages say, and the missed messages if they are few."""

    row: InboxRow
    group: MessageGroup
    messages: Sequence[Message]


class MissedEvents:
    """The absence of one device, since a time."""

    def __init__(self, messaging: MessagingContext, user_uuid: str, since: str) -> None:
        self._messaging = messaging
        self._user_uuid = user_uuid
        self._since = since
        self._known: dict[str, tuple[int, int]] = {}
        self.is_complete = True
        """Whether no search found more than GROUPS_MAX conversations. Otherwise the device has to read
        its inbox anew."""

    @access_pattern(
        "find_missed",
        Ceiling("L", "resume a stream, one conversation moved", write=0, read=4.5),
        Ceiling("L", "resume it, nothing moved", write=0, read=0.5),
    )
    async def find(self, *, only_remembered: bool = False) -> Sequence[GroupInInbox | MessageSent]:
        """Returns the missed events that no earlier call returned. Raises TableUnavailable.

        `only_remembered` does not ask the index: it finds what was done by this process.

        The state of each conversation comes first, the newest first, then the messages in the order of
        sending. A device whose connection breaks in between resumes after its last message and has all
        before it.
        """
        moved: list[_Moved] = []
        waiting = await self._rows(only_remembered)
        while waiting:
            part, waiting = waiting[:_AT_ONCE], waiting[_AT_ONCE:]
            looked = await asyncio.gather(*map(self._search, part))
            moved += [one for one in looked if one is not None]
        moved.sort(key=lambda one: one.row.last_message_at, reverse=True)
        return [*(_as_it_stands(one) for one in moved), *self._messages_of(moved)]

    async def _rows(self, only_remembered: bool) -> Sequence[InboxRow]:
        """Returns the rows of the conversations that have changed."""
        rows = [] if only_remembered else await self._moved_rows()
        found = {row.message_group_uuid for row in rows}
        remembered = self._messaging.moved_groups.since(self._since, self._user_uuid)
        late = [uuid for uuid in remembered if uuid not in found and uuid not in self._known]
        self.is_complete &= len(late) + len(rows) <= GROUPS_MAX
        wanted = [keys.inbox_row_key(self._user_uuid, uuid) for uuid in late[:GROUPS_MAX]]
        found_late = (await self._messaging.table.get_many(wanted)).values() if wanted else ()
        return [*rows_from(found_late), *rows][:GROUPS_MAX]

    async def _moved_rows(self) -> list[InboxRow]:
        """Returns the rows that have moved since then, and since an earlier call.

        The index also names rows that stood still: they are as old as its slack. Events after an earlier
        call were sent live, so only a row that has advanced can tell of others.
        """
        rows = await rows_since(self._messaging, self._user_uuid, self._since, GROUPS_MAX + 1)
        moved = [row for row in rows if row.last_message_at >= self._since]
        return [
            row
            for row in moved
            if _numbers(row) > self._known.get(row.message_group_uuid, (-1, -1))
        ]

    async def _search(self, row: InboxRow) -> _Moved | None:
        uuid = row.message_group_uuid
        try:
            group = await access_group(self._messaging, self._user_uuid, uuid, shows=True)
        except NotFound:
            return None  # the user has left the conversation meanwhile
        newest = await read_newest(
            self._messaging,
            uuid,
            MESSAGES_OF_A_GROUP_MAX + 1,
            first_seq=group.members[self._user_uuid].first_seq,
        )
        newest = seen_by(group, self._user_uuid, newest)
        row = renamed(retitled(advance(row, newest), group), group)
        self._known[uuid] = _numbers(row)
        seen = shown_to(self._user_uuid, newest)
        missed = [message for message in seen if message.created_at >= self._since]
        return _Moved(row, group, missed if len(missed) <= MESSAGES_OF_A_GROUP_MAX else ())

    def _messages_of(self, moved: Iterable[_Moved]) -> Sequence[MessageSent]:
        missed: list[tuple[Message, MessageGroup]] = []
        for one in moved:
            if len(missed) + len(one.messages) <= MESSAGES_MAX:
                missed += [(message, one.group) for message in one.messages]
        missed.sort(key=lambda pair: pair[0].created_at)
        now = self._messaging.now()
        return [message_sent(group, message, now) for message, group in missed]


def _numbers(row: InboxRow) -> tuple[int, int]:
    return row.last_seq, row.last_change_seq


def _as_it_stands(moved: _Moved) -> GroupInInbox:
    return GroupInInbox(row=moved.row, group=moved.group, user_uuid=None)
