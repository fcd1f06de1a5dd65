"""Sends one webhook what it asks for: at least once, and in order for each ordering key.

What was not accepted is held in the table, and tried again with growing pauses for three days. A key
that fails holds up no other. If several attempts in a row fail, the endpoint itself is taken as down:
then nothing but one key at a time is tried, and the others wait for it.
"""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import NamedTuple

import msgspec
from cachetools import LRUCache

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.webhook import HeldDelivery, Webhook
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.give_up_event import give_up_event, is_over, is_too_old
from cruddur.messaging.webhooks.held_deliveries import HeldDeliveries
from cruddur.messaging.webhooks.send_event import Encode, send_event
from cruddur.messaging.webhooks.sent_log import SentLog
from cruddur.messaging.webhooks.stored_events import completed, events_between, events_of
from cruddur.messaging.webhooks.webhook_events import WebhookEvent, event_of_change
from cruddur.messaging.webhooks.webhooks import update_of
from cruddur.ports.backoff import HALF_JITTER, Backoff
from cruddur.ports.change_feed import Change
from cruddur.ports.metering import access_pattern
from cruddur.ports.outbound import Outbound

KEYS_AT_ONCE = 8
DOWN_AFTER = 5
"""So many failed attempts in a row, of whatever keys, mean that the endpoint is down."""

PROGRESS_EVENTS = 100
"""After so many events of a key that waited its item is brought forward. A crash repeats that many."""

_REMEMBERED_KEYS = 16_384
_IDLE_SECONDS = 30.0

_log = Log()


class Pauses(NamedTuple):
    """The seconds between tries: the first pause, each twice the one before, and the longest."""

    first: float = 5.0
    longest: float = 3600.0


class WebhookSender:
    """The sending of one webhook, in the one process that sends."""

    def __init__(
        self,
        messaging: MessagingContext,
        outbound: Outbound,
        encode: Encode,
        webhook: Webhook,
        pauses: Pauses = Pauses(),  # noqa: B008  a tuple that nobody can change
    ) -> None:
        self.webhook = webhook
        self._messaging = messaging
        self._outbound = outbound
        self._encode = encode
        self._pauses = pauses
        self._held = HeldDeliveries(messaging, webhook.name)
        self._sent = SentLog(messaging, webhook.name)
        self._loaded: int | None = None  # the webhook's replays when the held were read
        self._newest: LRUCache[tuple[str, str], int] = LRUCache(_REMEMBERED_KEYS)
        self._at_once = asyncio.Semaphore(KEYS_AT_ONCE)
        self._failures = 0
        self._down = Backoff(*pauses, jitter=HALF_JITTER)
        self._rests_until = 0.0
        self._probed = ""  # the key that is tried while the endpoint is down
        self._hurry = set[str]()  # the keys that waited for the endpoint, which is up again
        self._look_at = dict[str, float]()  # when a key is looked at again that was not tried
        self._answer = ""
        self._news = asyncio.Event()

    def update(self, webhook: Webhook) -> None:
        """Takes the webhook as it is now: another secret, a pause, a replay."""
        if webhook != self.webhook:
            if self.webhook.paused_at and not webhook.paused_at:
                self._failures, self._rests_until = 0, 0.0
            self.webhook = webhook
            self._news.set()

    @access_pattern("send_webhooks")
    async def handle(self, changes: Sequence[Change]) -> None:
        """Sends what these changes tell, or holds it. Raises TableUnavailable."""
        await self._load()
        by_key: dict[str, list[WebhookEvent]] = {}
        for event in map(event_of_change, changes):
            if event is not None and event.type in self.webhook.events:
                by_key.setdefault(event.ordering_key, []).append(event)
        await asyncio.gather(*(self._send_in_order(events) for events in by_key.values()))

    async def run(self) -> None:
        """Tries what is held, until it is cancelled. Raises TableUnavailable."""
        self._loaded, trying = None, dict[str, asyncio.Task[None]]()
        try:
            while True:
                self._news.clear()
                await self._step(trying)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._idle_seconds(trying)):
                        await self._news.wait()
        finally:
            tasks = [*trying.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @access_pattern("send_webhooks")
    async def _step(self, trying: dict[str, asyncio.Task[None]]) -> None:
        for key in [key for key, task in trying.items() if task.done()]:
            trying.pop(key).result()
        await self._load()
        if self._sent.seconds_until_written() == 0:
            await self._sent.write()
        for key in self._due(trying):
            trying[key] = task = asyncio.create_task(self._retry(key))
            task.add_done_callback(lambda _: self._news.set())

    async def _load(self) -> None:
        replays = self.webhook.replays
        if self._loaded != replays:
            await self._held.load()
            self._loaded = replays

    async def _send_in_order(self, events: Sequence[WebhookEvent]) -> None:
        async with self._at_once:
            for event in events:
                if not self._was_sent(event) and not await self._send_now(event):
                    await self._hold(event)

    async def _send_now(self, event: WebhookEvent) -> bool:
        """Sends the event, after those before it that did not come. Returns whether all were taken."""
        if event.ordering_key in self._held.by_key or not self._may_send():
            return False
        newest = self._newest.get((event.ordering_key, event.type))
        if newest is not None and event.number > newest + 1:
            between = events_between(self._messaging, event, newest + 1)
            async for missing in between:
                if not await self._attempt(missing):
                    await self._hold(missing)
                    return False
        complete = await completed(self._messaging, event)
        return complete is None or await self._attempt(complete)

    def _may_send(self) -> bool:
        return self._is_on() and not self._is_down() and self._now() >= self._rests_until

    def _was_sent(self, event: WebhookEvent) -> bool:
        newest = self._newest.get((event.ordering_key, event.type))
        return newest is not None and 0 < event.number <= newest

    async def _hold(self, event: WebhookEvent) -> None:
        at = max(self._rests_until, self._now() + self._pause(1))
        await self._held.hold(event, at, "waits")
        self._news.set()

    async def _attempt(self, event: WebhookEvent) -> bool:
        outcome = await send_event(
            self._messaging, self._outbound, self._encode, self.webhook, event
        )
        self._sent.add(outcome.sent)
        self._answer = outcome.sent.answer
        self._news.set()
        if outcome.is_accepted:
            if self._is_down():
                self._hurry.update(self._held.by_key)
            self._failures, self._rests_until = 0, 0.0
            self._down.reset()
            if event.number:
                self._newest[event.ordering_key, event.type] = event.number
            return True
        self._failures += 1
        if self._failures >= DOWN_AFTER:
            self._rests_until = self._now() + self._down.next()
        if outcome.wait:
            self._rests_until = self._now() + outcome.wait
        if outcome.is_gone:
            await self._disable()
        return False

    async def _disable(self) -> None:
        """The receiver wants nothing more: 410."""
        now = self._messaging.now()
        self.webhook = msgspec.structs.replace(self.webhook, disabled_at=now)
        _log.warning("a webhook answered 410 and is disabled", webhook=self.webhook.name)
        try:
            update = update_of(self.webhook.name, {"disabled_at": now})
            await self._messaging.table.update(update)
        except ConditionFailed:
            return  # it was removed

    def _due(self, trying: Collection[str]) -> Sequence[str]:
        """The keys to try now: while the endpoint fails one alone, and those that may be given up."""
        now = self._now()
        if not self._is_on() or now < self._rests_until:
            return ()
        waiting = self._held.but(trying)
        waiting.sort(key=lambda held: held.next_at)
        if self._is_down():
            if not trying and waiting:
                self._probed = waiting[0].ordering_key
                return [self._probed]
            over = [held.ordering_key for held in waiting if self._may_be_over(held)]
            return over[: KEYS_AT_ONCE - len(trying)]
        in_time = {held.ordering_key: held.next_at <= now for held in waiting}
        soon = [key for key, is_due in in_time.items() if is_due or key in self._hurry]
        return soon[: KEYS_AT_ONCE - len(trying)]

    def _may_be_over(self, held: HeldDelivery) -> bool:
        """Whether the endpoint is down for so long that some of it may be given up untried."""
        began = max(held.since, self.webhook.tried_since or "")
        is_looked_at = self._now() < self._look_at.get(held.ordering_key, 0)
        return not is_looked_at and is_over(self._messaging, began)

    def _idle_seconds(self, trying: Collection[str]) -> float:
        now, times = self._now(), [_IDLE_SECONDS]
        if (written := self._sent.seconds_until_written()) is not None:
            times.append(written)
        waiting = [held.next_at for held in self._held.but(trying)]
        if self._is_down() and waiting and not trying:
            times.append(self._rests_until - now)
        elif not self._is_down() and waiting and len(trying) < KEYS_AT_ONCE:
            times.append(max(min(waiting), self._rests_until) - now)
        if not self._is_on():
            return _IDLE_SECONDS
        return max(0.0, min(times))

    async def _retry(self, key: str) -> None:
        """Sends what waits of a key, until nothing does or an attempt fails."""
        self._hurry.discard(key)
        while (held := self._held.by_key.get(key)) is not None:
            touched = self._held.touched[key]
            reached = await self._walk(held)
            if reached is None or await self._held.finish(reached.held, touched):
                return
            # Something was added: of messages and changes what follows, of the others perhaps any.
            again = msgspec.structs.replace(reached.left, others=reached.held.others, tries=0)
            await self._held.replace(reached.held, again)

    async def _walk(self, held: HeldDelivery) -> "_Reached | None":
        """Sends what a key has still to get. Returns None if an attempt failed."""
        left, sent = held, 0
        async for step in events_of(self._messaging, held):
            event = step.event
            if event is not None and event.type in self.webhook.events:
                is_tried = not self._is_down() or held.ordering_key == self._probed
                if not (is_tried and await self._attempt(event)):
                    if not is_too_old(self._messaging, self.webhook, held, event):
                        # The pauses grow while one and the same event fails.
                        tries = 0 if sent else held.tries
                        before = msgspec.structs.replace(step.before, tries=tries)
                        await self._later(held, before, is_tried=is_tried)
                        return None
                    await give_up_event(self._messaging, self.webhook, event, self._answer)
                sent += 1
            left = step.after
            if sent and sent % PROGRESS_EVENTS == 0:
                if not await self._held.replace(held, msgspec.structs.replace(left, tries=0)):
                    return None
                left = held = self._held.by_key[held.ordering_key]
        return _Reached(held, left)

    async def _later(self, held: HeldDelivery, left: HeldDelivery, *, is_tried: bool) -> None:
        """Stores when the key is tried again. What was not tried is written only if it moved."""
        if not is_tried:
            self._look_at[held.ordering_key] = self._now() + self._pauses.longest
            if (left.seq, left.change_seq, left.others) == (held.seq, held.change_seq, held.others):
                return
        tries = left.tries + is_tried
        next_at = self._now() + self._pause(tries)
        later = msgspec.structs.replace(left, tries=tries, next_at=next_at, why=self._answer)
        await self._held.replace(held, later)

    def _is_down(self) -> bool:
        return self._failures >= DOWN_AFTER

    def _is_on(self) -> bool:
        return self.webhook.is_active and not self.webhook.paused_at

    def _pause(self, tries: int) -> float:
        return Backoff(*self._pauses, jitter=HALF_JITTER).after(tries)

    def _now(self) -> float:
        return self._messaging.clock().timestamp()


class _Reached(NamedTuple):
    """The delivery as it is stored, and what is left of it to send."""

    held: HeldDelivery
    left: HeldDelivery
