"""The pages, rendered on the server with what they show first; the modules take it from there."""

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.params import PathParameter

from cruddur.errors import NotFound
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.find_inbox_row import find_inbox_row
from cruddur.messaging.list_inbox import list_inbox
from cruddur.messaging.list_messages import list_messages
from cruddur.model import User, direct_group_uuid
from cruddur.shapes import conversation_shape, inbox_row_shape, message_shape, user_shape
from cruddur.web import templates
from cruddur.web.auth import PUBLIC, authenticate
from cruddur.web.context import Caller, context_of
from cruddur.web.paths import GroupUuid

FIRST_MESSAGES = 50
FIRST_ROWS = 20


@get("/", include_in_schema=False)
async def inbox_page(request: Caller) -> Response[bytes]:
    """The inbox alone."""
    return await _messages_page(request)


@get("/c/{message_group_uuid:str}", include_in_schema=False)
async def conversation_page(request: Caller, message_group_uuid: GroupUuid) -> Response[bytes]:
    """The inbox and a conversation."""
    messaging, user_uuid = context_of(request).messaging, request.user.user_uuid
    row, group = await find_inbox_row(messaging, user_uuid, message_group_uuid)
    page = await list_messages(messaging, user_uuid, message_group_uuid, limit=FIRST_MESSAGES)
    return await _messages_page(
        request,
        group=_plain(conversation_shape(row, group)),
        messages=[_plain(message_shape(message)) for message in page.messages],
        older=page.has_more,
    )


# Public only because the router has no path of "@" and a name: what has no "@" is simply not there.
@get("/{at_handle:str}", opt=PUBLIC, include_in_schema=False)
async def person_page(
    request: Caller, at_handle: Annotated[str, PathParameter(description="`@` and a handle.")]
) -> Response[bytes]:
    """The conversation with a person, or an empty one that waits for its first message."""
    if not at_handle.startswith("@"):
        raise NotFound("not_found", "There is no such page.")
    await authenticate(request)
    context = context_of(request)
    recipient = await find_user_by_handle(context.identity, at_handle)
    group_uuid = direct_group_uuid(request.user.user_uuid, recipient.user_uuid)
    with suppress(NotFound):
        await find_inbox_row(context.messaging, request.user.user_uuid, group_uuid)
        return Response(b"", status_code=HTTPStatus.FOUND, headers={"Location": f"/c/{group_uuid}"})
    return await _messages_page(request, recipient=_person(recipient))


@get("/sign-in", opt=PUBLIC, include_in_schema=False)
async def sign_in_page() -> Response[bytes]:
    """Where one signs in."""
    return _html("sign_in.html")


@get("/sign-up", opt=PUBLIC, include_in_schema=False)
async def sign_up_page() -> Response[bytes]:
    """Where one makes an account."""
    return _html("sign_up.html")


async def _messages_page(request: Caller, **shown: object) -> Response[bytes]:
    messaging = context_of(request).messaging
    inbox = await list_inbox(messaging, request.user.user_uuid, limit=FIRST_ROWS)
    context: dict[str, object] = {
        "me": _person(request.user),
        "inbox": [_plain(inbox_row_shape(row)) for row in inbox.rows],
        "inbox_next": inbox.cursor,
        "group": None,
        "messages": [],
        "older": False,
        "recipient": None,
        "now": messaging.now(),
    }
    return _html("messages.html", **{**context, **shown})


def _person(user: User) -> dict[str, Any]:
    return _plain(user_shape(user))


def _plain(shape: msgspec.Struct) -> dict[str, Any]:
    """As JSON would have it, for the templates' `tojson`."""
    plain: dict[str, Any] = msgspec.to_builtins(shape)
    return plain


def _html(template: str, **context: object) -> Response[bytes]:
    return Response(templates.render(template, **context), media_type=templates.HTML)
