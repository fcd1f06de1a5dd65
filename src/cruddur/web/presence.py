"""Who is here, told by gossip over the bus, so that it works between processes too.

Whoever comes says hello to the other people of their newest direct conversations; those who are
here answer. Everybody says again and again that they are here: one who falls silent has gone.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from itertools import count

import msgspec
from msgspec import Struct

from cruddur.errors import TableError
from cruddur.messaging.events import channel
from cruddur.messaging.list_inbox import list_inbox
from cruddur.messaging.ports import Event
from cruddur.messaging.service import Messaging

PEOPLE_MAX = 50
AGAIN_SECONDS = 60.0
GRACE_SECONDS = 3.0
"""A page that is loaded anew is gone for a moment: nobody needs to hear of it."""

LOOK_AGAIN = 10
"""Every so many rounds the people are read anew; in between their list costs no read."""

EVENT_TYPE = "presence"


class Said(Struct, frozen=True):
    """What one person's devices tell another's. `hello` asks for an answer."""

    user_uuid: str
    online: bool
    hello: bool = False


class _Person:
    """Somebody with a stream open in this process, or just gone."""

    def __init__(self) -> None:
        self.streams = 0
        self.others: Sequence[str] = ()
        self._task: asyncio.Task[None] | None = None

    def now(self, what: Coroutine[None, None, None]) -> None:
        """Does this, and no longer what was done before."""
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(what)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


class Presence:
    """Keeps one task for each person who has a stream open in this process."""

    def __init__(self, messaging: Messaging, *, grace_seconds: float = GRACE_SECONDS) -> None:
        self._messaging = messaging
        self._grace_seconds = grace_seconds
        self._people: dict[str, _Person] = {}

    def came(self, user_uuid: str) -> None:
        """One of their streams has opened: it wants to know who else is here."""
        person = self._people.setdefault(user_uuid, _Person())
        person.streams += 1
        person.now(self._stay(user_uuid, person))

    def met(self, user_uuid: str) -> None:
        """They have a new conversation, and so perhaps somebody new to say hello to."""
        person = self._people[user_uuid]
        person.now(self._stay(user_uuid, person))

    def went(self, user_uuid: str) -> None:
        """One of their streams has closed."""
        person = self._people[user_uuid]
        person.streams -= 1
        if not person.streams:
            person.now(self._leave(user_uuid, person))

    async def heard(self, user_uuid: str, event: Event, *, answers: bool) -> bool:
        """Whether the device that got the event should know; `answers`, if it speaks for them all."""
        said = msgspec.json.decode(event.data, type=Said)
        if said.user_uuid == user_uuid:
            if answers and not said.online:
                # Gone from another process, but not from this one.
                await self._say(self._people[user_uuid].others, Said(user_uuid, online=True))
            return False
        if answers and said.hello:
            await self._say([said.user_uuid], Said(user_uuid, online=True))
        return True

    async def close(self) -> None:
        await asyncio.gather(*(person.stop() for person in self._people.values()))

    async def _stay(self, user_uuid: str, person: _Person) -> None:
        for turn in count():
            if turn % LOOK_AGAIN == 0:
                with suppress(TableError):
                    person.others = await self._find_others(user_uuid)
            await self._say(person.others, Said(user_uuid, online=True, hello=turn == 0))
            await asyncio.sleep(AGAIN_SECONDS)

    async def _leave(self, user_uuid: str, person: _Person) -> None:
        await asyncio.sleep(self._grace_seconds)
        del self._people[user_uuid]
        await self._say([*person.others, user_uuid], Said(user_uuid, online=False))

    async def _find_others(self, user_uuid: str) -> Sequence[str]:
        page = await list_inbox(self._messaging, user_uuid, limit=PEOPLE_MAX)
        return [uuid for row in page.rows if (uuid := row.user_uuid) and uuid != user_uuid]

    async def _say(self, people: Sequence[str], said: Said) -> None:
        event = Event(EVENT_TYPE, msgspec.json.encode(said))
        await self._messaging.bus.publish([channel(uuid) for uuid in people], event)
