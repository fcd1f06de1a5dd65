"""What happens between a page and its event stream.

A page is made, travels and starts, and then it opens its stream. Finding in the table what happened
meanwhile would mean to read the whole inbox once more. So the process that makes a page listens from
before it reads anything, and gives what it heard to the page's stream. If the stream is opened with
another process, or too late, the page is told so and reads the inbox again.
"""

import asyncio
import secrets
from collections.abc import Sequence

from cruddur.messaging.events import channel
from cruddur.ports.bus import Bus, Event, Subscription
from cruddur.web.http.presence import PresenceChanged
from cruddur.web.http.watching import PeopleShown

HOLD_SECONDS = 30.0
"""The time within which a page opens its stream. A page that needs longer reads its inbox again."""

PAGES_MAX = 4096
EVENTS_MAX = 64
"""The most pages of a process, and the most events of a page, that are held. A client that opens pages
must not fill the memory: for further pages nothing is held, and a page with more events is given up."""

_OF_STREAMS = (PresenceChanged.type, PeopleShown.type)


class _Page:
    """A page that has no stream yet. The bus calls it."""

    __slots__ = ("events", "is_complete", "subscription", "timer", "user_uuid")

    def __init__(self, user_uuid: str) -> None:
        self.user_uuid = user_uuid
        self.events: list[Event] = []
        self.is_complete = True
        self.subscription: Subscription | None = None
        self.timer: asyncio.TimerHandle | None = None

    def on_event(self, event: Event) -> None:
        if event.type in _OF_STREAMS:
            return
        if len(self.events) >= EVENTS_MAX:
            self.on_end()
        if self.is_complete:
            self.events.append(event)

    def on_end(self) -> None:
        self.is_complete = False
        self.events.clear()

    def close(self) -> None:
        if self.subscription is not None:
            self.subscription.close()
        if self.timer is not None:
            self.timer.cancel()


class HeldEvents:
    """The events of pages of this process that have no stream yet."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._pages: dict[str, _Page] = {}
        self.seconds = HOLD_SECONDS

    async def hold(self, user_uuid: str) -> str:
        """Listens for a page that is about to be made. Returns the id for `take`."""
        page_id, page = secrets.token_urlsafe(12), _Page(user_uuid)
        if len(self._pages) >= PAGES_MAX:
            return page_id
        page.subscription = await self._bus.subscribe(channel(user_uuid), page)
        loop = asyncio.get_running_loop()
        page.timer = loop.call_later(self.seconds, self._give_up, page_id)
        self._pages[page_id] = page
        return page_id

    def take(self, user_uuid: str, page_id: str) -> Sequence[Event] | None:
        """Returns what the person's page has missed, once; None if that is not known.

        To be called when the page's stream is subscribed.
        """
        page = self._pages.get(page_id)
        if page is None or page.user_uuid != user_uuid:
            return None
        self._give_up(page_id)
        return page.events if page.is_complete else None

    def _give_up(self, page_id: str) -> None:
        self._pages.pop(page_id).close()
