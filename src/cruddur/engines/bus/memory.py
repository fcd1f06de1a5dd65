"""The bus within a process: it calls the listeners of a channel one after another."""

from collections.abc import Callable, Sequence

from cruddur.logs import Log
from cruddur.ports.bus import Event, Listener

_log = Log()


class MemorySubscription:
    """The place of one listener."""

    __slots__ = ("_bus", "channel", "listener")

    def __init__(self, bus: "MemoryBus", channel: str, listener: Listener) -> None:
        self._bus: MemoryBus | None = bus
        self.channel = channel
        self.listener = listener

    def close(self) -> None:
        """Ends it without a call of `on_end`."""
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.remove(self)

    def end(self) -> None:
        """Ends it and tells its listener, unless it has ended."""
        if self._bus is not None:
            self.close()
            self.listener.on_end()


class MemoryBus:
    """The subscriptions of each channel. A publish costs only the subscribers of its channels.

    `on_removed` is called with each subscription that has ended or was closed.
    """

    reaches_others = False

    def __init__(self, on_removed: Callable[[MemorySubscription], None] | None = None) -> None:
        self._on_removed = on_removed
        self._channels: dict[str, dict[MemorySubscription, None]] = {}
        self._closed = False
        self.published = 0

    async def publish(self, channels: Sequence[str], event: Event) -> None:
        self.published += 1
        self.deliver(channels, event)

    def deliver(self, channels: Sequence[str], event: Event) -> None:
        """Calls the listeners of the channels. One that raises, by a fault of its own, is logged."""
        for channel in channels:
            for subscription in tuple(self._channels.get(channel, ())):
                try:
                    subscription.listener.on_event(event)
                except Exception:  # noqa: BLE001  it must neither fail a send nor silence other listeners
                    _log.exception("a listener failed", channel=channel, type=event.type)

    async def subscribe(self, channel: str, listener: Listener) -> MemorySubscription:
        return self.open(channel, listener)

    def open(self, channel: str, listener: Listener) -> MemorySubscription:
        """Subscribes at once: a bus in memory has nothing to wait for."""
        subscription = MemorySubscription(self, channel, listener)
        self._channels.setdefault(channel, {})[subscription] = None
        if self._closed:
            subscription.end()
        return subscription

    async def end_subscriptions(self) -> None:
        self._closed = True
        for listeners in tuple(self._channels.values()):
            for subscription in tuple(listeners):
                subscription.end()

    async def close(self) -> None:
        await self.end_subscriptions()

    def remove(self, subscription: MemorySubscription) -> None:
        """Forgets a subscription. It is called by the subscription itself."""
        listeners = self._channels.get(subscription.channel, {})
        listeners.pop(subscription, None)
        if not listeners:
            self._channels.pop(subscription.channel, None)
        if self._on_removed is not None:
            self._on_removed(subscription)
