"""Ends sessions in every process: over a channel of the bus that all of them listen to.

The same channel tells them which people have another name, which keys of hosts have changed, and which
conversations somebody has cleared, or are to be read anew.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import msgspec
from litestar import Litestar
from msgspec import Struct

from cruddur.domain.renaming import Renaming
from cruddur.identity.context import HostKeysChanged, SessionsEnded
from cruddur.identity.ended_sessions import note_ended
from cruddur.identity.host_keys import note_host_keys_changed
from cruddur.identity.note_renamed import note_renamed
from cruddur.logs import Log
from cruddur.messaging.events import PROCESSES, PersonRenamed, ReceiptsSwitched, RowSettingsChanged
from cruddur.messaging.invalidated import GROUP_INVALIDATED, on_group_invalidated
from cruddur.ports.backoff import HALF_JITTER, Backoff
from cruddur.ports.bus import Bus, Event
from cruddur.web.http.context import Context
from cruddur.web.sse.encoding import HOST_KEYS_CHANGED, SESSIONS_ENDED, encode_for_processes
from cruddur.web.sse.receipt_schemas import ReceiptsSwitchedOut

CHANNEL = PROCESSES

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
_CLOSED_WITHIN_SECONDS = 0.05
"""A subscription that ends sooner is one of a bus that is closing."""


class _Cleared(Struct):
    message_group_uuid: str


_decode = msgspec.json.Decoder(SessionsEnded).decode
_decode_renaming = msgspec.json.Decoder(Renaming).decode
_decode_switched = msgspec.json.Decoder(ReceiptsSwitchedOut).decode
_decode_cleared = msgspec.json.Decoder(_Cleared).decode
_log = Log()


async def announce_on(bus: Bus, ended: SessionsEnded | HostKeysChanged) -> None:
    """Tells all processes on this bus that sessions or keys have ended. Never raises."""
    await bus.publish([CHANNEL], encode_for_processes(ended))


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
        if event.type == SESSIONS_ENDED:
            ended = _decode(event.data)
            note_ended(context.identity, ended)
            context.streams.end_sessions(ended)
        elif event.type == HOST_KEYS_CHANGED:
            note_host_keys_changed(context.identity)
        elif event.type == PersonRenamed.type:
            renamed = _decode_renaming(event.data)
            context.messaging.newest_names.note(renamed)
            note_renamed(context.identity, renamed.user_uuid, renamed.handle)
        elif event.type == ReceiptsSwitched.type:
            switched = _decode_switched(event.data)
            note_renamed(context.identity, switched.user_uuid, switched.handle)
        elif event.type == RowSettingsChanged.type:
            uuid = _decode_cleared(event.data).message_group_uuid
            context.messaging.direct_groups.doubt(uuid)
        elif event.type == GROUP_INVALIDATED:
            on_group_invalidated(context.messaging, event)
    except msgspec.MsgspecError:  # a newer version may have sent it
        _log.warning("an event for all processes cannot be read", type=event.type)
