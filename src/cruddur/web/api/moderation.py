"""`/api/moderation`: a host's back end deletes what should not stand."""

from litestar import delete

from cruddur.messaging.messages.remove_message import remove_message
from cruddur.web.api.openapi_responses import BY_KEY, SIGNED_IN, problems
from cruddur.web.api.schemas import MessageOut, message_out
from cruddur.web.http.context import HostCaller, context_of
from cruddur.web.http.host_auth import for_hosts
from cruddur.web.http.path_params import GroupUuid, Seq
from cruddur.web.http.security_log import record


@delete(
    "/api/moderation/messages/{message_group_uuid:str}/{seq:int}",
    opt=for_hosts("moderation"),
    status_code=200,
    security=BY_KEY,
    tags=["for back ends"],
    responses=problems(*SIGNED_IN, 404, 409, 429),
)
async def delete_message_of_anybody(
    request: HostCaller, message_group_uuid: GroupUuid, seq: Seq
) -> MessageOut:
    """Delete a message, whoever wrote it. It stays without its text, so that numbers have no gap."""
    message = await remove_message(context_of(request).messaging, message_group_uuid, seq)
    record(
        request,
        "message_deleted",
        people=[message.user_uuid],
        key=request.auth.name,
        message_group_uuid=message.message_group_uuid,
        seq=seq,
    )
    return message_out(message)
