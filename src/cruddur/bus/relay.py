"""The bus between processes: a bus of one's own, and behind it a wire to the others.

Who listens in this process hears of what is published here at once, whatever the wire does. Whoever
may have missed something because the wire was away has their subscription ended once it is back, so
that their device comes again and fetches what it lacks.
"""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import msgspec
import structlog

from cruddur.bus.memory import MemoryBus, MemorySubscription
from cruddur.bus.outbox import EVERYBODY, LOST, ORIGIN_BYTES, Outbox
from cruddur.bus.wire import CONFIRMED, BusUnavailable, Packet, Wire
from cruddur.messaging.ports import Event

CONNECT_SECONDS = 2.0
SEND_SECONDS = 1.0
"""A wire that takes nothing for so long is away. No request waits for it."""

CONFIRM_SECONDS = 0.25
"""How long a new event stream waits to be heard elsewhere before it begins without."""

SPREAD_SECONDS = 5.0
"""Over so long are devices sent to fetch what they lack; all at once would be a load of its own."""

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 5.0

_decode = msgspec.msgpack.Decoder(Event).decode
_log = structlog.get_logger()


class _Channel:
    """One that somebody here listens to: one subscription on the wire for all of them."""

    def __init__(self) -> None:
        self.listeners: set[MemorySubscription] = set()
        self.deaf: set[MemorySubscription] = set()
        """Those who may have missed something, and must come again once the channel is heard."""
        self.heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def confirm(self) -> set[MemorySubscription]:
        if not self.heard.done():
            self.heard.set_result(None)
        deaf, self.deaf = self.deaf, set()
        return deaf

    def lose(self) -> None:
        if self.heard.done():
            self.heard = asyncio.get_running_loop().create_future()
        self.deaf = set(self.listeners)


class RelayBus:
    """Implements ports.Bus over any wire."""

    def __init__(
        self,
        wire: Wire,
        *,
        spread_seconds: float = SPREAD_SECONDS,
        confirm_seconds: float = CONFIRM_SECONDS,
    ) -> None:
        self._wire = wire
        self._local = MemoryBus()
        self._spread_seconds = spread_seconds
        self._confirm_seconds = confirm_seconds
        self._origin = secrets.token_bytes(ORIGIN_BYTES)
        self._outbox = Outbox(self._origin)
        self._channels: dict[str, _Channel] = {EVERYBODY: _Channel()}
        self._turned: set[str] = set()
        self._turn = asyncio.Event()
        self._connecting = asyncio.create_task(self._stay_connected())
        self._was_told = False
        self.connected = asyncio.Event()

    @property
    def published(self) -> int:
        return self._local.published

    async def publish(self, channels: Sequence[str], event: Event) -> None:
        await self._local.publish(channels, event)
        self._outbox.add(channels, event)

    @asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[MemorySubscription]:
        async with self._local.subscribe(channel) as subscription:
            known = self._channels.get(channel) or _Channel()
            self._channels[channel] = known
            known.listeners.add(subscription)
            self._turn_to(channel)
            try:
                await self._until_heard(known, subscription)
                yield subscription
            finally:
                known.listeners.discard(subscription)
                known.deaf.discard(subscription)
                self._turn_to(channel)

    async def end_subscriptions(self) -> None:
        await self._local.end_subscriptions()

    async def close(self) -> None:
        """What was published before is still sent, if the wire takes it."""
        await self._local.close()
        if self.connected.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(SEND_SECONDS):
                    await self._outbox.sent()
        self._connecting.cancel()
        await asyncio.gather(self._connecting, return_exceptions=True)
        await self._wire.close()

    async def _until_heard(self, known: _Channel, subscription: MemorySubscription) -> None:
        # Otherwise what is published elsewhere between the device's look at its inbox and the
        # wire's answer would be lost without a trace.
        if self.connected.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._confirm_seconds):
                    await asyncio.shield(known.heard)
        if not known.heard.done():
            known.deaf.add(subscription)

    async def _stay_connected(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        clock = asyncio.get_running_loop().time
        while True:
            started = clock()
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await self._wire.connect()
                self._came_back()
                await self._carry()
            except (BusUnavailable, TimeoutError) as error:
                self._went_away(error)
            except Exception as error:  # noqa: BLE001  a fault of ours must not end it for good
                _log.exception("the bus failed")
                self._went_away(error)
            finally:
                await self._wire.disconnect()
            if clock() - started > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            # At random: the processes that lost the same server must not come back as one.
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  no secret
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _carry(self) -> None:
        """Until one direction fails."""
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
            packets = await self._outbox.take()
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._wire.send(packets)
            except BaseException:
                self._outbox.put_back(packets)
                raise
            self._outbox.done()

    async def _receive(self) -> None:
        while True:
            for packet in await self._wire.receive():
                self._take(packet)

    async def _listen(self) -> None:
        """Tells the wire which channels are wanted, many at a time."""
        told: set[str] = set()
        self._turned |= self._channels.keys()
        while True:
            turned, self._turned = self._turned, set()
            wanted = {name for name in turned if self._is_wanted(name)}
            for name in turned - wanted:
                self._channels.pop(name, None)
            if gone := (turned - wanted) & told:
                await self._wire.leave(list(gone))
            told -= turned - wanted
            if new := wanted - told:
                self._confirm(await self._wire.listen(list(new)))
            told |= new
            if not self._turned:
                self._turn.clear()
                await self._turn.wait()

    def _take(self, packet: Packet) -> None:
        if packet.body == CONFIRMED:
            self._confirm(packet.channels)
        elif not packet.body.startswith(self._origin):  # an echo of our own was heard long ago
            with suppress(msgspec.DecodeError, msgspec.ValidationError):  # of another version
                event = _decode(memoryview(packet.body)[ORIGIN_BYTES:])
                if event == LOST:
                    self._send_for_more(packet.channels)
                else:
                    self._local.deliver(packet.channels, event)

    def _confirm(self, channels: Sequence[str]) -> None:
        for name in channels:
            known = self._channels.get(name)
            for subscription in known.confirm() if known else ():
                self._end_soon(subscription)

    def _send_for_more(self, channels: Sequence[str]) -> None:
        names = self._channels if EVERYBODY in channels else channels
        for name in names:
            known = self._channels.get(name)
            for subscription in known.listeners if known else ():
                self._end_soon(subscription)

    def _end_soon(self, subscription: MemorySubscription) -> None:
        after = random.uniform(0, self._spread_seconds)  # noqa: S311  no secret
        asyncio.get_running_loop().call_later(after, subscription.end)

    def _came_back(self) -> None:
        if self._was_told:
            _log.info("the bus is back")
        self._was_told = False
        self._outbox.is_away = False
        self.connected.set()

    def _went_away(self, error: Exception) -> None:
        self.connected.clear()
        self._outbox.is_away = True
        for known in self._channels.values():
            known.lose()
        if not self._was_told:
            # Once for each outage. What happens in this process is told to its devices all the same.
            reason = str(error) or "it does not answer"
            _log.warning("the bus is away; other processes are not heard", error=reason)
        self._was_told = True

    def _is_wanted(self, name: str) -> bool:
        known = self._channels.get(name)
        return name == EVERYBODY or (known is not None and bool(known.listeners))

    def _turn_to(self, channel: str) -> None:
        self._turned.add(channel)
        self._turn.set()
