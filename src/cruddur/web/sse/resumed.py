"""What a resumed event stream sends first, and what it searches for a moment later."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from cruddur.domain.errors import TableError
from cruddur.domain.model import timestamp
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.missed_events import MissedEvents
from cruddur.ports.bus import Event
from cruddur.web.sse.encoding import encode_event

OVERLAP = timedelta(seconds=60)
"""How much earlier to search: clocks differ, and a message is older than its event."""


async def found_in(missed: MissedEvents | None) -> Sequence[Event]:
    """Returns the missed events that are visible now. Raises TableUnavailable."""
    return [encode_event(event) for event in await missed.find()] if missed else ()


async def look_again(
    missed: MissedEvents, pauses: Sequence[float], send: Callable[..., None]
) -> None:
    """Sends the missed events that become visible later, after each of these pauses in seconds."""
    for pause in pauses:
        await asyncio.sleep(pause)
        with suppress(TableError):  # the next search may find the table available
            send(*await found_in(missed))


def missed_events(
    messaging: MessagingContext, user_uuid: str, last_id: str | None
) -> MissedEvents | None:
    """Returns the absence of a device with this last event id, or None if the id says nothing."""
    since = _moment(last_id)
    if since is None:
        return None
    if since > messaging.now():
        since = ""  # a wrong clock made the id, so it does not tell the time
    return MissedEvents(messaging, user_uuid, since)


def _moment(last_id: str | None) -> str | None:
    """Returns the time to search from; None for a new stream or an id that is not ours."""
    try:
        return timestamp(datetime.fromisoformat(last_id) - OVERLAP) if last_id else None
    except (ValueError, OverflowError):
        return None
