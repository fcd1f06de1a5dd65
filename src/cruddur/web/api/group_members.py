"""`/api/message_groups/{group}/members/{user}`: roles, and the end of a membership."""

from typing import Annotated

from litestar import delete, patch
from litestar.params import JSONBody
from msgspec import Meta

from cruddur.domain.group_rules import Role
from cruddur.messaging.groups.change_role import change_role
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.remove_member import remove_member
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.web.api.bodies import Body
from cruddur.web.api.openapi_responses import BODY, SIGNED_IN, problems
from cruddur.web.api.schemas import ConversationOut, conversation_out
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.path_params import GroupUuid, UserUuid
from cruddur.web.http.security_log import record

_PATH = "/api/message_groups/{message_group_uuid:str}/members/{user_uuid:str}"


class MemberChange(Body, kw_only=True):
    """The role that a member is to have."""

    role: Annotated[
        Role,
        Meta(
            description="`admin` or `member`; with `owner` the group is handed over, and the one who "
            "owned it becomes an admin."
        ),
    ]


@patch(
    _PATH,
    tags=["message groups"],
    responses=problems(*BODY, *SIGNED_IN, 403, 404, 409),
    operation_id="giveRole",
)
async def give_role(
    request: Caller,
    message_group_uuid: GroupUuid,
    user_uuid: UserUuid,
    data: JSONBody[MemberChange],
) -> ConversationOut:
    """Make a member an admin, or no longer one, or the owner, as only the owner may."""
    messaging, me = context_of(request).messaging, request.user.user_uuid
    await change_role(messaging, me, message_group_uuid, user_uuid, data.role)
    record(
        request,
        "role_given",
        message_group_uuid=message_group_uuid,
        people=[user_uuid],
        role=data.role,
    )
    row, group = await find_inbox_row(messaging, me, message_group_uuid)
    return conversation_out(row, group)


@delete(
    _PATH,
    status_code=204,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 403, 404, 409),
    operation_id="removeMember",
)
async def remove(request: Caller, message_group_uuid: GroupUuid, user_uuid: UserUuid) -> None:
    """Remove a member, who loses access at once, or leave oneself. An admin may remove members, and the
    owner admins too.
    """
    messaging, me = context_of(request).messaging, request.user.user_uuid
    if user_uuid == me:
        await leave_group(messaging, me, message_group_uuid)
        record(request, "member_left", message_group_uuid=message_group_uuid)
        return
    await remove_member(messaging, me, message_group_uuid, user_uuid)
    record(request, "member_removed", message_group_uuid=message_group_uuid, people=[user_uuid])
