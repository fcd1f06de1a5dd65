"""A bus that loses and doubles on purpose: a device shows every message once, and in order."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from litestar import Litestar
from tests.web.applications import make_app
from tests.web.callers import Person
from tests.web.listening import listening

from cruddur.bootstrap import Application
from cruddur.config import Settings
from cruddur.engines.bus.memory import MemoryBus
from cruddur.ports.bus import Event, Listener, Subscription
from cruddur.web.http.context import Context
from cruddur.web.http.serve import serve

COUNT = 200
PATIENCE_SECONDS = 10


class UnreliableBus:
    """Loses a third of the messages, doubles a third, and holds some back behind later ones."""

    def __init__(self, seed: int) -> None:
        self._bus = MemoryBus()
        self._random = random.Random(seed)
        self._held: list[tuple[Sequence[str], Event]] = []
        self.lost = self.doubled = 0
        self.is_fair = False

    async def publish(self, channels: Sequence[str], event: Event) -> None:
        held, self._held = self._held, []
        what = "fair" if self.is_fair else self._random.choice(("lose", "double", "hold", "fair"))
        if what == "hold":
            self._held.append((channels, event))
        times = {"lose": 0, "double": 2, "hold": 0, "fair": 1}[what]
        self.lost += what == "lose"
        self.doubled += what == "double"
        for _ in range(times):
            await self._bus.publish(channels, event)
        for late in held:
            await self._bus.publish(*late)

    async def subscribe(self, channel: str, listener: Listener) -> Subscription:
        return await self._bus.subscribe(channel, listener)

    @property
    def reaches_others(self) -> bool:
        return self._bus.reaches_others

    async def end_subscriptions(self) -> None:
        await self._bus.end_subscriptions()

    async def close(self) -> None:
        await self._bus.close()


class Screen:
    """What a device shows: by number; at a gap it fetches what it lacks, as the page does."""

    def __init__(self, person: Person, group: str) -> None:
        self._person = person
        self._group = group
        self.shown: list[tuple[int, str]] = []

    async def hear(self, seq: int, text: str) -> None:
        if seq <= len(self.shown):
            return
        if seq == len(self.shown) + 1:
            self.shown.append((seq, text))
            return
        while seq > len(self.shown):
            found = await self._person.list(self._group, after=len(self.shown), limit=100)
            self.shown += [(message["seq"], message["message"]) for message in found]


@pytest.fixture
def unreliable() -> UnreliableBus:
    return UnreliableBus(seed=20261123)


@pytest.fixture
async def app(application: Application, unreliable: UnreliableBus) -> AsyncIterator[Litestar]:
    messaging = replace(application.messaging, bus=unreliable)
    app = make_app(messaging, application.identity, application.settings)
    yield app
    context: Context = app.state["context"]
    await context.presence.close()


async def test_every_message_is_shown_once_and_in_order(
    app: Litestar,
    settings: Settings,
    unreliable: UnreliableBus,
    andrew: Person,
    bayko: Person,
) -> None:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(app, settings, ready.set_result))
    group = (await andrew.send("1", handle="bayko"))["message_group_uuid"]
    screen = Screen(bayko, group)
    async with listening(await ready, bayko) as device:
        for number in range(2, COUNT + 1):
            unreliable.is_fair = number == COUNT  # the last one's gap shows what is lacking
            await andrew.send(f"{number}", message_group_uuid=group)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(screen.shown) < COUNT:
                heard = await device.next()
                await screen.hear(heard.data["seq"], heard.data["message"])
    assert screen.shown == [(number, f"{number}") for number in range(1, COUNT + 1)]
    assert min(unreliable.lost, unreliable.doubled) > COUNT / 10
    signal.raise_signal(signal.SIGTERM)
    await serving
