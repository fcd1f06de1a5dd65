"""`/api/accounts` and `/api/me`."""

from typing import Annotated

from litestar import Response, get, patch, post
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType

from cruddur.domain.email_address import checked_email_address
from cruddur.domain.errors import Forbidden, declare_code
from cruddur.domain.model import User
from cruddur.domain.receipts import shares_receipts
from cruddur.identity.change_password import change_password
from cruddur.identity.change_who_may_write import change_who_may_write
from cruddur.identity.create_account import create_account
from cruddur.identity.rename_user import rename_user
from cruddur.identity.set_email import begin_confirmation
from cruddur.identity.share_receipts import share_receipts
from cruddur.identity.sign_up_by_invite import sign_up_by_invite
from cruddur.messaging.publishing import publish_receipts_switched
from cruddur.web.api.bodies import Body
from cruddur.web.api.described import DisplayName, NewHandle, NewPassword, Password
from cruddur.web.api.openapi_responses import ANYBODY, BODY, SIGNED_IN, problems
from cruddur.web.api.schemas import UserOut, user_out
from cruddur.web.http.auth import COUNTS_ITSELF, PUBLIC
from cruddur.web.http.client_ip import client_address, network_of
from cruddur.web.http.context import Caller, Context, context_of
from cruddur.web.http.mail_switch import mail_of_password, require_mail
from cruddur.web.http.password_guard import guard_of
from cruddur.web.http.people_told import tell_of_person
from cruddur.web.http.rate_limits import Take, by_address
from cruddur.web.http.security_log import record

_INVITE_NEEDED = declare_code(
    "sign_up_invite_needed", "Only people who have an invitation make an account here."
)
_CLOSED = declare_code("sign_up_closed", "Accounts are made by the people who run this server.")


class NewAccount(Body, kw_only=True):
    """A new account."""

    handle: NewHandle
    display_name: DisplayName
    password: NewPassword
    invite: Annotated[
        str | None,
        Meta(
            description="What stands behind the `#` of an invitation's link. It is used up where "
            "`CRUDDUR_SIGN_UP` is `invite`, and else ignored."
        ),
    ] = None
    email: Annotated[
        str | None,
        Meta(description="An e-mail address. It counts once the link that is sent there is used."),
    ] = None

    def __repr__(self) -> str:
        return f"NewAccount({self.handle!r})"


class ChangedPassword(Body, kw_only=True):
    """The caller's current password, and the one that takes its place."""

    current_password: Password
    new_password: NewPassword

    def __repr__(self) -> str:
        return "ChangedPassword()"


class ChangedMe(Body, kw_only=True):
    """What the caller changes of themselves."""

    display_name: Annotated[
        str | UnsetType, Meta(description="The name that others read, of at most 50 characters.")
    ] = UNSET
    who_may_write: Annotated[
        str | UnsetType | None,
        Meta(
            description="Who may write to me, and add me to groups, without a conversation with me: "
            "`everybody`, `request` (until I accept, it lies apart) or `nobody`; null is the service's."
        ),
    ] = UNSET
    shares_receipts: Annotated[
        bool | UnsetType,
        Meta(description="Whether others see what I have read. If not, I see it of nobody."),
    ] = UNSET


class MeOut(UserOut, frozen=True, kw_only=True):
    """The caller, with what nobody else sees."""

    who_may_write: Annotated[
        str | None,
        Meta(description="Who may write to me, by my own rule; null if I follow the service's."),
    ]
    service_who_may_write: Annotated[str, Meta(description="The service's rule.")]
    shares_receipts: Annotated[
        bool, Meta(description="Whether others see what they have read, and they what others have.")
    ]


@post(
    "/api/accounts",
    opt=PUBLIC | COUNTS_ITSELF,
    security=ANYBODY,
    tags=["accounts"],
    responses=problems(*BODY, 403, 404, 409),
)
async def sign_up(request: Caller, data: JSONBody[NewAccount]) -> UserOut:
    """Create an account. It does not sign in."""
    context = context_of(request)
    if context.settings.sign_up == "closed":
        raise Forbidden(_CLOSED, "Accounts are made by the people who run this.")
    limits = context.limits
    await limits.take_together(by_address(limits.sign_up_address, client_address(request)))
    address = _checked_address(context, data.email)
    is_by_invite = context.settings.sign_up == "invite"
    user = await (_sign_up_invited if is_by_invite else _sign_up)(request, data)
    if address is not None:
        await begin_confirmation(context.identity, user.user_uuid, address)
        context.mail_promised.set()
    return user_out(user)


async def _sign_up(request: Caller, data: NewAccount) -> User:
    identity = context_of(request).identity
    user = await create_account(identity, data.handle, data.display_name, data.password)
    record(request, "signed_up", user_uuid=user.user_uuid, handle=user.handle)
    return user


async def _sign_up_invited(request: Caller, data: NewAccount) -> User:
    if data.invite is None:
        raise Forbidden(_INVITE_NEEDED, "Accounts are made by invitation here. Ask for a link.")
    user, invite = await sign_up_by_invite(
        context_of(request).identity, data.invite, data.handle, data.display_name, data.password
    )
    record(
        request,
        "signed_up",
        user_uuid=user.user_uuid,
        handle=user.handle,
        invite=invite.invite_id,
        invited_by=invite.made_by,
    )
    return user


def _checked_address(context: Context, email: str | None) -> str | None:
    """Before the account is made, so that a mistyped address does not leave one half made."""
    if email is None or not email.strip():
        return None
    require_mail(context)
    return checked_email_address(email)


@get("/api/me", tags=["accounts"], responses=problems(*SIGNED_IN), operation_id="findMe")
async def me(request: Caller) -> MeOut:
    """The signed-in user."""
    return _me_out(request, request.user)


@patch("/api/me", tags=["accounts"], responses=problems(*BODY, *SIGNED_IN, 429))
async def change_me(request: Caller, data: JSONBody[ChangedMe]) -> MeOut:
    """Change what others see of me. What is not given stays as it is.

    New messages have the new name; those from before keep theirs. It reaches all conversations a moment
    later.
    """
    context, user = context_of(request), request.user
    if data.shares_receipts is not UNSET:
        user = await share_receipts(context.identity, user.user_uuid, shares=data.shares_receipts)
        await publish_receipts_switched(context.messaging, user)
    if data.who_may_write is not UNSET:
        user = await change_who_may_write(context.identity, user, data.who_may_write)
        record(request, "who_may_write_changed", rule=user.who_may_write)
    if data.display_name is UNSET:
        return _me_out(request, user)
    await context.limits.take_together([Take(context.limits.renaming, user.user_uuid)])
    user = await rename_user(context.identity, user.user_uuid, data.display_name)
    record(request, "renamed")
    await tell_of_person(context, user)
    return _me_out(request, user)


def _me_out(request: Caller, user: User) -> MeOut:
    return MeOut(
        uuid=user.user_uuid,
        handle=user.handle,
        display_name=user.display_name,
        picture=user.picture,
        who_may_write=user.who_may_write,
        shares_receipts=shares_receipts(user.receipts_from),
        service_who_may_write=context_of(request).messaging.who_may_write,
    )


@post(
    "/api/me/password", status_code=204, tags=["accounts"], responses=problems(*BODY, 401, 403, 409)
)
async def change_my_password(request: Caller, data: JSONBody[ChangedPassword]) -> Response[None]:
    """Change my password. All my other sessions end; this one goes on."""
    context, user = context_of(request), request.user
    ended = await change_password(
        context.identity,
        user,
        request.auth,
        data.current_password,
        data.new_password,
        address=network_of(request),
        guard=guard_of(request, user.handle),
    )
    context.streams.end_sessions(ended)
    record(request, "password_changed")
    await mail_of_password(context, user.user_uuid)
    return Response(None, status_code=204)
