"""The number for a badge, on streams that ask for it: at first, and again when it may have changed.

A count reads all rows of an inbox. So streams that did not ask pay nothing, and of many changes one
count tells.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from cruddur.domain.errors import TableError
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import (
    GroupChanged,
    MemberLeft,
    MessageSent,
    ReadMarkMoved,
    RowSettingsChanged,
)
from cruddur.messaging.inbox.count_unread import Unread, count_unread
from cruddur.ports.bus import Event
from cruddur.web.http.count_seconds import CountSeconds
from cruddur.web.sse.encoding import UnreadChanged, encode_event

_TRIES = 12
"""How often a count is made in all, while the row of a new message is behind: for a minute."""

_CHANGING = {
    event.type
    for event in (MessageSent, ReadMarkMoved, RowSettingsChanged, GroupChanged, MemberLeft)
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
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def first(self) -> Unread | None:
        """Returns what is unread now; None if the table does not answer, and then it follows."""
        try:
            self._told = await count_unread(self._messaging, self._user_uuid)
        except TableError:
            self._changed.set()
        return self._told

    def start(self) -> None:
        """Tells changes from now on, until `close`."""
        self._task = asyncio.create_task(self._tell_always())

    def note(self, event: Event) -> None:
        """Looks at an event of the stream: whether it may have changed the number."""
        if event.type not in _CHANGING:
            return
        if event.seq:
            self._newest[event.message_group_uuid] = event.seq
        self._changed.set()

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
        try:
            unread = await count_unread(self._messaging, self._user_uuid, newest=newest)
            is_behind = unread.is_behind
        finally:
            if is_behind:  # what came meanwhile is newer
                self._newest = newest | self._newest
        if self._told is None or unread[:2] != self._told[:2]:
            self._told = unread
            self._send(encode_event(changed(self._user_uuid, unread)))
        return is_behind


def changed(user_uuid: str, unread: Unread) -> UnreadChanged:
    """The event that tells this number."""
    return UnreadChanged(
        user_uuid=user_uuid, messages=unread.messages, conversations=unread.conversations
    )
