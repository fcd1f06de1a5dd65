"""The reader's own row in changes of groups, on streams that did not decline it.

A change of a group is one event for all members. Older clients expect what their inbox shows in it. So
a process reads the row of a person who has such a stream, and the change itself reads none.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from cruddur.domain.errors import TableError
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import GroupChanged
from cruddur.messaging.inbox.find_own_row import find_own_row
from cruddur.ports.bus import Event
from cruddur.web.sse.encoding import encode_with_row

WAITING_MAX = 256
"""The most events that wait while rows are read. Beyond, the stream ends, and its device resumes."""


class OwnRows:
    """Passes the events of one stream on, in their order, and turns `group_changed` into `group`."""

    def __init__(
        self,
        messaging: MessagingContext,
        user_uuid: str,
        send: Callable[[Event], None],
        end: Callable[[], None],
    ) -> None:
        self._messaging = messaging
        self._user_uuid = user_uuid
        self._send = send
        self._end = end
        self._waiting: deque[Event] = deque()
        self._task: asyncio.Task[None] | None = None

    def pass_on(self, event: Event) -> None:
        """Sends the event, at once unless a row is to be read for it or for one before it."""
        if self._task is None and event.type != GroupChanged.type:
            self._send(event)
            return
        self._waiting.append(event)
        if len(self._waiting) > WAITING_MAX:
            self._end()
        elif self._task is None:
            self._task = asyncio.create_task(self._send_waiting())

    async def completed(self, events: Sequence[Event]) -> list[Event]:
        """Returns the events with the rows. A change whose row is not to be had is left out."""
        return [one for event in events if (one := await self._completed(event)) is not None]

    def close(self) -> None:
        """Sends nothing more."""
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    async def _send_waiting(self) -> None:
        try:
            while self._waiting:
                for event in await self.completed([self._waiting.popleft()]):
                    self._send(event)
        finally:
            self._task = None

    async def _completed(self, event: Event) -> Event | None:
        if event.type != GroupChanged.type:
            return event
        row, uuid = None, event.message_group_uuid
        with suppress(TableError):  # events may be lost, and the device finds the group by asking
            row = await find_own_row(self._messaging, self._user_uuid, uuid)
        return None if row is None else encode_with_row(event, row)
