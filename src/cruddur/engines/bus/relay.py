"""The bus between processes: a bus within this process, and a transport to the others.

Subscribers in this process get its own events at once, whatever the transport does. A subscription that
possibly missed events because the transport was disconnected is ended once it is connected again. The
device then reconnects and fetches what it lacks.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import msgspec

from cruddur.engines.bus.forms import is_well_formed
from cruddur.engines.bus.memory import MemoryBus, MemorySubscription
from cruddur.engines.bus.send_queue import EVERYBODY, LOST, ORIGIN_BYTES, SendQueue
from cruddur.engines.bus.transport import CONFIRMED, BusUnavailable, Packet, Transport
from cruddur.logs import Log
from cruddur.ports.backoff import FULL_JITTER, HALF_JITTER, Backoff
from cruddur.ports.bus import Event, Listener

CONNECT_SECONDS = 2.0
SEND_SECONDS = 1.0
"""The deadline of a send, after which the transport counts as disconnected. No request waits for it."""

CONFIRM_SECONDS = 0.25
"""The longest that a new event stream waits for the confirmation that its channel is subscribed."""

SPREAD_SECONDS = 5.0
"""The time over which devices are made to reconnect. All at once would overload the service."""

SPREAD_CHANNELS = 2_500
"""The channels whose devices may reconnect within SPREAD_SECONDS. More take longer in proportion."""

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 5.0

_decode = msgspec.msgpack.Decoder(Event).decode
_log = Log()


_NONE: frozenset[MemorySubscription] = frozenset()  # a set of each channel's own takes 216 bytes


class _Channel:
    """A channel with listeners in this process, which share one subscription on the transport."""

    __slots__ = ("confirmed", "listeners", "possibly_missed")

    def __init__(self) -> None:
        self.listeners: set[MemorySubscription] = set()
        self.possibly_missed = _NONE
        """Subscriptions that possibly missed events, to be ended once the channel is confirmed."""
        self.confirmed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def confirm(self) -> Iterable[MemorySubscription]:
        if not self.confirmed.done():
            self.confirmed.set_result(None)
        possibly_missed, self.possibly_missed = self.possibly_missed, _NONE
        return possibly_missed

    def lose(self) -> None:
        if self.confirmed.done():
            self.confirmed = asyncio.get_running_loop().create_future()
        self.possibly_missed = frozenset(self.listeners)


class RelayBus:
    """The bus port over any transport.

    `on_event` is called with each event of another process, once, however many devices it goes to.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        on_event: Callable[[Event], None] | None = None,
        spread_seconds: float = SPREAD_SECONDS,
        confirm_seconds: float = CONFIRM_SECONDS,
    ) -> None:
        self._transport = transport
        self._local = MemoryBus(self._forget)
        self._on_event = on_event
        self._spread_seconds = spread_seconds
        self._confirm_seconds = confirm_seconds
        self._origin = secrets.token_bytes(ORIGIN_BYTES)
        self._send_queue = SendQueue(self._origin)
        self._channels: dict[str, _Channel] = {EVERYBODY: _Channel()}
        self._changed: set[str] = set()
        self._has_changed = asyncio.Event()
        self._connecting = asyncio.create_task(self._stay_connected())
        self._was_logged = False
        self._malformed = 0
        self.connected = asyncio.Event()

    @property
    def published(self) -> int:
        """The number of events that this process published."""
        return self._local.published

    @property
    def refused(self) -> int:
        """The number of ignored messages from the transport: badly sealed, too old or malformed."""
        return self._transport.refused + self._malformed

    async def publish(self, channels: Sequence[str], event: Event) -> None:
        await self._local.publish(channels, event)
        self._send_queue.add(channels, event)

    @property
    def reaches_others(self) -> bool:
        return self.connected.is_set()

    async def subscribe(self, channel: str, listener: Listener) -> MemorySubscription:
        subscription = self._local.open(channel, listener)
        known = self._channels.get(channel) or _Channel()
        self._channels[channel] = known
        known.listeners.add(subscription)
        self._mark_changed(channel)
        try:
            await self._until_confirmed(known, subscription)
        except BaseException:
            subscription.close()
            raise
        return subscription

    def _forget(self, subscription: MemorySubscription) -> None:
        known = self._channels.get(subscription.channel)
        if known is not None:
            known.listeners.discard(subscription)
            known.possibly_missed -= {subscription}
            self._mark_changed(subscription.channel)

    async def end_subscriptions(self) -> None:
        await self._local.end_subscriptions()

    async def close(self) -> None:
        """Sends the events published before, if the transport is connected, and closes it."""
        await self._local.close()
        if self.connected.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(SEND_SECONDS):
                    await self._send_queue.sent()
        self._connecting.cancel()
        await asyncio.gather(self._connecting, return_exceptions=True)
        await self._transport.close()

    async def _until_confirmed(self, known: _Channel, subscription: MemorySubscription) -> None:
        # Without the confirmation, events that other processes publish after the device has read
        # its inbox could be lost unnoticed.
        if self.connected.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._confirm_seconds):
                    await asyncio.shield(known.confirmed)
        if not known.confirmed.done():
            known.possibly_missed |= {subscription}

    async def _stay_connected(self) -> None:
        # Processes that lost a server must not all reconnect at once.
        backoff = Backoff(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, jitter=HALF_JITTER)
        clock = asyncio.get_running_loop().time
        while True:
            started = clock()
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await self._transport.connect()
                self._came_back()
                await self._carry()
            except (BusUnavailable, TimeoutError) as error:
                self._went_away(error)
            except Exception as error:  # noqa: BLE001  a bug must not end the bus for good
                _log.exception("the bus failed")
                self._went_away(error)
            finally:
                await self._transport.disconnect()
            if clock() - started > LONGEST_PAUSE_SECONDS:
                backoff.reset()
            await backoff.pause()

    async def _carry(self) -> None:
        """Sends and receives until one of the two fails."""
        tasks = [asyncio.create_task(w) for w in (self._send(), self._receive(), self._listen())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self) -> None:
        while True:
            packets = await self._send_queue.take()
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._transport.send(packets)
            except BaseException:
                self._send_queue.put_back(packets)
                raise
            self._send_queue.done()

    async def _receive(self) -> None:
        while True:
            for packet in await self._transport.receive():
                self._take(packet)

    async def _listen(self) -> None:
        """Tells the transport which channels have listeners, many at a time."""
        listening: set[str] = set()
        self._changed |= self._channels.keys()
        while True:
            changed, self._changed = self._changed, set()
            wanted = {name for name in changed if self._is_wanted(name)}
            for name in changed - wanted:
                self._channels.pop(name, None)
            if gone := (changed - wanted) & listening:
                await self._transport.leave(list(gone))
            listening -= changed - wanted
            if new := wanted - listening:
                self._confirm(await self._transport.listen(list(new)))
            listening |= new
            if not self._changed:
                self._has_changed.clear()
                await self._has_changed.wait()

    def _take(self, packet: Packet) -> None:
        if packet.body == CONFIRMED:
            self._confirm(packet.channels)
        elif not packet.body.startswith(
            self._origin
        ):  # an echo of this process's own event was delivered before
            with suppress(msgspec.DecodeError, msgspec.ValidationError):  # another version sent it
                event = _decode(memoryview(packet.body)[ORIGIN_BYTES:])
                if event == LOST:
                    self._end_listeners(packet.channels)
                elif is_well_formed(event):
                    if self._on_event is not None:
                        self._on_event(event)
                    self._local.deliver(packet.channels, event)
                else:
                    self._malformed += 1

    def _confirm(self, channels: Sequence[str]) -> None:
        for name in channels:
            known = self._channels.get(name)
            for subscription in known.confirm() if known else ():
                self._end_soon(subscription)

    def _end_listeners(self, channels: Sequence[str]) -> None:
        names = self._channels if EVERYBODY in channels else channels
        for name in names:
            known = self._channels.get(name)
            for subscription in known.listeners if known else ():
                self._end_soon(subscription)

    def _end_soon(self, subscription: MemorySubscription) -> None:
        spread = self._spread_seconds * max(1, len(self._channels) / SPREAD_CHANNELS)
        after = Backoff(spread, jitter=FULL_JITTER).next()
        asyncio.get_running_loop().call_later(after, subscription.end)

    def _came_back(self) -> None:
        if self._was_logged:
            _log.info("the bus is back")
        self._was_logged = False
        self._send_queue.is_away = False
        self.connected.set()

    def _went_away(self, error: Exception) -> None:
        self.connected.clear()
        self._send_queue.is_away = True
        for known in self._channels.values():
            known.lose()
        if not self._was_logged:
            # Logged once for each outage. Events of this process still reach its own devices.
            reason = str(error) or "it does not answer"
            _log.warning("the bus is away; other processes are not heard", error=reason)
        self._was_logged = True

    def _is_wanted(self, name: str) -> bool:
        known = self._channels.get(name)
        return name == EVERYBODY or (known is not None and bool(known.listeners))

    def _mark_changed(self, channel: str) -> None:
        self._changed.add(channel)
        self._has_changed.set()
