"""The events of a subscription, one after another."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from cruddur.ports.bus import Bus, Event


class Subscriber:
    """A listener that keeps what it gets until somebody asks for it."""

    def __init__(self) -> None:
        self._arrived: asyncio.Queue[Event | None] = asyncio.Queue()

    def on_event(self, event: Event) -> None:
        self._arrived.put_nowait(event)

    def on_end(self) -> None:
        self._arrived.put_nowait(None)

    async def next(self) -> Event:
        """Waits for the next event. Raises StopAsyncIteration at the end."""
        event = await self._arrived.get()
        if event is None:
            self.on_end()  # it stays ended
            raise StopAsyncIteration
        return event

    def arrived(self) -> Sequence[Event | None]:
        """What has arrived and was not taken yet; None is the end."""
        return [self._arrived.get_nowait() for _ in range(self._arrived.qsize())]


@asynccontextmanager
async def subscribed(bus: Bus, channel: str) -> AsyncIterator[Subscriber]:
    """Listens to a channel from entering the context until leaving it."""
    subscriber = Subscriber()
    subscription = await bus.subscribe(channel, subscriber)
    try:
        yield subscriber
    finally:
        subscription.close()


async def next_event(subscriber: Subscriber) -> Event:
    """Waits for the next event. Raises StopAsyncIteration at the end."""
    return await subscriber.next()
