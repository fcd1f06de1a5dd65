"""The number for a badge, on streams that ask for it: at first, and again when it may have changed.

A count reads all rows of an inbox. So streams that did not ask pay nothing, and of many changes one
count tells. What is read is subtracted at once: the row tells how much that is when it is marked.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import msgspec
from msgspec.structs import replace

from cruddur.domain.errors import TableError
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import (
    GroupInInbox,
    MemberLeft,
    MessageSent,
    ReadMarkMoved,
    RowSettingsChanged,
)
from cruddur.messaging.inbox.count_unread import Unread, count_unread
from cruddur.ports.bus import Event
from cruddur.web.api.unread import unread_out
from cruddur.web.http.count_seconds import CountSeconds
from cruddur.web.sse.encoding import UnreadChanged, encode_event

_encode = msgspec.json.Encoder().encode

_TRIES = 12
"""How often a count is made in all, while the row of a new message is behind: for a minute."""

_CHANGING = {
    event.type
    for event in (MessageSent, ReadMarkMoved, RowSettingsChanged, GroupInInbox, MemberLeft)
}


class UnreadTold:
    """What a stream tells of one person's unread messages."""

    def __init__(
        self,
        messaging: MessagingContext,
        user_uuid: str,
        send: Callable[[Event], None],
        seconds: CountSeconds,
    ) -> None:
        self._messaging = messaging
        self._user_uuid = user_uuid
        self._send = send
        self._seconds = seconds
        self._newest: dict[str, int] = {}
        self._told: Unread | None = None
        self._is_exact = False  # whether nothing has changed since the last count but what was read
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def first(self) -> Unread | None:
        """Returns what is unread now; None if the table does not answer, and then it follows."""
        try:
            self._told = await count_unread(self._messaging, self._user_uuid)
            self._is_exact = not self._changed.is_set()
        except TableError:
            self._changed.set()
        return self._told

    def start(self) -> None:
        """Tells changes from now on, until `close`."""
        self._task = asyncio.create_task(self._tell_always())

    def note(self, event: Event) -> Event:
        """Looks at an event of the stream: whether it may have changed the number.

        Returns what the stream tells of it: a read mark with the number, if that is known.
        """
        if event.type not in _CHANGING:
            return event
        if event.seq:
            self._newest[event.message_group_uuid] = event.seq
        self._is_exact = self._is_exact and event.fewer_unread is not None
        self._changed.set()  # the count that follows finds what this process was not told
        return self._with_number(event) if self._is_exact else event

    def _with_number(self, read: Event) -> Event:
        if self._told is None or read.fewer_unread is None:
            return read
        messages, conversations = read.fewer_unread
        self._told = Unread(
            messages=max(0, self._told.messages - messages),
            conversations=max(0, self._told.conversations - conversations),
        )
        data = b'%b,"unread":%b}' % (read.data[:-1], _encode(unread_out(self._told)))
        return replace(read, data=data)

    def close(self) -> None:
        """Tells nothing more."""
        if self._task is not None:
            self._task.cancel()

    async def _tell_always(self) -> None:
        while True:
            await self._changed.wait()
            await asyncio.sleep(self._seconds.gather)
            for _ in range(_TRIES):
                self._changed.clear()
                is_behind = True
                with suppress(TableError):
                    is_behind = await self._tell()
                await asyncio.sleep(self._seconds.rest)
                if not is_behind:
                    break

    async def _tell(self) -> bool:
        """Counts, and tells the number if it is another one. Returns whether a row is behind."""
        newest, self._newest = self._newest, {}
        is_behind = True
        self._is_exact = False
        try:
            unread = await count_unread(self._messaging, self._user_uuid, newest=newest)
            is_behind = unread.is_behind
        finally:
            if is_behind:  # what came meanwhile is newer
                self._newest = newest | self._newest
        if self._told is None or unread[:2] != self._told[:2]:
            self._told = unread
            self._send(encode_event(changed(self._user_uuid, unread)))
        self._is_exact = not is_behind and not self._changed.is_set()
        return is_behind


def changed(user_uuid: str, unread: Unread) -> UnreadChanged:
    """The event that tells this number."""
    return UnreadChanged(
        user_uuid=user_uuid, messages=unread.messages, conversations=unread.conversations
    )
