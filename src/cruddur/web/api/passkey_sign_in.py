"""`/api/sessions/passkey`: sign in with a passkey, alone or after the password."""

from typing import Annotated

from litestar import Response, post
from litestar.params import JSONBody
from msgspec import Meta

from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.passkey import Passkey
from cruddur.identity.device import describe_device
from cruddur.identity.passkey_challenge import new_challenge
from cruddur.identity.sign_in_by_passkey import begin_second_factor, sign_in_by_passkey
from cruddur.identity.use_passkey import PasskeyCopied
from cruddur.web.api.bodies import Body
from cruddur.web.api.described import Password, SomeHandle
from cruddur.web.api.openapi_responses import ANYBODY, BODY, problems
from cruddur.web.api.passkey_schemas import (
    AssertionIn,
    RequestOptions,
    assertion_of,
    request_options,
)
from cruddur.web.api.sessions import SignedIn, signed_in
from cruddur.web.http.auth import COUNTS_ITSELF, PUBLIC
from cruddur.web.http.client_ip import client_address, network_of
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.passkey_cookies import challenge_cookies, kept_challenge, used_challenge
from cruddur.web.http.password_guard import guard_of
from cruddur.web.http.public_address import relying_party
from cruddur.web.http.security_log import record

_BOTH = declare_code("both_or_neither", "A handle comes with its password, or neither is given.")


class PasskeyAsked(Body, kw_only=True):
    """Nothing, for a passkey alone; or handle and password, for one as the second factor."""

    handle: SomeHandle | None = None
    password: Password | None = None

    def __repr__(self) -> str:
        return "PasskeyAsked()"


class PasskeyCredentials(Body, kw_only=True):
    """What a passkey has signed."""

    passkey: Annotated[
        AssertionIn, Meta(description="The answer to `POST /api/sessions/passkey_options`.")
    ]

    def __repr__(self) -> str:
        return "PasskeyCredentials()"


@post(
    "/api/sessions/passkey_options",
    opt=PUBLIC | COUNTS_ITSELF,
    security=ANYBODY,
    status_code=200,
    tags=["sessions"],
    responses=problems(*BODY, 401, 403, 409),
    operation_id="beginPasskeySignIn",
)
async def begin_passkey_sign_in(
    request: Caller, data: JSONBody[PasskeyAsked]
) -> Response[RequestOptions]:
    """Ask for a challenge. The browser keeps it as a cookie, and answers it within ten minutes."""
    context, address = context_of(request), client_address(request)
    context.limits.take_of_address(context.limits.signing_in, address)
    party = relying_party(request)
    if (data.handle is None) != (data.password is None):
        raise Invalid(_BOTH, "A handle comes with its password.", field="password")
    if data.handle is None or data.password is None:
        begun, allowed = new_challenge(context.identity, "sign_in"), list[Passkey]()
    else:
        begun, allowed = await begin_second_factor(
            context.identity,
            data.handle,
            data.password,
            address=network_of(request),
            guard=guard_of(request, data.handle),
        )
    return Response(
        request_options(party, begun, allowed), cookies=[*challenge_cookies(request, begun)]
    )


@post(
    "/api/sessions/passkey",
    opt=PUBLIC | COUNTS_ITSELF,
    security=ANYBODY,
    status_code=200,
    tags=["sessions"],
    responses=problems(*BODY, 401, 403, 409),
    operation_id="signInByPasskey",
)
async def open_session_by_passkey(
    request: Caller, data: JSONBody[PasskeyCredentials]
) -> Response[SignedIn]:
    """Sign in with a passkey. It needs the cookie of the challenge, so it is for browsers."""
    context, address = context_of(request), client_address(request)
    context.limits.take_of_address(context.limits.signing_in, address)
    party, assertion = relying_party(request), assertion_of(data.passkey)
    begun = kept_challenge(request, assertion.client_data)
    try:
        found = await sign_in_by_passkey(
            context.identity,
            begun,
            assertion,
            party,
            address=network_of(request),
            device=describe_device(request.headers.get("user-agent", "")),
        )
    except PasskeyCopied as error:
        record(request, "passkey_copy_seen", user_uuid=error.user_uuid)
        raise
    return signed_in(request, found, used_challenge(request, begun))
