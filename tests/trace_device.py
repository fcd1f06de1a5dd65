"""A device in the traces: it does with events and answers what the page does, and nothing more."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any, NamedTuple

from cruddur.domain.errors import NotFound
from cruddur.domain.model import Message, User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import MessageChanged, MessageSent, MessagesHidden
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.web.api.schemas import MessageOut, message_out

Told = MessageSent | MessageChanged | MessagesHidden


class Numbers(NamedTuple):
    """By these a device knows what it holds: the last message and the last change.

    What happens to its person alone has two of its own: how often they deleted messages for themselves,
    and the last message from before they came, or that they have cleared.
    """

    last_seq: int
    last_change: int
    hidden: int
    hidden_seq: int


class Device:
    """What `docs/features/changes.md` asks of a device: it holds messages and their numbers."""

    def __init__(self, user: User, group: str) -> None:
        self.user = user
        self.is_awake = True
        self._group = group
        self._forget()

    def _forget(self) -> None:
        self.began = False
        self._held: dict[int, Message] = {}
        self._gone: set[int] = set()
        self._last_seq = 0
        self._last_change = 0
        self._hidden = 0
        self._hidden_seq = 0
        self._events: list[Told] = []

    @property
    def numbers(self) -> Numbers:
        return Numbers(self._last_seq, self._last_change, self._hidden, self._hidden_seq)

    def shown(self) -> list[MessageOut]:
        return told(self._held[seq] for seq in sorted(self._held) if seq <= self._last_seq)

    def tell(self, event: Told) -> None:
        self._events.append(event)

    async def listen(self, messaging: MessagingContext, random: Random) -> None:
        """Takes the events that have come: some are lost, some come twice, none in order."""
        events, self._events = self._events, []
        heard = [event for event in events for _ in range(random.choice((0, 1, 1, 2)))]
        random.shuffle(heard)
        for event in heard if self.is_awake and self.began else ():
            await self._hear(messaging, event)

    async def _hear(self, messaging: MessagingContext, event: Told) -> None:
        if isinstance(event, MessagesHidden):
            self._hide(event.seqs)
            self._hidden += event.row.hidden_version == self._hidden + 1
            is_missing = event.row.hidden_version > self._hidden
        elif isinstance(event, MessageSent):
            self._take(event.message)
            self._settle()
            is_behind = event.last_change_seq > self._last_change
            is_missing = event.message.seq > self._last_seq or is_behind
        else:
            self._take(event.message)
            change = event.message.change_seq
            self._last_change += change == self._last_change + 1
            is_missing = change > self._last_change or event.last_seq > self._last_seq
        if is_missing:
            await self.catch_up(messaging)

    async def catch_up(self, messaging: MessagingContext) -> None:
        """As after an absence: what is gone, what was changed, and what is new, to the end."""
        try:
            row, _ = await find_inbox_row(messaging, self.user.user_uuid, self._group)
            if not self.began:
                await self._begin(messaging, row.hidden_version)
            elif row.hidden_version != self._hidden:
                await self._read_again(messaging, row.hidden_version)
            await self._read_on(messaging)
            await self._read_changes(messaging)
        except NotFound:
            self._forget()

    async def _begin(self, messaging: MessagingContext, hidden: int) -> None:
        end = await list_changes(messaging, self.user.user_uuid, self._group)
        self._last_change, self._hidden, self.began = end.last_change_seq, hidden, True
        self._hidden_seq = end.hidden_seq
        for message in end.messages:
            self._take(message)

    async def _read_again(self, messaging: MessagingContext, hidden: int) -> None:
        """Drops what is not answered up to the last message that it holds."""
        found = await everything(messaging, self.user.user_uuid, self._group)
        there = {message.seq for message in found}
        self._hide([seq for seq in self._held if seq <= self._last_seq and seq not in there])
        self._hidden = hidden

    async def _read_on(self, messaging: MessagingContext) -> None:
        user, more = self.user.user_uuid, True
        while more:
            page = await list_messages(messaging, user, self._group, after=self._last_seq, limit=3)
            for message in page.messages:
                self._take(message)
                self._last_seq = max(self._last_seq, message.seq)
            more = page.has_more and bool(page.messages)
        self._settle()

    async def _read_changes(self, messaging: MessagingContext) -> None:
        user, more = self.user.user_uuid, True
        while more:
            page = await list_changes(
                messaging, user, self._group, after=self._last_change, limit=2
            )
            for message in page.messages:
                self._take(message)
            self._last_change, more = page.last_change_seq, page.has_more
            self._cut(page.hidden_seq)

    def _cut(self, hidden_seq: int) -> None:
        """They have left and come back, or cleared it: what is from before is no longer shown."""
        self._hidden_seq = hidden_seq
        self._held = {seq: one for seq, one in self._held.items() if seq > hidden_seq}

    def _take(self, message: Message) -> None:
        if message.seq in self._gone:
            return
        known = self._held.get(message.seq)
        if known is None or message.change_seq >= known.change_seq:
            self._held[message.seq] = message

    def _settle(self) -> None:
        while self._last_seq + 1 in self._held or self._last_seq + 1 in self._gone:
            self._last_seq += 1

    def _hide(self, seqs: Sequence[int]) -> None:
        self._gone.update(seqs)
        for seq in seqs:
            self._held.pop(seq, None)


async def everything(messaging: MessagingContext, user: str, group: str) -> list[Message]:
    """All messages that the person may see."""
    found: list[Message] = []
    more = True
    while more:
        after = found[-1].seq if found else 0
        page = await list_messages(messaging, user, group, after=after, limit=100)
        found += page.messages
        more = page.has_more and bool(page.messages)
    return found


def told(messages: Iterable[Message]) -> list[MessageOut]:
    """The messages as the API tells them. From whom they are hidden is told to nobody."""
    return [message_out(message) for message in messages]


def is_any(event: Any) -> bool:
    """Whether devices hold something of this event."""
    return isinstance(event, Told)
