"""`GET /api/events`: one server-sent event stream for each tab (WHATWG HTML, 9.2).

First `ready`; after a `Last-Event-ID`, each conversation that moved since then; then what happens,
as it happens. Events may be lost or doubled: messages are numbered, and the client fetches what it
lacks.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
import structlog
from litestar import get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from litestar.types import ASGIApp, Receive, Scope, Send

from cruddur.errors import Refusal, TableError
from cruddur.identity.service import Session
from cruddur.identity.tokens import verify_session
from cruddur.messaging.events import channel, group_event
from cruddur.messaging.list_inbox import list_inbox
from cruddur.messaging.ports import Event, Subscription
from cruddur.model import timestamp
from cruddur.web.context import Caller, Context, context_of
from cruddur.web.presence import EVENT_TYPE as PRESENCE
from cruddur.web.streams import Stream

HEARTBEAT = b": heartbeat\n\n"
PATIENCE_SECONDS = 30.0
"""A client that takes nothing for so long is gone, whatever its connection says."""

OVERLAP = timedelta(seconds=60)
"""Clocks of several servers differ, and a send's time is older than its event: look back a little."""

RESUMED_MAX = 100

_FIRST_OF_ALL = b'"seq":1,'
"""In the event of a conversation's first message. Quotes that people type are escaped in JSON."""

_EVENT_STREAM = ResponseSpec(
    data_container=str, media_type="text/event-stream", description="Events, without an end"
)
_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold events back until it had a buffer full
)

_log = structlog.get_logger()


@get("/events", tags=["events"], responses={200: _EVENT_STREAM})
async def events(
    request: Caller,
    last_event_id: Annotated[
        str | None, QueryParameter(description="As the header Last-Event-ID.")
    ] = None,
) -> ASGIApp:
    """What happens in my conversations, from now on."""
    last_id = request.headers.get("last-event-id") or last_event_id
    context = context_of(request)
    await _check_session(context, request.auth)
    return EventResponse(context, Stream(request.user, request.auth), last_id)


class EventResponse:
    """An ASGI answer of its own, so that whatever ends the stream, its traces go with it."""

    def __init__(self, context: Context, stream: Stream, last_id: str | None) -> None:
        self._context = context
        self._stream = stream
        self._user_uuid = stream.user.user_uuid
        self._last_id = last_id

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        # Known and subscribed before anything is read: nothing that happens meanwhile is missed,
        # neither a message nor a sign-out.
        bus = self._context.messaging.bus
        with self._context.streams.opened(self._stream):
            async with bus.subscribe(channel(self._user_uuid)) as subscription:
                first = [self._ready(), *await self._missed()]
                await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
                await self._run(subscription, first, receive, send)
        with suppress(OSError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _run(
        self, subscription: Subscription, first: Sequence[Event], receive: Receive, send: Send
    ) -> None:
        pump = asyncio.create_task(self._pump(subscription, first, send))
        gone = asyncio.create_task(_disconnected(receive))
        self._context.presence.came(self._user_uuid)
        try:
            await asyncio.wait(
                (pump, gone, self._stream.ended), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            self._context.presence.went(self._user_uuid)
            pump.cancel()
            gone.cancel()
            outcome, _ = await asyncio.gather(pump, gone, return_exceptions=True)
        if isinstance(outcome, Exception):
            _log.error("event stream failed", exc_info=outcome)

    async def _pump(self, subscription: Subscription, first: Sequence[Event], send: Send) -> None:
        await _write(send, b"".join(encoded(event) for event in first))
        clock, pause = asyncio.get_running_loop().time, self._context.heartbeat_seconds
        check_at = clock() + pause
        with suppress(StopAsyncIteration, TimeoutError, Refusal):
            while True:
                event = await _next(subscription, pause)
                if event is None or clock() >= check_at:
                    await _check_session(self._context, self._stream.session)
                    check_at = clock() + pause
                if event is None:
                    await _write(send, HEARTBEAT)
                elif await self._is_for_the_device(event):
                    await _write(send, encoded(event))

    async def _is_for_the_device(self, event: Event) -> bool:
        if event.type == "message" and _FIRST_OF_ALL in event.data:
            self._context.presence.met(self._user_uuid)
        if event.type != PRESENCE:
            return True
        answers = self._context.streams.is_first(self._stream)
        return await self._context.presence.heard(self._user_uuid, event, answers=answers)

    def _ready(self) -> Event:
        return Event("ready", msgspec.json.encode({"user_uuid": self._user_uuid}))

    async def _missed(self) -> Sequence[Event]:
        since = _moment(self._last_id)
        if since is None:
            return ()
        page = await list_inbox(self._context.messaging, self._user_uuid, limit=RESUMED_MAX)
        return [group_event(row) for row in page.rows if row.last_message_at >= since]


def encoded(event: Event) -> bytes:
    """An event as the stream carries it; its JSON has no line breaks."""
    if event.id:
        return b"event: %b\nid: %b\ndata: %b\n\n" % (
            event.type.encode(),
            event.id.encode(),
            event.data,
        )
    return b"event: %b\ndata: %b\n\n" % (event.type.encode(), event.data)


async def _check_session(context: Context, session: Session) -> None:
    # Not by the memory that serves requests: a stream may last for days. And a store that does not
    # answer is no reason to end what was allowed a minute ago.
    with suppress(TableError):
        await verify_session(context.identity, session)


async def _next(subscription: Subscription, within_seconds: float) -> Event | None:
    try:
        async with asyncio.timeout(within_seconds):
            return await subscription.next()
    except TimeoutError:
        return None


async def _write(send: Send, chunk: bytes) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _moment(last_id: str | None) -> str | None:
    """The time to look back to, None for a new stream or an id that was none of ours."""
    try:
        return timestamp(datetime.fromisoformat(last_id) - OVERLAP) if last_id else None
    except (ValueError, OverflowError):
        return None
