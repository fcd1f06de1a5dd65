"""`/api/messages/{group}/hide`: delete messages for oneself."""

from typing import Annotated

from litestar import post
from litestar.params import JSONBody
from msgspec import Meta

from cruddur.messaging.inbox.hide_messages import HIDDEN_AT_ONCE, hide_messages
from cruddur.web.api.bodies import Body
from cruddur.web.api.openapi_responses import BODY, SIGNED_IN, problems
from cruddur.web.api.pagination import SEQ_MAX
from cruddur.web.api.schemas import InboxRowOut, inbox_row_out
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.path_params import GroupUuid


class HiddenMessages(Body, kw_only=True):
    """The numbers of the messages to delete for oneself."""

    seqs: Annotated[
        list[Annotated[int, Meta(ge=1, le=SEQ_MAX)]],
        Meta(min_length=1, max_length=HIDDEN_AT_ONCE, description="The numbers of the messages."),
    ]


@post(
    "/api/messages/{message_group_uuid:str}/hide",
    status_code=200,
    tags=["messages"],
    responses=problems(*BODY, *SIGNED_IN, 404),
    operation_id="hideMessages",
)
async def hide(
    request: Caller, message_group_uuid: GroupUuid, data: JSONBody[HiddenMessages]
) -> InboxRowOut:
    """Delete messages for myself, on all my devices. Others keep them, and do not learn of it."""
    context, user_uuid = context_of(request), request.user.user_uuid
    # Each message is a write.
    context.limits.take(context.limits.asking, user_uuid, len(data.seqs) - 1)
    return inbox_row_out(
        await hide_messages(context.messaging, user_uuid, message_group_uuid, data.seqs)
    )
