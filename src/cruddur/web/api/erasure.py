"""`DELETE /api/me`: the end of one's own account."""

from typing import Annotated

from litestar import Response, delete
from litestar.params import JSONBody
from msgspec import Meta

from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.model import User, fold
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.context import SessionsEnded
from cruddur.web.api.bodies import Body
from cruddur.web.api.described import Password
from cruddur.web.api.openapi_responses import BODY, problems
from cruddur.web.api.passkey_schemas import Confirming, assertion_of
from cruddur.web.api.sessions import signed_out
from cruddur.web.http.confirmation import confirm_caller
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.security_log import record

_HANDLE_OTHER = declare_code(
    "handle_not_confirmed", "The handle that was typed to confirm the end is not the caller's."
)


class EndOfAccount(Body, kw_only=True):
    """The caller's password or a passkey, since nothing brings the account back; else their handle."""

    password: Password | None = None
    passkey: Confirming = None
    handle: Annotated[
        Annotated[str, Meta(max_length=64)] | None,
        Meta(
            description="The caller's handle, typed by somebody who has no password here and has signed "
            "in within the last ten minutes.",
        ),
    ] = None

    def __repr__(self) -> str:
        return "EndOfAccount()"


@delete("/api/me", status_code=204, tags=["accounts"], responses=problems(*BODY, 401, 403, 409))
async def erase_me(request: Caller, data: JSONBody[EndOfAccount]) -> Response[None]:
    """Erase my account, for good. It is gone at once, and so are all my sessions.

    What conversations know of me goes within minutes: my name, and my messages or, if the service is so
    set, their author.
    """
    context, user = context_of(request), request.user
    assertion = assertion_of(data.passkey) if data.passkey else None
    await confirm_caller(request, data.password, assertion)
    if data.password is None and assertion is None:
        _check_handle(user, data.handle)
    settings = context.settings
    await begin_erasure(
        context.identity, user.user_uuid, settings.erased_messages, settings.erased_reports
    )
    context.streams.end_sessions(SessionsEnded(user.user_uuid))
    context.erasure_begun.set()
    record(request, "account_erased")
    return signed_out(request)


def _check_handle(user: User, handle: str | None) -> None:
    # A press too much must not end an account where nothing is asked that one has to know.
    if handle is None or fold(handle.strip().removeprefix("@")) != fold(user.handle):
        raise Invalid(_HANDLE_OTHER, "This is not your handle.", field="handle")
