"""`/api/messages/{group}/quoted`: the messages that others answer."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter
from msgspec import Meta

from cruddur.messaging.messages.list_quoted import QUOTED_MAX, list_quoted
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.pagination import SEQ_MAX
from cruddur.web.api.schemas import MessageOut, message_out
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.path_params import GroupUuid


@get(
    "/api/messages/{message_group_uuid:str}/quoted",
    tags=["messages"],
    responses=problems(*SIGNED_IN, 404, 422),
    operation_id="listQuoted",
)
async def quoted(
    request: Caller,
    message_group_uuid: GroupUuid,
    seq: Annotated[
        list[Annotated[int, Meta(ge=1, le=SEQ_MAX)]],
        QueryParameter(
            min_items=1, max_items=QUOTED_MAX, description="A number. It may be given many times."
        ),
    ],
) -> list[MessageOut]:
    """The messages of these numbers, as they are now, without those that the caller may not see."""
    found = await list_quoted(
        context_of(request).messaging, request.user.user_uuid, message_group_uuid, seq
    )
    return [message_out(message) for message in found]
