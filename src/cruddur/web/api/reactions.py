"""`/api/messages/{group}/{seq}/reactions/{emoji}`: react to a message, and take that back."""

from typing import Annotated

from litestar import Response, delete, put
from litestar.params import PathParameter

from cruddur.messaging.messages.set_reaction import set_reaction
from cruddur.web.api.message_json import message_json
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.schemas import MessageOut
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.json_response import JsonResponse
from cruddur.web.http.path_params import GroupUuid, Seq

_PATH = "/api/messages/{message_group_uuid:str}/{seq:int}/reactions/{emoji:str}"

Emoji = Annotated[
    str,
    PathParameter(
        description="One emoji, percent-encoded, with or without its variation selector."
    ),
]


@put(
    _PATH,
    tags=["messages"],
    responses=problems(*SIGNED_IN, 404, 409, 422, 429),
    operation_id="react",
)
async def react(
    request: Caller, message_group_uuid: GroupUuid, seq: Seq, emoji: Emoji
) -> Response[MessageOut]:
    """React to a message with an emoji. If you have it on the message already, nothing changes."""
    return await _set(request, message_group_uuid, seq, emoji, wanted=True)


@delete(
    _PATH,
    status_code=200,
    tags=["messages"],
    responses=problems(*SIGNED_IN, 404, 409, 422),
    operation_id="takeReactionBack",
)
async def take_back(
    request: Caller, message_group_uuid: GroupUuid, seq: Seq, emoji: Emoji
) -> Response[MessageOut]:
    """Take your emoji back from a message. If you do not have it there, nothing changes."""
    return await _set(request, message_group_uuid, seq, emoji, wanted=False)


async def _set(
    request: Caller, group_uuid: str, seq: int, emoji: str, *, wanted: bool
) -> Response[MessageOut]:
    messaging, user_uuid = context_of(request).messaging, request.user.user_uuid
    message = await set_reaction(messaging, user_uuid, group_uuid, seq, emoji, wanted=wanted)
    return JsonResponse(message_json(message))
