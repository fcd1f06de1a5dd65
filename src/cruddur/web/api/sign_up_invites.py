"""`/api/sign_up_invites`: links by which people whom somebody invites make an account."""

from typing import Annotated

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct
from msgspec.structs import asdict

from cruddur.domain.errors import Forbidden, declare_code
from cruddur.domain.sign_up_invites import MEMBER_DAYS_MAX, MEMBER_USES_MAX, SignUpInvite
from cruddur.identity.find_sign_up_invite import find_sign_up_invite
from cruddur.identity.list_sign_up_invites import list_sign_up_invites
from cruddur.identity.make_sign_up_invite import make_sign_up_invite
from cruddur.identity.revoke_sign_up_invite import revoke_sign_up_invite
from cruddur.web.api.bodies import Body
from cruddur.web.api.openapi_responses import ANYBODY, BODY, SIGNED_IN, problems
from cruddur.web.http.auth import ASKING, COUNTS_ITSELF, PUBLIC
from cruddur.web.http.client_ip import client_address
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.rate_limits import Take
from cruddur.web.http.security_log import record

_OFF = declare_code("members_invite_off", "Only the people who run this server invite others here.")

UsesLeft = Annotated[int, Meta(description="How many people can still make an account by it.")]
ExpiresAt = Annotated[int, Meta(description="The epoch second at which it ends.")]
InviteId = Annotated[str, PathParameter(description="The invitation's id.", max_length=64)]


class NewSignUpInvite(Body, kw_only=True):
    """A link for people who have no account yet."""

    uses: Annotated[
        int, Meta(ge=1, le=MEMBER_USES_MAX, description="How many people may use it.")
    ] = 1
    days: Annotated[
        int, Meta(ge=1, le=MEMBER_DAYS_MAX, description="In how many days it ends.")
    ] = 7


class SignUpInviteOut(Struct, frozen=True, kw_only=True):
    """An invitation of the caller that still works."""

    id: Annotated[str, Meta(description="Names the invitation. Nobody can use it by this.")]
    made_at: Annotated[str, Meta(description="When the caller made it, in UTC.")]
    uses: Annotated[int, Meta(description="How many people could use it at first.")]
    uses_left: UsesLeft
    expires_at: ExpiresAt


class SignUpInviteMadeOut(SignUpInviteOut, frozen=True, kw_only=True):
    """A new invitation. Its token is told once."""

    token: Annotated[str, Meta(description="The link is `/sign-up#` and this, on this service.")]

    def __repr__(self) -> str:
        return "SignUpInviteMadeOut()"


class SignUpToken(Body, kw_only=True):
    """What stands behind the `#` of a link."""

    token: Annotated[str, Meta(description="What stands behind the `#` of the link.")]

    def __repr__(self) -> str:
        return "SignUpToken()"


class InvitedByOut(Struct, frozen=True, kw_only=True):
    """What somebody who has a link may know of it."""

    display_name: Annotated[
        str | None, Meta(description="Who invites; null for the people who run the service.")
    ]
    expires_at: ExpiresAt


@post(
    "/api/sign_up_invites", tags=["accounts"], responses=problems(*BODY, *SIGNED_IN, 404, 409, 429)
)
async def invite_somebody(request: Caller, data: JSONBody[NewSignUpInvite]) -> SignUpInviteMadeOut:
    """Make a link by which others make an account, where members may and sign-up is by invite."""
    context, me = context_of(request), request.user.user_uuid
    if not context.settings.lets_members_invite:
        raise Forbidden(_OFF, "Only the people who run this service invite others here.")
    await context.limits.take_together([Take(context.limits.inviting, me)])
    made = await make_sign_up_invite(context.identity, me, uses=data.uses, days=data.days)
    record(request, "sign_up_invite_made", invite=made.invite.invite_id, uses=data.uses)
    return SignUpInviteMadeOut(token=made.token, **asdict(sign_up_invite_out(made.invite)))


@get("/api/sign_up_invites", opt=ASKING, tags=["accounts"], responses=problems(*SIGNED_IN))
async def my_sign_up_invites(request: Caller) -> list[SignUpInviteOut]:
    """My invitations that still work, the newest first, without their tokens."""
    found = await list_sign_up_invites(context_of(request).identity, request.user.user_uuid)
    return [sign_up_invite_out(one) for one in found]


@delete(
    "/api/sign_up_invites/{invite_id:str}",
    status_code=204,
    tags=["accounts"],
    responses=problems(*SIGNED_IN, 404),
)
async def end_sign_up_invite(request: Caller, invite_id: InviteId) -> None:
    """End one of my invitations. Accounts that were made by it stay."""
    await revoke_sign_up_invite(context_of(request).identity, request.user.user_uuid, invite_id)
    record(request, "sign_up_invite_revoked", invite=invite_id)


@post(
    "/api/sign_up_invites/look",
    opt=PUBLIC | COUNTS_ITSELF,
    security=ANYBODY,
    status_code=200,
    tags=["accounts"],
    responses=problems(*BODY, 404),
)
async def look_at_sign_up_invite(request: Caller, data: JSONBody[SignUpToken]) -> InvitedByOut:
    """The person who invites by a link. The token is in the body: logs of addresses hold none."""
    context = context_of(request)
    context.limits.take_of_address(context.limits.asking_unknown, client_address(request))
    found = await find_sign_up_invite(context.identity, data.token)
    name = found.member.display_name if found.member else None
    return InvitedByOut(display_name=name, expires_at=found.invite.expires_at)


def sign_up_invite_out(invite: SignUpInvite) -> SignUpInviteOut:
    """The JSON object of an invitation, which nobody can use by it."""
    return SignUpInviteOut(
        id=invite.invite_id,
        made_at=invite.made_at,
        uses=invite.uses,
        uses_left=invite.uses_left,
        expires_at=invite.expires_at,
    )
