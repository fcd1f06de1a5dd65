"""The bus of one process: each subscription has a queue of its own, and a reader who lags loses it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from cruddur.messaging.ports import Event

QUEUE_MAX_EVENTS = 256
"""What one device may lag behind. Beyond that it is cheaper for both to fetch what it lacks."""


class MemorySubscription:
    """One device's queue."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._waiting: asyncio.Future[None] | None = None
        self._ended = False

    async def next(self) -> Event:
        while not self._events:
            if self._ended:
                raise StopAsyncIteration
            self._waiting = asyncio.get_running_loop().create_future()
            try:
                await self._waiting
            finally:
                self._waiting = None
        return self._events.popleft()

    def offer(self, event: Event) -> bool:
        """Queues the event, or ends the subscription and says False when the queue is full."""
        if len(self._events) >= QUEUE_MAX_EVENTS:
            self._events.clear()  # the device must come back anyway; these would only hold memory
            self.end()
            return False
        self._events.append(event)
        self._wake()
        return True

    def end(self) -> None:
        """What is queued can still be read."""
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


class MemoryBus:
    """Channels and who listens to them. A publish touches only its own channels' listeners."""

    def __init__(self) -> None:
        self._channels: dict[str, dict[MemorySubscription, None]] = {}
        self._closed = False
        self.published = 0

    async def publish(self, channels: Sequence[str], event: Event) -> None:
        self.published += 1
        self.deliver(channels, event)

    def deliver(self, channels: Sequence[str], event: Event) -> None:
        """To who listens here."""
        for channel in channels:
            listeners = self._channels.get(channel)
            if listeners is None:
                continue
            lagging = [listener for listener in listeners if not listener.offer(event)]
            for listener in lagging:
                self._remove(channel, listener)

    @asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[MemorySubscription]:
        subscription = MemorySubscription()
        if self._closed:
            subscription.end()
        self._channels.setdefault(channel, {})[subscription] = None
        try:
            yield subscription
        finally:
            self._remove(channel, subscription)

    async def end_subscriptions(self) -> None:
        self._closed = True
        for listeners in self._channels.values():
            for listener in listeners:
                listener.end()

    async def close(self) -> None:
        await self.end_subscriptions()

    def _remove(self, channel: str, subscription: MemorySubscription) -> None:
        listeners = self._channels.get(channel, {})
        listeners.pop(subscription, None)
        if not listeners:
            self._channels.pop(channel, None)
