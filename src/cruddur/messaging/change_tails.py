"""Change tails: the newest changes of messages in the conversations that this process changes.

As with the tails of messages, a change tail may be outdated, because another process may have written
since. A put on the number after it succeeds only if nobody has taken that number, which proves that the
tail was complete.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cachetools import FIFOCache, LRUCache

from cruddur.domain.message_changes import MessageChange
from cruddur.domain.model import Message
from cruddur.ports.bus import Event

UNANSWERED_MOST = 3
"""The most changes that are sent and not answered. Storing many together takes less time."""

REMEMBERED_CHANGES = 64
REMEMBERED_CONVERSATIONS = 4096
REMEMBERED_MESSAGES = 2048


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """What a user wants to change in a message.

    `draft` returns the change of the message as it is now (None if there is no such message), or None
    if there is nothing to do. It raises an ApiError if the user may not. The numbers of the draft are
    set when it is stored. `change_uuid` is the client's own, and `after` the last change number that the
    client knew at its first try.
    """

    message_group_uuid: str
    user_uuid: str
    seq: int
    draft: Callable[[Message | None], MessageChange | None]
    change_uuid: str | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WaitingChange:
    """A change that waits to be stored, with the future for its caller.

    The future gets the message after the change, or None: then it is the caller's turn to store it.
    """

    request: ChangeRequest
    answer: asyncio.Future[Message | None]

    @property
    def has_the_turn(self) -> bool:
        """Whether the caller was given the turn."""
        done = self.answer.done() and not self.answer.cancelled()
        return done and self.answer.exception() is None and self.answer.result() is None

    def succeed(self, message: Message) -> None:
        """Gives the message to the caller, as it is after the change."""
        if not self.answer.done():  # the caller may have been cancelled
            self.answer.set_result(message)

    def fail(self, failure: Exception) -> None:
        """Raises the exception in the caller."""
        if not self.answer.done():
            self.answer.set_exception(failure)


class ChangeTail:
    """The newest changes of one conversation's messages, by number.

    While it `is_busy`, a single task has the turn, and changes the tail. Changes that arrive meanwhile
    are `waiting`, those that came first before the others, or follow the one that was `sent` last to the
    table, which has not answered yet. `is_applied` says that the last change has surely reached its
    message.
    """

    def __init__(self) -> None:
        self.waiting: deque[WaitingChange] = deque()
        self.sent: MessageChange | None = None
        self._ahead: dict[int, Message] = {}
        self._at_work = 0
        self.is_known = False
        self.is_doubted = False
        self.is_applied = True
        self.last_seq = 0
        self.taken_seq = 0
        self._recent: FIFOCache[int, MessageChange] = FIFOCache(REMEMBERED_CHANGES)

    @property
    def is_busy(self) -> bool:
        """Whether some task stores changes now."""
        return self._at_work > 0

    @property
    def is_full(self) -> bool:
        """Whether so many changes are sent and not answered that others had better wait."""
        return self._at_work >= UNANSWERED_MOST

    @property
    def is_behind(self) -> bool:
        """Whether others have probably written after the last remembered change."""
        return self.is_doubted or self.taken_seq > self.last_seq

    @property
    def last(self) -> MessageChange | None:
        """The last change. None if there is none, or if it cannot be read."""
        return self._recent.get(self.last_seq)

    def begin(self) -> None:
        """Notes that the caller stores a change. It must call `end`."""
        self._at_work += 1

    def end(self) -> None:
        """Ends the caller's work. The last one gives the turn to the change that has waited longest."""
        self._at_work -= 1
        if self._at_work:
            return
        self.take_back()
        while self.waiting:
            answer = self.waiting.popleft().answer
            if not answer.done():  # it is stored, or its caller was cancelled
                self._at_work = 1
                answer.set_result(None)
                return

    def send(self, change: MessageChange, messages: Iterable[Message]) -> None:
        """Notes a change as the last that was sent to the table, and its messages after it."""
        self.sent = change
        self._ahead |= {message.seq: message for message in messages}

    def ahead(self, seq: int) -> Message | None:
        """Returns a message as the changes that were sent will leave it, or None if none concerns it."""
        return self._ahead.get(seq)

    def arrive(self, messages: Iterable[Message]) -> None:
        """Notes that the table has stored messages that were sent."""
        for message in messages:
            if self._ahead.get(message.seq) is message:
                del self._ahead[message.seq]

    def take_back(self) -> None:
        """Forgets what was sent: nothing may follow it."""
        self.sent = None
        self._ahead.clear()

    def doubt(self) -> None:
        """Notes after a failure that others may have written. What follows must be read consistently."""
        self.is_doubted = True
        self.take_back()

    def start(self, last_seq: int, changes: Sequence[MessageChange]) -> None:
        """Remembers these as the newest changes, in place of all others."""
        self._recent.clear()
        self.is_known = True
        self.last_seq = 0
        self._follow(last_seq, changes)

    def extend(self, last_seq: int, changes: Sequence[MessageChange]) -> None:
        """Remembers the changes that a consistent read found after the last one, the oldest first."""
        self._follow(last_seq, changes)
        self.is_doubted = False
        self.taken_seq = 0

    def append(self, change: MessageChange) -> None:
        """Remembers a change that this process stored. It is yet to be applied to its message."""
        self.extend(change.change_seq, [change])

    def reaches(self, after: int | None) -> bool:
        """Whether every change with a number greater than `after` is remembered."""
        return after is None or self.last_seq - len(self._recent) <= after

    def find(self, user_uuid: str, change_uuid: str) -> MessageChange | None:
        """Returns this user's change with this uuid, or None if it is not remembered."""
        return find_change(list(self._recent.values()), user_uuid, change_uuid)

    def _follow(self, last_seq: int, changes: Sequence[MessageChange]) -> None:
        for change in changes:
            self._recent[change.change_seq] = change
        if last_seq > self.last_seq:
            self.last_seq = last_seq
            self.is_applied = False


class ChangeTails:
    """The change tails of the conversations that this process changed last."""

    def __init__(self) -> None:
        self._tails: LRUCache[str, ChangeTail] = LRUCache(REMEMBERED_CONVERSATIONS)
        self._shown: LRUCache[str, int] = LRUCache(REMEMBERED_CONVERSATIONS)
        self._changed: LRUCache[tuple[str, int], Message] = LRUCache(REMEMBERED_MESSAGES)

    def of(self, message_group_uuid: str) -> ChangeTail:
        """Returns a conversation's change tail.

        If it is forgotten while a task has its turn, that task and another may try the same number at
        once. Only one of them gets it.
        """
        tail = self._tails.get(message_group_uuid)
        if tail is None:
            tail = self._tails[message_group_uuid] = ChangeTail()
        return tail

    def changed(self, message_group_uuid: str, seq: int) -> Message | None:
        """Returns a message as this process changed it last. Only the condition of a write that makes
        all of its change proves that it still is so.
        """
        return self._changed.get((message_group_uuid, seq))

    def remember(self, message: Message) -> None:
        """Remembers a message that this process has changed, unless somebody has hidden it."""
        key = message.message_group_uuid, message.seq
        if message.hidden_by:
            self._changed.pop(key, None)
        else:
            self._changed[key] = message

    def forget(self, message_group_uuid: str, seq: int) -> None:
        """Forgets a message that is not as it is remembered."""
        self._changed.pop((message_group_uuid, seq), None)

    def last_seq(self, message_group_uuid: str) -> int:
        """Returns the greatest number that is known to be taken, or 0 if none is known."""
        tail = self._tails.get(message_group_uuid)
        return max(tail.last_seq if tail else 0, self._shown.get(message_group_uuid, 0))

    def record(self, message_group_uuid: str, change_seq: int) -> None:
        """Notes that a change of this number was read, or that an event told of it."""
        if change_seq > self._shown.get(message_group_uuid, 0):
            self._shown[message_group_uuid] = change_seq
        tail = self._tails.get(message_group_uuid)
        if tail is not None:
            tail.taken_seq = max(tail.taken_seq, change_seq)

    def on_event(self, event: Event) -> None:
        """Notes the number of another process's change, from its event on the bus.

        Only a read proves that it is stored, so an event that is wrong costs a read, and makes no gap.
        """
        if event.change_seq and event.message_group_uuid:
            self.record(event.message_group_uuid, event.change_seq)


def find_change(
    changes: Sequence[MessageChange], user_uuid: str, change_uuid: str
) -> MessageChange | None:
    """Returns the change with this uuid among those of this user, or None."""
    return next(
        (one for one in changes if one.change_uuid == change_uuid and one.user_uuid == user_uuid),
        None,
    )
