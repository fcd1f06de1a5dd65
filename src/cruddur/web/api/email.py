"""`/api/me/email`: one's e-mail address; and `/api/email-confirmation`, by which it begins to count."""

from typing import Annotated

from litestar import Response, delete, get, patch, post, put
from litestar.params import JSONBody
from msgspec import Meta, Struct

from cruddur.domain.email_address import Email
from cruddur.identity.confirm_email import confirm_email
from cruddur.identity.digests import start_digests, stop_digests, wants_digests
from cruddur.identity.find_email import find_email
from cruddur.identity.remove_email import remove_email
from cruddur.identity.set_email import set_email
from cruddur.web.api.bodies import Body
from cruddur.web.api.described import Password
from cruddur.web.api.openapi_responses import ANYBODY, BODY, SIGNED_IN, problems
from cruddur.web.http.auth import ASKING, COUNTS_ITSELF, PUBLIC
from cruddur.web.http.client_ip import client_address, network_of
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.mail_switch import require_mail
from cruddur.web.http.password_guard import guard_of
from cruddur.web.http.rate_limits import Take, by_address
from cruddur.web.http.security_log import record


class EmailOut(Struct, frozen=True, kw_only=True):
    """The caller's e-mail address. Nobody else sees it."""

    email: Annotated[str | None, Meta(description="The address that counts: it was confirmed.")]
    pending: Annotated[
        str | None, Meta(description="One that counts once the link that was sent there is used.")
    ]
    sends_mail: Annotated[bool, Meta(description="Whether this service sends mails at all.")]
    digest: Annotated[
        bool, Meta(description="Whether a mail tells of what stayed unread, at most once a day.")
    ]


class NewEmail(Body, kw_only=True):
    """An e-mail address, and the caller's password."""

    email: Annotated[
        str, Meta(description="The address. It counts once a link sent there is used.")
    ]
    current_password: Password

    def __repr__(self) -> str:
        return "NewEmail()"


class ChangedEmail(Body):
    """What the caller wants to get by mail."""

    digest: Annotated[
        bool, Meta(description="Whether to be mailed once a day of what stayed unread.")
    ]


class EndOfEmail(Body):
    """The caller's password."""

    current_password: Password

    def __repr__(self) -> str:
        return "EndOfEmail()"


class Confirmation(Body):
    """What stands behind the `#` of a link."""

    token: Annotated[str, Meta(description="What stands behind the `#` of the link.")]

    def __repr__(self) -> str:
        return "Confirmation()"


@get("/api/me/email", opt=ASKING, tags=["accounts"], responses=problems(*SIGNED_IN))
async def my_email(request: Caller) -> EmailOut:
    """My e-mail address, and one that waits for its confirmation."""
    return await _email_out(
        request, await find_email(context_of(request).identity, request.user.user_uuid)
    )


@put("/api/me/email", tags=["accounts"], responses=problems(*BODY, *SIGNED_IN, 409))
async def set_my_email(request: Caller, data: JSONBody[NewEmail]) -> EmailOut:
    """Set my e-mail address. It counts once the link is used that is sent there.

    Until then the one that counted before goes on counting. The same address again sends another link.
    """
    context, user = context_of(request), request.user
    require_mail(context)
    limits = context.limits
    await limits.take_together([Take(limits.mailing, user.user_uuid)])
    email = await set_email(
        context.identity,
        user,
        data.email,
        data.current_password,
        client=network_of(request),
        guard=guard_of(request, user.handle),
    )
    context.mail_promised.set()
    record(request, "email_set")
    return await _email_out(request, email)


@patch("/api/me/email", tags=["accounts"], responses=problems(*BODY, *SIGNED_IN, 409))
async def change_my_email(request: Caller, data: JSONBody[ChangedEmail]) -> EmailOut:
    """Turn mails of what stayed unread on or off. They take a confirmed address."""
    identity, user_uuid = context_of(request).identity, request.user.user_uuid
    if data.digest:
        require_mail(context_of(request))
        await start_digests(identity, user_uuid)
    else:
        await stop_digests(identity, user_uuid)
    record(request, "digest_changed", digest=data.digest)
    return await _email_out(request, await find_email(identity, user_uuid))


@delete(
    "/api/me/email",
    status_code=200,
    tags=["accounts"],
    responses=problems(*BODY, *SIGNED_IN, 409),
)
async def remove_my_email(request: Caller, data: JSONBody[EndOfEmail]) -> EmailOut:
    """Remove my e-mail address, and one that waits. The address that counted is told by a mail."""
    context, user = context_of(request), request.user
    email = await remove_email(
        context.identity,
        user,
        data.current_password,
        client=network_of(request),
        guard=guard_of(request, user.handle),
    )
    context.mail_promised.set()
    record(request, "email_removed")
    return await _email_out(request, email)


@post(
    "/api/email-confirmation",
    opt=PUBLIC | COUNTS_ITSELF,
    security=ANYBODY,
    status_code=204,
    tags=["accounts"],
    responses=problems(*BODY, 404, 409),
)
async def confirm_my_email(request: Caller, data: JSONBody[Confirmation]) -> Response[None]:
    """Confirm an e-mail address by the link that was sent there. It needs no session."""
    context = context_of(request)
    limits = context.limits
    await limits.take_together(by_address(limits.resetting_address, client_address(request)))
    email = await confirm_email(context.identity, data.token)
    context.mail_promised.set()
    record(request, "email_confirmed", user_uuid=email.user_uuid)
    return Response(None, status_code=204)


async def _email_out(request: Caller, email: Email) -> EmailOut:
    return EmailOut(
        email=email.address,
        pending=email.pending,
        sends_mail=context_of(request).mails is not None,
        digest=await wants_digests(context_of(request).identity, email.user_uuid),
    )
