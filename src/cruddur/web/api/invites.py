"""`/api/invites` and `…/invite`: the link to a group, and those who ask to be let in by it."""

from typing import Annotated

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct

from cruddur.domain.invites import Invite
from cruddur.messaging.groups.find_invite import find_invite, find_open_invite
from cruddur.messaging.groups.join_by_invite import join_by_invite
from cruddur.messaging.groups.join_requests import (
    approve_join_request,
    list_join_requests,
    refuse_join_request,
)
from cruddur.messaging.groups.make_invite import make_invite
from cruddur.messaging.groups.revoke_invite import revoke_invite
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.web.api.bodies import Body
from cruddur.web.api.openapi_responses import BODY, SIGNED_IN, problems
from cruddur.web.api.schemas import ConversationOut, UserOut, conversation_out
from cruddur.web.http.auth import ASKING
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.path_params import GroupUuid, UserUuid
from cruddur.web.http.security_log import record

_GROUP = "/api/message_groups/{message_group_uuid:str}"
_REQUEST = _GROUP + "/requests/{user_uuid:str}"
Token = Annotated[str, PathParameter(description="What the link ends in.", max_length=64)]
UsesLeft = Annotated[int, Meta(description="How many people can still come in by it.")]
ExpiresAt = Annotated[int, Meta(description="The epoch second at which it ends.")]
NeedsApproval = Annotated[
    bool, Meta(description="Whether an admin has to let each person in who uses it.")
]


class NewInvite(Body, kw_only=True):
    """A link to a group. The one before it works no more."""

    uses: Annotated[int, Meta(ge=1, le=100, description="How many people may come in by it.")] = 50
    days: Annotated[int, Meta(ge=1, le=30, description="In how many days it ends.")] = 7
    needs_approval: NeedsApproval = False


class InviteOut(Struct, frozen=True, kw_only=True):
    """The link to a group that is open."""

    uses_left: UsesLeft
    expires_at: ExpiresAt
    needs_approval: NeedsApproval


class InviteMadeOut(InviteOut, frozen=True, kw_only=True):
    """A new link. Its token is told once."""

    token: Annotated[str, Meta(description="The link is `/join/` and this, on this service.")]

    def __repr__(self) -> str:
        return "InviteMadeOut()"


class InvitedToOut(Struct, frozen=True, kw_only=True):
    """What somebody who has a link may know of its group."""

    title: Annotated[str, Meta(description="The name of the group.")]
    emoji: Annotated[str | None, Meta(description="The emoji of its picture.")]
    colour: Annotated[int | None, Meta(description="The colour of its picture.")]
    people: Annotated[int, Meta(description="How many members it has.")]
    needs_approval: NeedsApproval


class JoinedOut(Struct, frozen=True, kw_only=True):
    """Where the link has led."""

    message_group_uuid: Annotated[
        str | None, Meta(description="The conversation; null if its admins were asked.")
    ]
    is_member: Annotated[
        bool, Meta(description="Whether the caller is in the group. If not, its admins were asked.")
    ]


class JoinRequestOut(UserOut, frozen=True, kw_only=True):
    """A person who asks to be let in."""

    asked_at: Annotated[str, Meta(description="When they asked, in UTC.")]


def _invite_out(invite: Invite) -> InviteOut:
    return InviteOut(
        uses_left=invite.uses_left,
        expires_at=invite.expires_at,
        needs_approval=invite.needs_approval,
    )


@post(_GROUP + "/invite", tags=["message groups"], responses=problems(*BODY, *SIGNED_IN, 404, 409))
async def make_link(
    request: Caller, message_group_uuid: GroupUuid, data: JSONBody[NewInvite]
) -> InviteMadeOut:
    """Make a link by which people come into the group. Those who may add people may make it."""
    made = await make_invite(
        context_of(request).messaging,
        request.user.user_uuid,
        message_group_uuid,
        uses=data.uses,
        days=data.days,
        needs_approval=data.needs_approval,
    )
    record(request, "invite_made", message_group_uuid=message_group_uuid)
    return InviteMadeOut(
        token=made.token,
        uses_left=made.invite.uses_left,
        expires_at=made.invite.expires_at,
        needs_approval=made.invite.needs_approval,
    )


@get(_GROUP + "/invite", opt=ASKING, tags=["message groups"], responses=problems(*SIGNED_IN, 404))
async def open_link(request: Caller, message_group_uuid: GroupUuid) -> InviteOut | None:
    """The link that is open, without its token; null if none is."""
    messaging = context_of(request).messaging
    found = await find_open_invite(messaging, request.user.user_uuid, message_group_uuid)
    return _invite_out(found) if found else None


@delete(
    _GROUP + "/invite",
    status_code=204,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404, 409),
)
async def end_link(request: Caller, message_group_uuid: GroupUuid) -> None:
    """End the link. Nobody comes in by it any more."""
    await revoke_invite(context_of(request).messaging, request.user.user_uuid, message_group_uuid)
    record(request, "invite_revoked", message_group_uuid=message_group_uuid)


@get(
    "/api/invites/{token:str}",
    opt=ASKING,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404),
)
async def look_at_link(request: Caller, token: Token) -> InvitedToOut:
    """The group to which a link leads."""
    invite, group = await find_invite(context_of(request).messaging, token)
    return InvitedToOut(
        title=group.title or "",
        emoji=group.emoji,
        colour=group.colour,
        people=len(group.members),
        needs_approval=invite.needs_approval,
    )


@post(
    "/api/invites/{token:str}",
    status_code=200,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404, 422),
)
async def use_link(request: Caller, token: Token) -> JoinedOut:
    """Come into the group, or ask its admins to be let in."""
    joined = await join_by_invite(context_of(request).messaging, request.user, token)
    uuid = joined.group.message_group_uuid
    record(request, "invite_used", message_group_uuid=uuid, is_member=joined.is_member)
    return JoinedOut(
        message_group_uuid=uuid if joined.is_member else None, is_member=joined.is_member
    )


@get(
    _GROUP + "/requests",
    opt=ASKING,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404),
    operation_id="listJoinRequests",
)
async def join_requests(request: Caller, message_group_uuid: GroupUuid) -> list[JoinRequestOut]:
    """The people who ask to be let in. Only admins see them."""
    messaging = context_of(request).messaging
    found = await list_join_requests(messaging, request.user.user_uuid, message_group_uuid)
    return [
        JoinRequestOut(
            uuid=one.user_uuid,
            handle=one.handle,
            display_name=one.display_name,
            picture=one.picture,
            asked_at=one.asked_at,
        )
        for one in found
    ]


@post(
    _REQUEST,
    status_code=200,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404, 409, 422),
    operation_id="acceptJoinRequest",
)
async def let_in(
    request: Caller, message_group_uuid: GroupUuid, user_uuid: UserUuid
) -> ConversationOut:
    """Let somebody in who asks for it."""
    messaging, me = context_of(request).messaging, request.user.user_uuid
    await approve_join_request(messaging, me, message_group_uuid, user_uuid)
    record(request, "members_added", message_group_uuid=message_group_uuid, people=[user_uuid])
    row, group = await find_inbox_row(messaging, me, message_group_uuid)
    return conversation_out(row, group)


@delete(
    _REQUEST,
    status_code=204,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404),
    operation_id="refuseJoinRequest",
)
async def refuse(request: Caller, message_group_uuid: GroupUuid, user_uuid: UserUuid) -> None:
    """Refuse somebody who asks to be let in. Nobody tells them."""
    messaging, me = context_of(request).messaging, request.user.user_uuid
    await refuse_join_request(messaging, me, message_group_uuid, user_uuid)
