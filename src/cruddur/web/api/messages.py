"""`/api/messages`: send, list, edit, delete."""

from time import perf_counter
from typing import Annotated

from litestar import Response, delete, get, patch, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.model import Message
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import Try, edit_message
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.seen_by import RequestUnanswered
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.people.accept_request import accept_request
from cruddur.web.api.bodies import Body
from cruddur.web.api.described import (
    AnsweredSeq,
    GivenUuid,
    GroupUuidGiven,
    KnownSeq,
    MessageText,
    SomeHandle,
)
from cruddur.web.api.message_json import message_json
from cruddur.web.api.openapi_responses import BODY, SIGNED_IN, problems
from cruddur.web.api.pagination import LIMIT_DEFAULT, SEQ_MAX, Limit, listed
from cruddur.web.api.schemas import MessageOut, message_out
from cruddur.web.http.context import Caller, Context, context_of
from cruddur.web.http.json_response import JsonResponse
from cruddur.web.http.mass_creation import count_start
from cruddur.web.http.path_params import GroupUuid, Seq

_RECIPIENT_AMBIGUOUS = declare_code(
    "recipient_ambiguous", "A message goes to message_group_uuid or to handle: exactly one."
)
_RANGE_AMBIGUOUS = declare_code("range_ambiguous", "before and after exclude each other.")


class NewMessage(Body, kw_only=True):
    """A message to a conversation or to a user: exactly one of the two.

    `message_uuid` is the client's own; a message that is sent again with the same one is stored once.
    `after` is the last number that the client knew when it first tried. `reply_to_seq` is the number of
    the message that this one answers.
    """

    message: MessageText
    message_group_uuid: GroupUuidGiven | None = None
    handle: SomeHandle | None = None
    user_receiver_handle: Annotated[
        str | None, Meta(description="The same as `handle`, for pages of the tutorial.")
    ] = None
    message_uuid: GivenUuid | None = None
    after: KnownSeq | None = None
    reply_to_seq: AnsweredSeq | None = None


class ChangedMessage(Body, kw_only=True):
    """The new text of a message.

    `change_uuid` is the client's own; an edit that is sent again with the same one is stored once.
    `after` is the last change number that the client knew when it first tried.
    """

    message: MessageText
    change_uuid: GivenUuid | None = None
    after: KnownSeq | None = None


@post(
    "/api/messages",
    status_code=200,
    tags=["messages"],
    responses=problems(*BODY, *SIGNED_IN, 404, 409),
    operation_id="sendMessage",
)
async def send(request: Caller, data: JSONBody[NewMessage]) -> Response[MessageOut]:
    """Send a message.

    It is acknowledged once it is on disk, and safe to repeat with its `message_uuid`.
    """
    started = perf_counter()
    context = context_of(request)
    try:
        message = await _send(context, request, data)
    except RequestUnanswered as unanswered:
        # To answer a stranger is to accept what they began.
        await accept_request(context.messaging, request.user, unanswered.message_group_uuid)
        message = await _send(context, request, data)
    context.metrics.sent(perf_counter() - started)
    return JsonResponse(message_json(message))


async def _send(context: Context, request: Caller, data: NewMessage) -> Message:
    recipients = [data.message_group_uuid, data.handle, data.user_receiver_handle]
    if recipients.count(None) != len(recipients) - 1:
        raise Invalid(
            _RECIPIENT_AMBIGUOUS,
            "A message goes to one conversation or to one handle, not to both or neither.",
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
            reply_to_seq=data.reply_to_seq,
        )
    recipient = await find_user_by_handle(
        context.identity, data.handle or data.user_receiver_handle or ""
    )
    takes = await count_start(context, request.user, recipient)
    message = await start_direct_group(
        context.messaging,
        request.user,
        recipient,
        data.message,
        message_uuid=data.message_uuid,
        after=data.after,
        reply_to_seq=data.reply_to_seq,
    )
    if message.seq > 1:  # the conversation existed, which this process did not know
        await context.limits.give_back(takes)
    return message


@get(
    "/api/messages/{message_group_uuid:str}",
    tags=["messages"],
    responses=problems(*SIGNED_IN, 404, 422),
    operation_id="listMessages",
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
) -> Response[list[MessageOut]]:
    """The newest messages, or those before or after a number; oldest first."""
    if before is not None and after is not None:
        raise Invalid(_RANGE_AMBIGUOUS, "Say before or after, not both.", field="before")
    context = context_of(request)
    page = await list_messages(
        context.messaging,
        request.user.user_uuid,
        message_group_uuid,
        before=before,
        after=after,
        limit=limit,
    )
    is_first = before is None and after is None
    found = context.lists.of(page.messages, message_out, is_first=is_first)
    if not page.has_more or not page.messages:
        return listed(request, found, None)
    first, last = page.messages[0], page.messages[-1]
    place = {"before": first.seq} if after is None else {"after": last.seq}
    return listed(request, found, {**place, "limit": limit})


@patch(
    "/api/messages/{message_group_uuid:str}/{seq:int}",
    tags=["messages"],
    responses=problems(*BODY, *SIGNED_IN, 404, 409),
    operation_id="editMessage",
)
async def edit(
    request: Caller, message_group_uuid: GroupUuid, seq: Seq, data: JSONBody[ChangedMessage]
) -> MessageOut:
    """Change the text of your own message."""
    context = context_of(request)
    user_uuid = request.user.user_uuid
    attempt = Try(data.change_uuid, data.after)
    return message_out(
        await edit_message(
            context.messaging, user_uuid, message_group_uuid, seq, data.message, attempt=attempt
        )
    )


@delete(
    "/api/messages/{message_group_uuid:str}/{seq:int}",
    status_code=200,
    tags=["messages"],
    responses=problems(*SIGNED_IN, 404, 409),
    operation_id="deleteMessage",
)
async def remove(request: Caller, message_group_uuid: GroupUuid, seq: Seq) -> MessageOut:
    """Delete your own message. It stays without its text, so that numbers have no gap."""
    context = context_of(request)
    user_uuid = request.user.user_uuid
    return message_out(await delete_message(context.messaging, user_uuid, message_group_uuid, seq))
