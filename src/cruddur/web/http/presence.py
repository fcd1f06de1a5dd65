"""Presence: which people are online, told to the pages that show them, and only when it changes.

A page says which people it shows. Its process listens to the channel of each of them. A person who comes
or goes is one event on their channel. Each person who is online has a key with a time to live, which
their process refreshes; so a process that was killed leaves nobody online.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from typing import Annotated, Any, ClassVar, Protocol

import msgspec
from msgspec import Meta, Struct

from cruddur.logs import Log
from cruddur.messaging.events import channel
from cruddur.ports.bus import Bus, Event, Subscription
from cruddur.ports.online import Online

_log = Log()

WATCHED_MAX = 100
"""The most people that one page watches."""

GRACE_SECONDS = 3.0
"""The time before a user counts as offline, since reloading a page disconnects it for a moment."""

DOUBT_SECONDS = 1.0
"""The time after which the key decides, when a process has said that a person is offline: they may still
be there with another one."""

REFRESH_SECONDS = 60.0
"""How often the keys are refreshed, and those of the people who are watched are looked up."""


class PresenceChanged(Struct, frozen=True):
    """A person that the page shows came online or went offline.

    Goes to the pages that show this person (`PUT /api/presence/{stream_id}`), when it changes and, once,
    when a page begins to show them.
    """

    type: ClassVar = "presence"
    user_uuid: Annotated[str, Meta(description="The person who is online, or no longer.")]
    online: Annotated[bool, Meta(description="Whether they have an event stream open.")]
    hello: Annotated[bool, Meta(description="Not used any more; false.")] = False


class Watcher(Protocol):
    """A stream whose page shows people."""

    def send(self, *events: Event) -> None:
        """Passes events on to the device."""


class Presence:
    """The people who are connected to this process, and those that its pages show."""

    def __init__(
        self,
        bus: Bus,
        online: Online,
        encode: Callable[[PresenceChanged], Event],
        *,
        grace_seconds: float = GRACE_SECONDS,
        doubt_seconds: float = DOUBT_SECONDS,
        refresh_seconds: float = REFRESH_SECONDS,
    ) -> None:
        self._bus = bus
        self._online = online
        self._encode = encode
        self._grace_seconds = grace_seconds
        self._doubt_seconds = doubt_seconds
        self._refresh_seconds = refresh_seconds
        self._streams: dict[str, int] = {}
        self._watched: dict[str, _Watched] = {}
        self._missing: Collection[str] = ()
        self._tasks: set[asyncio.Task[None]] = set()
        self._refreshing: asyncio.Task[None] | None = None

    # The people who are connected

    def on_connect(self, user_uuid: str) -> None:
        """Called when a stream of this person has opened."""
        is_first = user_uuid not in self._streams
        self._streams[user_uuid] = self._streams.get(user_uuid, 0) + 1
        if self._refreshing is None:
            self._refreshing = asyncio.create_task(self._refresh_regularly())
        if is_first:
            self._begin(self._arrive(user_uuid))

    def on_disconnect(self, user_uuid: str) -> None:
        """Called when a stream of this person has closed."""
        self._streams[user_uuid] -= 1
        if not self._streams[user_uuid]:
            self._begin(self._leave(user_uuid))

    def on_own_event(self, user_uuid: str, event: Event) -> None:
        """Called with an event on the channel of a person who is connected here.

        Another process says that they are gone, or asks whether they are here.
        """
        said = msgspec.json.decode(event.data, type=PresenceChanged)
        if said.user_uuid == user_uuid and (said.hello or not said.online):
            self._begin(self._stay(user_uuid))

    async def close(self) -> None:
        """Ends everything that runs in the background."""
        tasks = [*self._tasks, *([self._refreshing] if self._refreshing else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _arrive(self, user_uuid: str) -> None:
        if await self._online.arrive(user_uuid):
            await self._say(user_uuid, online=True)

    async def _stay(self, user_uuid: str) -> None:
        await self._online.refresh([user_uuid])
        await self._say(user_uuid, online=True)

    async def _leave(self, user_uuid: str) -> None:
        await asyncio.sleep(self._grace_seconds)
        if self._streams.get(user_uuid) == 0:  # they have not come back
            del self._streams[user_uuid]
            await self._online.leave(user_uuid)
            # The second channel is for other processes to which the person is connected.
            await self._say(user_uuid, channel(user_uuid), online=False)

    async def _say(self, user_uuid: str, *more: str, online: bool) -> None:
        event = self._encode(PresenceChanged(user_uuid, online=online))
        await self._bus.publish([_channel(user_uuid), *more], event)

    # The people who are shown

    def watch(self, watcher: Watcher, before: Collection[str], now: Collection[str]) -> None:
        """Tells a watcher about these people from now on, instead of those before."""
        for uuid in set(before) - set(now):
            self._unwatch(watcher, uuid)
        new = [uuid for uuid in dict.fromkeys(now) if uuid not in before]
        for uuid in new:
            watched = self._watched.setdefault(uuid, _Watched(self, uuid))
            watched.watchers.add(watcher)
        known = [uuid for uuid in new if self._watched[uuid].is_online is not None]
        if known:
            watcher.send(*map(self._state, known))
        if unknown := [uuid for uuid in new if uuid not in known]:
            self._begin(self._find(unknown))

    def on_doubt(self, user_uuid: str) -> None:
        """Called when a person is perhaps offline."""
        if not self._online.is_shared:
            self._begin(self._online.leave(user_uuid))
        self._begin(self._decide(user_uuid))

    def on_seen(self, user_uuid: str) -> None:
        """Called when a person is online for certain."""
        if not self._online.is_shared:
            self._begin(self._online.refresh([user_uuid]))
        self._set([user_uuid], {user_uuid})

    def _unwatch(self, watcher: Watcher, user_uuid: str) -> None:
        watched = self._watched.get(user_uuid)
        if watched is not None:
            watched.watchers.discard(watcher)
            if not watched.watchers:
                del self._watched[user_uuid]
                watched.close()

    async def _find(self, people: Sequence[str]) -> None:
        """Listens to these people, and then looks up who of them is there."""
        there = [watched for uuid in people if (watched := self._watched.get(uuid))]
        await asyncio.gather(*(watched.listen(self._bus) for watched in there))
        found = await self._look_up(people)
        self._set(people, found or ())

    async def _decide(self, user_uuid: str) -> None:
        await asyncio.sleep(self._doubt_seconds)
        self._set([user_uuid], await self._look_up([user_uuid]) or ())

    async def _look_up(self, people: Sequence[str]) -> Collection[str] | None:
        if not self._online.is_shared and self._bus.reaches_others:
            # The keys are this process's own, so it asks the others, who answer with events.
            for uuid in people:
                asked = self._encode(PresenceChanged(uuid, online=True, hello=True))
                await self._bus.publish([channel(uuid)], asked)
        return await self._online.find(people)

    def _set(self, people: Iterable[str], online: Collection[str]) -> None:
        for uuid in people:
            watched = self._watched.get(uuid)
            if watched is not None and watched.is_online is not (uuid in online):
                watched.is_online = uuid in online
                event = self._state(uuid)
                for watcher in tuple(watched.watchers):
                    watcher.send(event)

    def _state(self, user_uuid: str) -> Event:
        is_online = bool(self._watched[user_uuid].is_online)
        return self._encode(PresenceChanged(user_uuid, online=is_online))

    async def _refresh_regularly(self) -> None:
        while True:
            await asyncio.sleep(self._refresh_seconds)
            try:
                await self._online.refresh(list(self._streams))
                await self._look_again()
            except Exception:  # noqa: BLE001  without refreshing everybody here would go offline
                _log.exception("presence was not refreshed, and will be in a while")

    async def _look_again(self) -> None:
        """Finds out who is no longer there although no process has said so, because it was killed."""
        unheard = [uuid for uuid, watched in self._watched.items() if not watched.is_listening]
        await self._find(unheard)
        thought = [uuid for uuid, watched in self._watched.items() if watched.is_online]
        found = await self._look_up(thought)
        if found is None:
            return  # the engine does not answer, and everybody stays as they were
        # A key may be missing for a moment, after the engine has started anew: so only the second time
        # counts.
        missing = set(thought) - set(found)
        self._set(missing & set(self._missing), ())
        self._missing = missing

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Watched:
    """A person whom pages of this process show."""

    __slots__ = (
        "_presence",
        "_subscription",
        "_user_uuid",
        "is_listening",
        "is_online",
        "watchers",
    )

    def __init__(self, presence: Presence, user_uuid: str) -> None:
        self._presence = presence
        self._user_uuid = user_uuid
        self._subscription: Subscription | None = None
        self.is_listening = False
        self.is_online: bool | None = None
        self.watchers: set[Watcher] = set()

    async def listen(self, bus: Bus) -> None:
        """Subscribes to the person's channel, unless it is subscribed."""
        if self.is_listening:
            return
        self.is_listening = True
        self._subscription = await bus.subscribe(_channel(self._user_uuid), self)
        if not self.watchers or not self.is_listening:
            self.close()

    def close(self) -> None:
        """Listens no more."""
        self.is_listening = False
        if self._subscription is not None:
            self._subscription.close()

    def on_event(self, event: Event) -> None:
        said = msgspec.json.decode(event.data, type=PresenceChanged)
        if said.online:
            self._presence.on_seen(self._user_uuid)
        else:
            self._presence.on_doubt(self._user_uuid)

    def on_end(self) -> None:
        self.is_listening = False  # until the next look


def _channel(user_uuid: str) -> str:
    """The channel of the events about a person's presence."""
    return f"presence#{user_uuid}"
