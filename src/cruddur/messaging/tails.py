"""Tails: the newest message numbers of the conversations that this process writes to.

A tail may be outdated, because another process may have written since. That is harmless: a put on the
number after the tail succeeds only if nobody has taken that number. So a put that succeeds proves that
the tail was complete, and that the message was not stored by an earlier try. But a put that fails costs
as much as one that succeeds, five times a read. So a tail that is probably outdated is first read on.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

from cachetools import FIFOCache, LRUCache

from cruddur.domain.model import Message, MessageRef
from cruddur.ports.bus import Event

REMEMBERED_MESSAGES = 64
REMEMBERED_CONVERSATIONS = 4096
REMEMBERED_NUMBERS = 65536


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """A message that waits to be stored, with the future for its caller."""

    draft: Message
    after: int | None
    answer: asyncio.Future[Message]

    def succeed(self, message: Message) -> None:
        """Gives the stored message to the caller."""
        if not self.answer.done():  # the caller may have been cancelled
            self.answer.set_result(message)

    def fail(self, failure: Exception) -> None:
        """Raises the exception in the caller."""
        if not self.answer.done():
            self.answer.set_exception(failure)


class Tail:
    """The numbers of a conversation's newest messages by uuid, without a gap up to the last.

    While it `is_busy`, a single task writes to the conversation and changes the tail. Messages that
    arrive meanwhile are `waiting`; `visitors` wait to hold messages back for a moment.

    A process remembers thousands of tails, so their parts are the ones that take the least memory.
    """

    __slots__ = (
        "__weakref__",
        "_seqs",
        "is_busy",
        "is_doubted",
        "known",
        "last_created_at",
        "last_seq",
        "oldest_seq",
        "taken_seq",
        "visitors",
        "waiting",
        "work",
    )

    def __init__(self) -> None:
        self.is_busy = False
        self.waiting: list[Waiting] = []
        self.visitors: list[asyncio.Future[None]] = []
        self.work: asyncio.Task[None] | None = None
        self.is_doubted = False
        self._clear()

    def doubt(self) -> None:
        """Notes after a failure that others may have written. What follows must be read consistently."""
        self.is_doubted = True

    def pass_to_a_visitor(self) -> bool:
        """Gives the turn to the next visitor. Returns False if there is none."""
        while self.visitors:
            turn = self.visitors.pop(0)
            if not turn.done():
                turn.set_result(None)
                return True
        return False

    def take(self, most: int) -> list[Waiting]:
        """Removes and returns those that have waited longest, without those of cancelled callers."""
        taken, self.waiting = self.waiting[:most], self.waiting[most:]
        return [one for one in taken if not one.answer.done()] if taken else []

    def _clear(self) -> None:
        self.known = False
        self.taken_seq = 0
        self.oldest_seq = 1
        self.last_seq = 0
        self.last_created_at = ""
        self._seqs: dict[str, int] = {}

    def fill(self, newest_first: Sequence[MessageRef]) -> None:
        """Remembers these messages as the newest ones, in place of all others."""
        taken_seq = self.taken_seq
        self._clear()
        self.known = True
        self.taken_seq = taken_seq
        for message in reversed(newest_first):
            # Of two messages with one uuid the older counts. Otherwise another user who sends the uuid
            # again much later could break a retry of the first message's sender.
            self._seqs.setdefault(message.message_uuid, message.seq)
        if newest_first:
            self.oldest_seq = newest_first[-1].seq
            self.last_seq = newest_first[0].seq
            self.last_created_at = newest_first[0].created_at

    def extend(self, messages: Sequence[MessageRef]) -> None:
        """Remembers the messages that follow the last one, the oldest first.

        A consistent read must have found them, and none after them.
        """
        for message in messages:
            self._follow(message)
        self.is_doubted = False
        self.taken_seq = 0  # nobody has a greater number, whatever an event said

    def is_behind(self, after: int | None) -> bool:
        """Whether others have probably written after the last remembered message.

        `after` may come from anybody. So it may cause a read, and nothing else.
        """
        return self.is_doubted or self.last_seq < max(self.taken_seq, after or 0)

    def reaches(self, after: int | None) -> bool:
        """Whether every message with a number greater than `after` is remembered."""
        return self.known and (after is None or self.oldest_seq <= after + 1)

    def seq_of(self, message_uuid: str) -> int | None:
        """Returns the number of the message with this uuid, or None if it is not remembered."""
        return self._seqs.get(message_uuid)

    def append(self, message: Message) -> None:
        """Remembers a message that this process stored after the last one."""
        self.is_doubted = False
        self._follow(message)

    def _follow(self, message: Message | MessageRef) -> None:
        self._seqs.setdefault(message.message_uuid, message.seq)  # the older counts, as in `fill`
        self.last_seq = message.seq
        self.last_created_at = message.created_at
        while len(self._seqs) > REMEMBERED_MESSAGES:
            self.oldest_seq = self._seqs.pop(next(iter(self._seqs))) + 1


class Tails:
    """The tails of the conversations that this process wrote to last."""

    def __init__(self) -> None:
        self._recent: LRUCache[str, Tail] = LRUCache(REMEMBERED_CONVERSATIONS)
        # One that is in use stays known even if it is no longer among the recent ones.
        self._known: WeakValueDictionary[str, Tail] = WeakValueDictionary()
        self._seen: FIFOCache[str, int] = FIFOCache(REMEMBERED_NUMBERS)

    def record(self, message_group_uuid: str, seq: int) -> None:
        """Records that a message of this number was read, so that marking it read needs no lookup."""
        self._seen[message_group_uuid] = max(seq, self._seen.get(message_group_uuid, 0))
        self._mark_taken(message_group_uuid, seq)

    def on_event(self, event: Event) -> None:
        """Notes which number the message of another process has, from its event on the bus.

        Only a read proves that it is stored, so an event that is wrong costs a read, and makes no gap.
        """
        if event.seq and event.message_group_uuid:
            self._mark_taken(event.message_group_uuid, event.seq)

    def _mark_taken(self, message_group_uuid: str, seq: int) -> None:
        # Nothing is noted of conversations to which this process does not write.
        tail = self._known.get(message_group_uuid)
        if tail is not None:
            tail.taken_seq = max(tail.taken_seq, seq)

    def of(self, message_group_uuid: str) -> Tail:
        """Returns a conversation's tail. Only the task that made it busy may change it."""
        tail = self._known.get(message_group_uuid)
        if tail is None:
            tail = self._known[message_group_uuid] = Tail()
        self._recent[message_group_uuid] = tail  # it is the one used last now
        return tail

    def last_seq(self, message_group_uuid: str) -> int:
        """Returns the greatest number that is known to be taken, or 0 if none is known."""
        tail = self._known.get(message_group_uuid)
        return max(tail.last_seq if tail else 0, self._seen.get(message_group_uuid, 0))
