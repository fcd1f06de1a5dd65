"""`/api/password-reset`: another password for somebody who has a link, or asks for one."""

from typing import Annotated

from litestar import Response, post
from litestar.params import JSONBody
from msgspec import Meta

from cruddur.identity.ask_for_reset import ask_for_reset
from cruddur.identity.reset_password import reset_password
from cruddur.web.api.bodies import Body
from cruddur.web.api.described import NewPassword
from cruddur.web.api.openapi_responses import ANYBODY, BODY, problems
from cruddur.web.http.auth import COUNTS_ITSELF, PUBLIC
from cruddur.web.http.client_ip import client_address
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.mail_switch import mail_of_password, require_mail
from cruddur.web.http.rate_limits import by_address
from cruddur.web.http.security_log import record


class PasswordByLink(Body, kw_only=True):
    """What stands behind the `#` of a link, and the new password."""

    token: Annotated[str, Meta(description="What stands behind the `#` of the link.")]
    new_password: NewPassword

    def __repr__(self) -> str:
        return "PasswordByLink()"


class Forgetful(Body, kw_only=True):
    """The handle or the confirmed e-mail address of somebody who has forgotten their password."""

    who: Annotated[str, Meta(description="The handle, or the e-mail address.")]

    def __repr__(self) -> str:
        return "Forgetful()"


@post(
    "/api/password-forgotten",
    opt=PUBLIC | COUNTS_ITSELF,
    security=ANYBODY,
    status_code=204,
    tags=["accounts"],
    responses=problems(*BODY, 409),
)
async def ask_for_link(request: Caller, data: JSONBody[Forgetful]) -> Response[None]:
    """Ask for a link by which I set another password. It goes to my confirmed address, if there is one.

    The answer is the same whether there is such an account or not.
    """
    context = context_of(request)
    require_mail(context)
    limits = context.limits
    await limits.take_together(by_address(limits.mailing_address, client_address(request)))
    await ask_for_reset(context.identity, data.who)
    context.mail_promised.set()
    record(request, "reset_link_asked")
    return Response(None, status_code=204)


@post(
    "/api/password-reset",
    opt=PUBLIC | COUNTS_ITSELF,
    security=ANYBODY,
    status_code=204,
    tags=["accounts"],
    responses=problems(*BODY, 404),
)
async def set_password_by_link(request: Caller, data: JSONBody[PasswordByLink]) -> Response[None]:
    """Set another password by a link for one use. All the person's sessions end."""
    context = context_of(request)
    limits = context.limits
    await limits.take_together(by_address(limits.resetting_address, client_address(request)))
    ended = await reset_password(context.identity, data.token, data.new_password)
    context.streams.end_sessions(ended)
    record(request, "password_reset", user_uuid=ended.user_uuid)
    await mail_of_password(context, ended.user_uuid)
    return Response(None, status_code=204)
