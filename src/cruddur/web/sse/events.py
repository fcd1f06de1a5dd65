"""`GET /api/events`: one server-sent event stream for each tab (WHATWG HTML, 9.2).

First `ready`; after a `Last-Event-ID`, each conversation that moved since then, and the messages
themselves if they are few; then `caught_up`, and what happens, as it happens. Events may be lost or
doubled: messages are numbered, and the client fetches what it lacks.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec.structs import replace

from cruddur.domain.errors import TableError
from cruddur.domain.receipts import shares_receipts
from cruddur.identity.context import Session
from cruddur.identity.tokens import verify_session
from cruddur.messaging.events import ReceiptGiven
from cruddur.ports.bus import Event
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.unread import unread_out
from cruddur.web.http.auth import LISTENING
from cruddur.web.http.client_ip import client_address
from cruddur.web.http.context import Caller, Context, context_of
from cruddur.web.http.stream_connection import DETACH, StreamConnection
from cruddur.web.sse.encoding import Ready, encode_event
from cruddur.web.sse.event_stream import EventStream
from cruddur.web.sse.own_rows import OwnRows
from cruddur.web.sse.resumed import Absence
from cruddur.web.sse.unread_told import UnreadTold

_EVENT_STREAM = ResponseSpec(
    data_container=str,
    media_type="text/event-stream",
    description="Events, without an end",
    generate_examples=False,
)
_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold events back until it had a buffer full
)


@get(
    "/api/events",
    opt=LISTENING,
    tags=["events"],
    responses={200: _EVENT_STREAM, **problems(*SIGNED_IN, 422)},
)
async def events(
    request: Caller,
    last_event_id: Annotated[
        str | None, QueryParameter(description="As the header Last-Event-ID.")
    ] = None,
    page: Annotated[
        str | None, QueryParameter(description="The id of a page of this service, made just now.")
    ] = None,
    unread: Annotated[
        bool,
        QueryParameter(
            description="Whether `ready` says how much is unread, and `unread` when it changes."
        ),
    ] = False,
    group_rows: Annotated[
        bool,
        QueryParameter(
            description="Whether a changed group comes as `group`, with what my inbox shows of it. If "
            "not, it comes as `group_changed`, which costs the service no read."
        ),
    ] = True,
) -> ASGIApp:
    """What happens in my conversations, from now on."""
    last_id = request.headers.get("last-event-id") or last_event_id
    context = context_of(request)
    context.limits.take_of_address(context.limits.listening_address, client_address(request))
    context.streams.require_room(request.user.user_uuid)
    # Not by the memory that serves requests: a stream may last for days. And a store that does not
    # answer is no reason to end what was allowed a minute ago.
    with suppress(TableError):
        await verify_session(context.identity, request.auth)
    asked = Asked(
        last_id,
        page,
        sees_receipts=shares_receipts(request.user.receipts_from),
        tells_unread=unread,
        has_own_rows=group_rows,
    )
    return EventResponse(context, request.auth, asked)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a device wants of its stream, and what it has from before: an event's id, a page's id."""

    last_id: str | None
    page: str | None
    sees_receipts: bool
    tells_unread: bool
    has_own_rows: bool


class EventResponse:
    """An ASGI answer of its own: it sends the head, and hands the connection over to the stream."""

    def __init__(self, context: Context, session: Session, asked: Asked) -> None:
        self._context = context
        self._session = session
        self._asked = asked

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        # Known and subscribed before anything is read: nothing that happens meanwhile is missed,
        # neither a message nor a sign-out.
        stream = EventStream(self._context, self._session, sees_receipts=self._asked.sees_receipts)
        self._tell_own_rows(stream)
        await stream.subscribe()
        try:
            absence = Absence(self._context.messaging, stream.user_uuid, self._asked.last_id)
            first = await self._first_events(stream, absence)
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            connection = _detached(scope, stream)
        except BaseException:
            stream.close()
            raise
        if (
            connection is None
        ):  # the client is gone or has asked for the head only, or another server runs us
            stream.close()
            with suppress(OSError):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        stream.start(connection, first)
        if absence.is_known:
            pauses = self._context.look_again_after
            stream.do_later(asyncio.create_task(absence.look_again(pauses, stream.send)))

    def _tell_own_rows(self, stream: EventStream) -> None:
        if self._asked.has_own_rows:
            messaging = self._context.messaging
            stream.tell_own_rows(OwnRows(messaging, stream.user_uuid, stream.send, stream.end))

    async def _first_events(self, stream: EventStream, absence: Absence) -> Sequence[Event]:
        ready = encode_event(await self._ready(stream))
        has_page = self._asked.page is not None
        return [ready, *await absence.events(await self._held(stream), has_page=has_page)]

    async def _held(self, stream: EventStream) -> Sequence[Event] | None:
        """Returns what happened since the device's page was made; None if that is not known."""
        if self._asked.page is None:
            return None
        held = self._context.held_events.take(stream.user_uuid, self._asked.page)
        if held and not self._asked.sees_receipts:
            held = [event for event in held if event.type != ReceiptGiven.type]
        return await stream.with_own_rows(held) if held else held

    async def _ready(self, stream: EventStream) -> Ready:
        ready = Ready(user_uuid=stream.user_uuid, stream_id=stream.stream_id)
        if not self._asked.tells_unread:
            return ready
        messaging, seconds = self._context.messaging, self._context.unread_seconds
        told = UnreadTold(messaging, stream.user_uuid, stream.send, seconds)
        stream.tell_unread(told)
        unread = await told.first()
        return ready if unread is None else replace(ready, unread=unread_out(unread))


def _detached(scope: Scope, stream: EventStream) -> StreamConnection | None:
    detach: Any = (scope.get("extensions") or {}).get(DETACH)
    connection: StreamConnection | None = detach(stream) if detach else None
    return connection
