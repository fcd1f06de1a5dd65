"""One open event stream: what it holds while nothing happens, and how it passes events on.

It has no task and no timer of its own. The bus calls it with each event, and one queue writes to all
streams for which something has arrived.
"""

import asyncio
import secrets
import time
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from cruddur.identity.check_open_stream import has_ended
from cruddur.identity.context import Session
from cruddur.messaging.events import ReceiptGiven, ReceiptsSwitched, channel
from cruddur.messaging.invalidated import SIGNS_ENDED
from cruddur.ports.bus import Event, Subscription
from cruddur.web.http.context import Context
from cruddur.web.http.presence import PresenceChanged
from cruddur.web.http.stream_connection import StreamConnection
from cruddur.web.http.watching import PeopleShown, shown_by
from cruddur.web.sse.encoding import encode_event
from cruddur.web.sse.own_rows import OwnRows
from cruddur.web.sse.receipt_schemas import ReceiptsSwitchedOut
from cruddur.web.sse.unread_told import UnreadTold


@lru_cache(maxsize=16)  # one event goes to many streams
def encoded(event: Event) -> bytes:
    """An event as the stream carries it; its JSON has no line breaks."""
    if event.id:
        return b"event: %b\nid: %b\ndata: %b\n\n" % (
            event.type.encode(),
            event.id.encode(),
            event.data,
        )
    return b"event: %b\ndata: %b\n\n" % (event.type.encode(), event.data)


_decode_switched = msgspec.json.Decoder(ReceiptsSwitchedOut).decode

HEARTBEAT = b": heartbeat\n\n"

QUEUE_MAX_EVENTS = 256
"""The most events that wait for a device. Beyond, it is cheaper to fetch what the device lacks."""


class EventStream:
    """An open stream. The bus, the connection and the timers of the process call it."""

    __slots__ = (
        "_check_at",
        "_check_number",
        "_connection",
        "_context",
        "_is_over",
        "_later",
        "_own_rows",
        "_pending",
        "_sees_receipts",
        "_shown",
        "_subscription",
        "_told_retry",
        "_unread",
        "session",
        "stream_id",
        "user_uuid",
    )

    def __init__(self, context: Context, session: Session, *, sees_receipts: bool = True) -> None:
        self._context = context
        self._sees_receipts = sees_receipts
        self.session = session
        self.user_uuid = session.user_uuid
        self._connection: StreamConnection | None = None
        self._subscription: Subscription | None = None
        self._later: asyncio.Task[None] | None = None
        self._unread: UnreadTold | None = None
        self._own_rows: OwnRows | None = None
        self._pending: list[bytes] = []
        self._is_over = False
        self._check_number = 0
        self._check_at = 0.0
        self._told_retry = 0.0
        self._shown: Sequence[str] = ()
        self.stream_id = secrets.token_hex(8)

    async def subscribe(self) -> None:
        """Registers the stream and listens; events wait until `start`. Raises RateLimited."""
        self._context.streams.open(self)
        try:
            bus = self._context.messaging.bus
            self._subscription = await bus.subscribe(channel(self.user_uuid), self)
        except BaseException:
            self.close()
            raise
        if self._is_over:  # the bus has closed meanwhile
            self._subscription.close()

    def start(self, connection: StreamConnection, first: Sequence[Event]) -> None:
        """Writes these events, then those that have arrived, and from then on each as it arrives."""
        self._connection = connection
        if self._is_over:
            connection.finish()
            return
        self._pending = [self._retry(), *map(encoded, first), *self._pending]
        self._wait_for_next_check()
        self._context.heartbeats.start(self)
        self._context.presence.on_connect(self.user_uuid)
        if self._unread is not None:
            self._unread.start()
        self.flush()

    def do_later(self, work: asyncio.Task[None]) -> None:
        """Cancels this task when the stream ends."""
        self._later = work
        if self._is_over:
            work.cancel()

    def tell_unread(self, unread: UnreadTold) -> None:
        """Tells how much is unread, if it changes from now on, and once the stream has started."""
        self._unread = unread

    def tell_own_rows(self, rows: OwnRows) -> None:
        """Passes what happens through these, which add the reader's row to changed groups."""
        self._own_rows = rows

    async def with_own_rows(self, events: Sequence[Event]) -> Sequence[Event]:
        """Returns events from before the stream as it tells such events."""
        return events if self._own_rows is None else await self._own_rows.completed(events)

    # Called by the bus

    def on_event(self, event: Event) -> None:
        if event.type == PresenceChanged.type:
            if self._connection is not None and self._context.streams.is_first(self):
                self._context.presence.on_own_event(self.user_uuid, event)
        elif event.type == PeopleShown.type:
            people = shown_by(event, self.stream_id)
            if people is not None and self._connection is not None:
                self._show(people)
        elif event.type == ReceiptGiven.type and not self._sees_receipts:
            return
        elif event.type == SIGNS_ENDED:
            self._hide(event.data.decode(errors="replace"))
        else:
            if event.type == ReceiptsSwitched.type:
                self._sees_receipts = _decode_switched(event.data).shares_receipts
            event = event if self._unread is None else self._unread.note(event)
            if self._own_rows is None:
                self.send(event)
            else:
                self._own_rows.pass_on(event)

    def on_end(self) -> None:
        self.end()

    def send(self, *events: Event) -> None:
        """Passes events on to the device, or ends the stream if the device lags too far behind."""
        if self._is_over:
            return
        if len(self._pending) >= QUEUE_MAX_EVENTS:
            self._pending.clear()  # the device has to reconnect and fetch these anyway
            self.end()
            return
        self._add([encoded(event) for event in events])

    # Called by the process for all its streams

    def flush(self) -> None:
        connection = self._connection
        if connection is not None and self._pending and not connection.is_paused:
            pending, self._pending = self._pending, []
            connection.write(b"".join(pending))

    def beat(self) -> None:
        if has_ended(self._context.identity, self.session):
            self.end()
            return
        if time.monotonic() >= self._check_at:
            self._context.session_checks.add(self, self._check_number)
            self._check_number += 1
            self._wait_for_next_check()
        self._add([self._heartbeat()])

    def end(self) -> None:
        """Ends the stream after what has arrived is sent."""
        self.flush()
        self.close()
        if self._connection is not None:
            self._connection.finish()

    def close(self) -> None:
        """Gives up everything that the stream holds. A second call does nothing."""
        if self._is_over:
            return
        self._is_over = True
        if self._subscription is not None:
            self._subscription.close()
        self._context.heartbeats.stop(self)
        self._context.streams.forget(self)
        if self._connection is not None:
            self._show(())
            self._context.presence.on_disconnect(self.user_uuid)
        if self._later is not None:
            self._later.cancel()
        if self._unread is not None:
            self._unread.close()
        if self._own_rows is not None:
            self._own_rows.close()

    # Called by the connection

    def on_writable(self) -> None:
        self.flush()

    def on_closed(self) -> None:
        self.close()

    def _add(self, parts: Sequence[bytes]) -> None:
        is_waiting = bool(self._pending)
        self._pending += parts
        if not is_waiting and self._connection is not None:
            self._context.flush_queue.add(self)

    def _show(self, people: Sequence[str]) -> None:
        before, self._shown = self._shown, people
        self._context.presence.watch(self, before, people)

    def _hide(self, user_uuid: str) -> None:
        if user_uuid in self._shown:
            self._show([one for one in self._shown if one != user_uuid])
            self.send(encode_event(PresenceChanged(user_uuid, online=False)))

    def _wait_for_next_check(self) -> None:
        seconds = self._context.session_checks.seconds_until(self._check_number)
        self._check_at = time.monotonic() + seconds

    def _heartbeat(self) -> bytes:
        now = self._context.streams.retry_seconds()
        is_far_off = now >= 2 * self._told_retry or 2 * now <= self._told_retry
        return HEARTBEAT + self._retry() if is_far_off else HEARTBEAT

    def _retry(self) -> bytes:
        # Told again when it has changed: the first stream after a start is one of few.
        self._told_retry = self._context.streams.retry_seconds()
        return b"retry: %d\n\n" % (1000 * self._told_retry)
