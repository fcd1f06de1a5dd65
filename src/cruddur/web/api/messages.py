"""`/api/messages`: send, list, edit, delete."""

from time import perf_counter
from typing import Annotated

from litestar import Response, delete, get, patch, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from cruddur.errors import Invalid
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.delete_message import delete_message
from cruddur.messaging.edit_message import edit_message
from cruddur.messaging.list_messages import list_messages
from cruddur.messaging.send_message import send_message
from cruddur.messaging.start_direct_group import start_direct_group
from cruddur.model import Message
from cruddur.shapes import MessageShape, message_shape
from cruddur.web.context import Caller, Context, context_of
from cruddur.web.lists import LIMIT_DEFAULT, SEQ_MAX, Limit, listed
from cruddur.web.openapi_words import BODY, SIGNED_IN, problems
from cruddur.web.paths import GroupUuid, Seq

KnownSeq = Annotated[int, Meta(ge=0, le=SEQ_MAX)]


class NewMessage(Struct, kw_only=True):
    """A message, to a conversation or to a person: exactly one of the two.

    `message_uuid` is the client's own; sent again with the same one, a message is stored once.
    `after` is the last number that the client knew when it first tried.
    """

    message: str
    message_group_uuid: str | None = None
    handle: str | None = None
    user_receiver_handle: str | None = None
    message_uuid: str | None = None
    after: KnownSeq | None = None


class ChangedMessage(Struct, kw_only=True):
    """The new text of a message."""

    message: str


@post("/messages", status_code=200, tags=["messages"], responses=problems(*BODY, *SIGNED_IN, 404))
async def send(request: Caller, data: JSONBody[NewMessage]) -> MessageShape:
    """Send a message. Acknowledged once it is on disk; safe to repeat with its `message_uuid`."""
    started = perf_counter()
    context = context_of(request)
    context.limits.take(context.limits.sending, request.user.user_uuid)
    message = await _send(context, request, data)
    context.metrics.sent(perf_counter() - started)
    return message_shape(message)


async def _send(context: Context, request: Caller, data: NewMessage) -> Message:
    recipients = [data.message_group_uuid, data.handle, data.user_receiver_handle]
    if recipients.count(None) != len(recipients) - 1:
        raise Invalid(
            "recipient_ambiguous",
            "Say message_group_uuid or handle, exactly one of them.",
            field="message_group_uuid",
        )
    if data.message_group_uuid is not None:
        return await send_message(
            context.messaging,
            request.user,
            data.message_group_uuid,
            data.message,
            message_uuid=data.message_uuid,
            after=data.after,
        )
    return await start_direct_group(
        context.messaging,
        request.user,
        await find_user_by_handle(context.identity, data.handle or data.user_receiver_handle or ""),
        data.message,
        message_uuid=data.message_uuid,
        after=data.after,
    )


@get(
    "/messages/{message_group_uuid:str}",
    tags=["messages"],
    responses=problems(*SIGNED_IN, 404, 422),
)
async def messages(
    request: Caller,
    message_group_uuid: GroupUuid,
    limit: Limit = LIMIT_DEFAULT,
    before: Annotated[
        int | None, QueryParameter(ge=1, le=SEQ_MAX + 1, description="Those before this number.")
    ] = None,
    after: Annotated[
        int | None, QueryParameter(ge=0, le=SEQ_MAX, description="Those after this number.")
    ] = None,
) -> Response[list[MessageShape]]:
    """The newest messages, those before a number, or those after it; oldest first."""
    if before is not None and after is not None:
        raise Invalid("range_ambiguous", "Say before or after, not both.", field="before")
    page = await list_messages(
        context_of(request).messaging,
        request.user.user_uuid,
        message_group_uuid,
        before=before,
        after=after,
        limit=limit,
    )
    shapes = [message_shape(message) for message in page.messages]
    if not page.has_more or not shapes:
        return listed(request, shapes, None)
    place = {"before": shapes[0].seq} if after is None else {"after": shapes[-1].seq}
    return listed(request, shapes, {**place, "limit": limit})


@patch(
    "/messages/{message_group_uuid:str}/{seq:int}",
    tags=["messages"],
    responses=problems(*BODY, *SIGNED_IN, 404),
)
async def edit(
    request: Caller, message_group_uuid: GroupUuid, seq: Seq, data: JSONBody[ChangedMessage]
) -> MessageShape:
    """Change the text of one's own message."""
    context = context_of(request)
    context.limits.take(context.limits.sending, request.user.user_uuid)
    user_uuid = request.user.user_uuid
    return message_shape(
        await edit_message(context.messaging, user_uuid, message_group_uuid, seq, data.message)
    )


@delete(
    "/messages/{message_group_uuid:str}/{seq:int}",
    status_code=200,
    tags=["messages"],
    responses=problems(*SIGNED_IN, 404, 429),
)
async def remove(request: Caller, message_group_uuid: GroupUuid, seq: Seq) -> MessageShape:
    """Delete one's own message: a tombstone stays, so that numbers have no gap."""
    context = context_of(request)
    context.limits.take(context.limits.sending, request.user.user_uuid)
    user_uuid = request.user.user_uuid
    return message_shape(
        await delete_message(context.messaging, user_uuid, message_group_uuid, seq)
    )
