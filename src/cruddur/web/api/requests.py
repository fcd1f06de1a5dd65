"""`/api/requests`, and `/api/message_groups/{group}/accept` and `/decline`: what strangers began."""

from typing import Annotated

from litestar import get, post
from msgspec import Meta, Struct

from cruddur.messaging.inbox.count_requests import count_requests
from cruddur.messaging.people.accept_request import accept_request
from cruddur.messaging.people.decline_request import decline_request
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.schemas import ConversationOut, conversation_out
from cruddur.web.http.auth import ASKING
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.path_params import GroupUuid
from cruddur.web.http.security_log import record

_PATH = "/api/message_groups/{message_group_uuid:str}"


class RequestsOut(Struct, frozen=True, kw_only=True):
    """What waits for the caller's answer."""

    count: Annotated[int, Meta(description="How many requests wait; 99 if there are more.")]
    has_more: Annotated[bool, Meta(description="Whether there are more.")]


@get(
    "/api/requests",
    opt=ASKING,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 429),
    operation_id="countRequests",
)
async def waiting(request: Caller) -> RequestsOut:
    """How many strangers wait for my answer. No event tells of a new one.

    `GET /api/message_groups?requests=true` lists them.
    """
    found = await count_requests(context_of(request).messaging, request.user.user_uuid)
    return RequestsOut(count=found.number, has_more=found.has_more)


@post(
    _PATH + "/accept",
    status_code=200,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404, 429),
    operation_id="acceptRequest",
)
async def accept(request: Caller, message_group_uuid: GroupUuid) -> ConversationOut:
    """Take what a stranger began into my inbox. Accepting it again changes nothing."""
    messaging = context_of(request).messaging
    row, group = await accept_request(messaging, request.user, message_group_uuid)
    record(request, "request_accepted", message_group_uuid=row.message_group_uuid)
    return conversation_out(row, group)


@post(
    _PATH + "/decline",
    status_code=204,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404, 409),
    operation_id="declineRequest",
)
async def decline(request: Caller, message_group_uuid: GroupUuid) -> None:
    """Put what a stranger began away for good. Nothing tells them; a group is left."""
    messaging = context_of(request).messaging
    await decline_request(messaging, request.user.user_uuid, message_group_uuid)
    record(request, "request_declined", message_group_uuid=message_group_uuid)
