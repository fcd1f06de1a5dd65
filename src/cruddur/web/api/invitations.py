"""`/api/invitations`: the groups into which a person is asked to come back."""

from typing import Annotated

from litestar import delete, get, post
from msgspec import Meta, Struct

from cruddur.domain.invites import Invitation
from cruddur.messaging.groups.invitations import (
    accept_invitation,
    decline_invitation,
    forget_invited,
    list_invitations,
)
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.schemas import ConversationOut, conversation_out
from cruddur.web.http.auth import ASKING
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.path_params import GroupUuid

_PATH = "/api/invitations/{message_group_uuid:str}"


class InvitationOut(Struct, frozen=True, kw_only=True):
    """A group that the caller has left, and into which somebody asks them to come back."""

    message_group_uuid: Annotated[str, Meta(description="The conversation.")]
    title: Annotated[str, Meta(description="The name of the group when they were invited.")]
    user_uuid: Annotated[str, Meta(description="The person who invites them.")]
    display_name: Annotated[str, Meta(description="The name of that person.")]
    invited_at: Annotated[str, Meta(description="When they were invited, in UTC.")]


def invitation_out(invitation: Invitation) -> InvitationOut:
    """The JSON form of an invitation."""
    return InvitationOut(
        message_group_uuid=invitation.message_group_uuid,
        title=invitation.title,
        user_uuid=invitation.by_user_uuid,
        display_name=invitation.by_display_name,
        invited_at=invitation.invited_at,
    )


@get(
    "/api/invitations",
    opt=ASKING,
    tags=["message groups"],
    responses=problems(*SIGNED_IN),
    operation_id="listInvitations",
)
async def invitations(request: Caller) -> list[InvitationOut]:
    """The invitations that I have not answered, the newest first."""
    messaging, user = context_of(request).messaging, request.user
    found = await list_invitations(messaging, user.user_uuid)
    if not found and user.invited_at is not None:
        await forget_invited(messaging, user.user_uuid, user.invited_at)
    return [invitation_out(one) for one in found]


@post(
    _PATH,
    status_code=200,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404, 422),
    operation_id="acceptInvitation",
)
async def accept(request: Caller, message_group_uuid: GroupUuid) -> ConversationOut:
    """Come back into the group. I see the messages from now on."""
    messaging = context_of(request).messaging
    group = await accept_invitation(messaging, request.user, message_group_uuid)
    row, group = await find_inbox_row(messaging, request.user.user_uuid, group.message_group_uuid)
    return conversation_out(row, group)


@delete(
    _PATH,
    status_code=204,
    tags=["message groups"],
    responses=problems(*SIGNED_IN),
    operation_id="declineInvitation",
)
async def decline(request: Caller, message_group_uuid: GroupUuid) -> None:
    """Decline the invitation. Nobody else learns of it."""
    messaging = context_of(request).messaging
    await decline_invitation(messaging, request.user.user_uuid, message_group_uuid)
