"""Ends sessions in every process: over a channel of the bus that all of them listen to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import msgspec
import structlog
from litestar import Litestar

from cruddur.identity.context import SessionsEnded
from cruddur.identity.ended_sessions import note_ended
from cruddur.ports.backoff import HALF_JITTER, Backoff
from cruddur.ports.bus import Bus, Event
from cruddur.web.http.context import Context
from cruddur.web.sse.encoding import SESSIONS_ENDED, encode_sessions_ended

CHANNEL = "sessions"
"""A channel of processes. A person's channel has another form, so that no device can subscribe to it."""

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
_CLOSED_WITHIN_SECONDS = 0.05
"""A subscription that ends sooner is one of a bus that is closing."""

_decode = msgspec.json.Decoder(SessionsEnded).decode
_log = structlog.get_logger()


async def announce_on(bus: Bus, ended: SessionsEnded) -> None:
    """Tells all processes on this bus that sessions have ended. Never raises."""
    await bus.publish([CHANNEL], encode_sessions_ended(ended))


@asynccontextmanager
async def ended_sessions_followed(app: Litestar) -> AsyncIterator[None]:
    """Ends streams here, and makes tokens be checked anew, whichever process ended their sessions."""
    context: Context = app.state["context"]
    context.identity.announce = partial(announce_on, context.messaging.bus)
    following = asyncio.create_task(_follow_always(context))
    try:
        yield
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


class _EndedSessions:
    """Applies each event of the channel."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.ended = asyncio.Event()

    def on_event(self, event: Event) -> None:
        _apply(self._context, event)

    def on_end(self) -> None:
        self.ended.set()


async def _follow_always(context: Context) -> None:
    backoff = Backoff(_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS, jitter=HALF_JITTER)
    clock = asyncio.get_running_loop().time
    while True:
        started = clock()
        listener = _EndedSessions(context)
        subscription = await context.messaging.bus.subscribe(CHANNEL, listener)
        try:
            # It ends when the bus was away. The streams of this process end then as well, and what they
            # missed is found when they are opened again.
            await listener.ended.wait()
        finally:
            subscription.close()
        # Between two subscriptions there is no pause in which an event could be lost.
        if clock() - started < _CLOSED_WITHIN_SECONDS:
            await backoff.pause()
        else:
            backoff.reset()


def _apply(context: Context, event: Event) -> None:
    try:
        ended = _decode(event.data) if event.type == SESSIONS_ENDED else None
    except msgspec.MsgspecError:  # a newer version may have sent it
        _log.warning("an event about ended sessions cannot be read")
        return
    if ended is not None:
        note_ended(context.identity, ended)
        context.streams.end_sessions(ended)
