"""`/api/system_messages`: a host's back end writes into conversations in the name of the service."""

from typing import Annotated

from litestar import post
from litestar.params import JSONBody
from msgspec import Meta

from cruddur.messaging.messages.tell_conversation import tell_conversation
from cruddur.web.api.bodies import Body
from cruddur.web.api.openapi_responses import BODY, BY_KEY, SIGNED_IN, problems
from cruddur.web.api.schemas import MessageOut, message_out
from cruddur.web.http.context import HostCaller, context_of
from cruddur.web.http.host_auth import for_hosts


class NewSystemMessage(Body, kw_only=True):
    """A line that is to stand in a conversation."""

    message_group_uuid: Annotated[str, Meta(description="The conversation.")]
    message: Annotated[str, Meta(description="The line.", examples=["Your order was sent today."])]
    message_uuid: Annotated[
        str | None,
        Meta(description="A UUID of your own: the same request again stores nothing twice."),
    ] = None
    display_name: Annotated[
        str | None, Meta(description="In whose name; that of the key if you do not say.")
    ] = None


@post(
    "/api/system_messages",
    opt=for_hosts("messages"),
    status_code=200,
    security=BY_KEY,
    tags=["for back ends"],
    responses=problems(*BODY, *SIGNED_IN, 404, 409),
)
async def write_system_message(request: HostCaller, data: JSONBody[NewSystemMessage]) -> MessageOut:
    """Write a line into a conversation, of the kind `event`: it has a number, and is not unread."""
    message = await tell_conversation(
        context_of(request).messaging,
        data.message_group_uuid,
        data.message,
        display_name=data.display_name or request.auth.name,
        message_uuid=data.message_uuid,
    )
    return message_out(message)
