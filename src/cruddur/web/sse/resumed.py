"""What a stream tells of the time before it was open, at once and a moment later."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from cruddur.domain.errors import TableError
from cruddur.domain.model import timestamp
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.missed_events import MissedEvents
from cruddur.ports.bus import Event
from cruddur.web.sse.encoding import CaughtUp, encode_event

OVERLAP = timedelta(seconds=60)
"""How much earlier to search: clocks differ, and a message is older than its event."""

ABSENCE_MAX = timedelta(hours=1)
"""The longest absence of which a stream tells. After a longer one, reading the inbox is cheaper."""

SHORT = timedelta(seconds=30)
"""After so short an absence the index is not asked at once: what other processes have done meanwhile is
found by the later searches, and thousands come back together after a deployment."""


class Absence:
    """The time in which a device had no stream. It begins at its last event id."""

    def __init__(self, messaging: MessagingContext, user_uuid: str, last_id: str | None) -> None:
        now, began = messaging.clock(), _moment(last_id)
        self.is_known = began is not None
        self._at = messaging.now()
        # The id of a wrong clock tells no time.
        self._is_told = began is not None and timedelta() <= now - began + OVERLAP <= ABSENCE_MAX
        self._is_short = began is not None and self._is_told and now - began <= SHORT
        since = began if began is not None and self._is_told else now
        self._missed = MissedEvents(messaging, user_uuid, timestamp(since - OVERLAP))

    async def events(self, held: Sequence[Event] | None, *, has_page: bool) -> list[Event]:
        """Returns what the stream tells first, and last that this was all. Raises TableUnavailable.

        `held` are the events since the device's page was made, if it has one; None if they are unknown.
        """
        found: Sequence[Event] = ()
        if self.is_known:
            asks_only_memory = self._is_short or not self._is_told
            found = await self._find(only_remembered=asks_only_memory)
        is_complete = self._is_told and self._missed.is_complete
        if has_page:
            is_complete = is_complete and held is not None
        caught_up = encode_event(CaughtUp(is_complete=is_complete, at=self._at))
        return [*(held or ()), *found, caught_up]

    async def look_again(self, pauses: Sequence[float], send: Callable[..., None]) -> None:
        """Sends the missed events that become visible later, after each of these pauses in seconds."""
        for pause in pauses:
            await asyncio.sleep(pause)
            with suppress(TableError):  # the next search may find the table available
                send(*await self._find(only_remembered=False))

    async def _find(self, *, only_remembered: bool) -> Sequence[Event]:
        found = await self._missed.find(only_remembered=only_remembered)
        return [encode_event(event) for event in found]


def _moment(last_id: str | None) -> datetime | None:
    """Returns the time of an event id; None for a new stream or an id that is not ours."""
    try:
        moment = datetime.fromisoformat(last_id) if last_id else None
        return moment if moment is None or moment.tzinfo else moment.astimezone()
    except (ValueError, OverflowError):
        return None
