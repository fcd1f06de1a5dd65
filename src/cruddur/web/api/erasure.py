"""`DELETE /api/me`: the end of one's own account."""

from litestar import Response, delete
from litestar.params import JSONBody

from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.check_own_password import check_own_password
from cruddur.identity.context import SessionsEnded
from cruddur.web.api.bodies import Body
from cruddur.web.api.described import Password
from cruddur.web.api.openapi_responses import BODY, problems
from cruddur.web.api.sessions import signed_out
from cruddur.web.http.client_ip import network_of
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.password_guard import guard_of
from cruddur.web.http.security_log import record


class EndOfAccount(Body):
    """The caller's password, since nothing brings the account back."""

    password: Password

    def __repr__(self) -> str:
        return "EndOfAccount()"


@delete("/api/me", status_code=204, tags=["accounts"], responses=problems(*BODY, 401, 403, 409))
async def erase_me(request: Caller, data: JSONBody[EndOfAccount]) -> Response[None]:
    """Erase my account, for good. It is gone at once, and so are all my sessions.

    What conversations know of me goes within minutes: my name, and my messages or, if the service is so
    set, their author.
    """
    context, user = context_of(request), request.user
    await check_own_password(
        context.identity,
        user,
        data.password,
        field="password",
        address=network_of(request),
        guard=guard_of(request, user.handle),
    )
    await begin_erasure(context.identity, user.user_uuid, context.settings.erased_messages)
    context.streams.end_sessions(SessionsEnded(user.user_uuid))
    context.erasure_begun.set()
    record(request, "account_erased")
    return signed_out(request)
