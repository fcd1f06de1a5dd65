"""What this process remembers of the newest messages of the conversations it writes to.

A memory may be out of date: another process may have written since. That is no harm, because a put
on the number after a remembered last one succeeds only if nobody took that number. A put that
succeeds thus proves that the memory was complete, and with it that no remembered retry was missed.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from cruddur.model import Message, Numbered

REMEMBERED_MESSAGES = 64
REMEMBERED_CONVERSATIONS = 4096
REMEMBERED_NUMBERS = 65536


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """A message whose turn has not come, and who waits for it."""

    draft: Message
    after: int | None
    answer: asyncio.Future[Message]

    def succeed(self, message: Message) -> None:
        if not self.answer.done():  # whoever waited may have gone
            self.answer.set_result(message)

    def fail(self, failure: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(failure)


class Tail:
    """The numbers of a conversation's newest messages by their uuid, without a gap up to the last.

    While it `is_busy`, one task alone writes to the conversation and changes what is remembered.
    """

    def __init__(self) -> None:
        self.is_busy = False
        self.waiting: list[Waiting] = []
        self.work: asyncio.Task[None] | None = None
        self.is_doubted = False
        self._clear()

    def forget(self) -> None:
        """After a failure: what is read next must be read strongly."""
        self.is_doubted = True
        self._clear()

    def take(self, most: int) -> list[Waiting]:
        """Those who wait longest. Who has gone meanwhile is passed over."""
        taken, self.waiting = self.waiting[:most], self.waiting[most:]
        return [one for one in taken if not one.answer.done()] if taken else []

    def _clear(self) -> None:
        self.known = False
        self.oldest_seq = 1
        self.last_seq = 0
        self.last_created_at = ""
        self._seqs: OrderedDict[str, int] = OrderedDict()

    def fill(self, newest_first: Sequence[Numbered]) -> None:
        """Remembers these messages, and that none follow them."""
        self._clear()
        self.known = True
        for message in reversed(newest_first):
            self._seqs[message.message_uuid] = message.seq
        if newest_first:
            self.oldest_seq = newest_first[-1].seq
            self.last_seq = newest_first[0].seq
            self.last_created_at = newest_first[0].created_at

    def reaches(self, after: int | None) -> bool:
        """Whether every message with a number greater than `after` is remembered."""
        return self.known and (after is None or self.oldest_seq <= after + 1)

    def seq_of(self, message_uuid: str) -> int | None:
        return self._seqs.get(message_uuid)

    def append(self, message: Message) -> None:
        self.is_doubted = False
        self._seqs[message.message_uuid] = message.seq
        self.last_seq = message.seq
        self.last_created_at = message.created_at
        while len(self._seqs) > REMEMBERED_MESSAGES:
            _, forgotten = self._seqs.popitem(last=False)
            self.oldest_seq = forgotten + 1


class Tails:
    """The tails of the conversations written to last."""

    def __init__(self) -> None:
        self._tails: OrderedDict[str, Tail] = OrderedDict()
        self._seen: OrderedDict[str, int] = OrderedDict()

    def saw(self, message_group_uuid: str, seq: int) -> None:
        """A message of this number was read, so whoever was shown it may say that they read it."""
        self._seen[message_group_uuid] = max(seq, self._seen.pop(message_group_uuid, 0))
        if len(self._seen) > REMEMBERED_NUMBERS:
            self._seen.popitem(last=False)

    def of(self, message_group_uuid: str) -> Tail:
        """What is known of a conversation's end. Who is not its one writer only reads."""
        tail = self._tails.get(message_group_uuid)
        if tail is None:
            tail = self._tails[message_group_uuid] = Tail()
            self._drop_the_oldest()
        self._tails.move_to_end(message_group_uuid)
        return tail

    def last_seq(self, message_group_uuid: str) -> int:
        """The greatest number that is surely taken, 0 if nothing is remembered."""
        tail = self._tails.get(message_group_uuid)
        return max(tail.last_seq if tail else 0, self._seen.get(message_group_uuid, 0))

    def _drop_the_oldest(self) -> None:
        while len(self._tails) > REMEMBERED_CONVERSATIONS:
            oldest = next(iter(self._tails))
            if self._tails[oldest].is_busy:
                return
            del self._tails[oldest]
