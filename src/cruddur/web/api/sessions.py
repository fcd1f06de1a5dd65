"""`/api/sessions`: sign in and out, and see where one is signed in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

from litestar import Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta, Struct

from cruddur.domain.model import canonical_uuid, timestamp
from cruddur.domain.session import DeviceSession
from cruddur.identity.context import SessionsEnded
from cruddur.identity.device import describe_device
from cruddur.identity.end_session import end_session
from cruddur.identity.end_sessions import end_sessions
from cruddur.identity.list_sessions import list_open_sessions
from cruddur.identity.sign_in import SignedIn as FoundSession
from cruddur.identity.sign_in import sign_in
from cruddur.identity.sign_out import sign_out
from cruddur.web.api.bodies import Body
from cruddur.web.api.described import Password, SomeHandle
from cruddur.web.api.openapi_responses import ANYBODY, BODY, SIGNED_IN, problems
from cruddur.web.api.schemas import UserOut, user_out
from cruddur.web.http.auth import COUNTS_ITSELF, PUBLIC
from cruddur.web.http.client_ip import client_address, network_of
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.cookies import no_hint_cookie, opened_cookies, session_cookies
from cruddur.web.http.mail_switch import mail_of_factor
from cruddur.web.http.password_guard import guard_of
from cruddur.web.http.security_log import record


class Credentials(Body, kw_only=True):
    """A handle and its password."""

    handle: SomeHandle
    password: Password
    recovery_code: Annotated[
        Annotated[str, Meta(max_length=64)] | None,
        Meta(
            description="One of the recovery codes, for somebody whose password alone opens nothing.",
        ),
    ] = None

    def __repr__(self) -> str:
        return "Credentials()"


class SignedIn(Struct, kw_only=True):
    """The token for `Authorization: Bearer`. Browsers also get it as a cookie."""

    token: Annotated[
        str, Meta(description="The session's token, which holds as long: 30 days at most.")
    ]
    user: Annotated[UserOut, Meta(description="The person who has signed in.")]
    recovery_codes_left: Annotated[
        int | None, Meta(description="How many are left after a recovery code was used; else null.")
    ] = None

    def __repr__(self) -> str:
        return f"SignedIn({self.user!r})"


class SessionOut(Struct, frozen=True, kw_only=True):
    """One of the caller's sessions: a device on which they are signed in."""

    id: Annotated[str, Meta(description="Names the session.")]
    device: Annotated[str, Meta(description="The browser or program, in words.")]
    address: Annotated[
        str,
        Meta(description="The address where it was last used, of IPv6 its /64; empty if unknown."),
    ]
    created_at: Annotated[str, Meta(description="When the person signed in, in UTC.")]
    last_used_at: Annotated[
        str, Meta(description="When it was last used, in UTC; noted now and then.")
    ]
    expires_at: Annotated[str, Meta(description="When it ends if it is not used again.")]
    is_current: Annotated[bool, Meta(description="Whether it is the session of this request.")]


Which = Annotated[
    Literal["this", "others", "all"],
    QueryParameter(description="Which of my sessions: this one, all others, or all."),
]


@post(
    "/api/sessions",
    opt=PUBLIC | COUNTS_ITSELF,
    security=ANYBODY,
    status_code=200,
    tags=["sessions"],
    responses=problems(*BODY, 401, 403),
    operation_id="signIn",
)
async def open_session(request: Caller, data: JSONBody[Credentials]) -> Response[SignedIn]:
    """Sign in.

    401 with `second_factor_needed` means that the password is right, and opens nothing alone.
    """
    context, address = context_of(request), client_address(request)
    context.limits.take_of_address(context.limits.signing_in, address)
    guard = guard_of(request, data.handle)
    found = await sign_in(
        context.identity,
        data.handle,
        data.password,
        recovery_code=data.recovery_code,
        address=network_of(request),
        device=describe_device(request.headers.get("user-agent", "")),
        guard=guard,
    )
    if found.codes_left is not None:
        record(request, "recovery_code_used", user_uuid=found.user.user_uuid, left=found.codes_left)
        await mail_of_factor(context, found.user.user_uuid, "recovery_code_used")
    return signed_in(request, found)


def signed_in(
    request: Caller, found: FoundSession, cookies: Sequence[Cookie] = ()
) -> Response[SignedIn]:
    """Returns the answer to a sign-in that went well, with the session's cookie and these."""
    record(request, "signed_in", user_uuid=found.user.user_uuid)
    answer = SignedIn(
        token=found.token, user=user_out(found.user), recovery_codes_left=found.codes_left
    )
    session = opened_cookies(request, found.token)
    return Response(answer, cookies=[*session, *_no_issuer(request), *cookies])


@get(
    "/api/sessions", tags=["sessions"], responses=problems(*SIGNED_IN), operation_id="listSessions"
)
async def my_sessions(request: Caller) -> list[SessionOut]:
    """Where I am signed in, the session that was used last first.

    A token that a host product or an older version signed is not listed, and holds until it expires.
    """
    found = await list_open_sessions(context_of(request).identity, request.user)
    return [session_out(session, request.auth.token_id) for session in found]


@delete(
    "/api/sessions", tags=["sessions"], responses=problems(*SIGNED_IN, 422), operation_id="signOut"
)
async def close_sessions(request: Caller, which: Which = "this") -> Response[None]:
    """Sign out, here or elsewhere. Tokens are revoked, and event streams opened with them end."""
    identity, user_uuid = context_of(request).identity, request.user.user_uuid
    if which == "this":
        _end_streams(request, await sign_out(identity, request.auth))
        record(request, "signed_out")
        return signed_out(request)
    keep = request.auth if which == "others" else None
    _end_streams(request, await end_sessions(identity, user_uuid, keep=keep))
    record(request, "sessions_ended", which=which)
    return signed_out(request) if which == "all" else Response(None, status_code=204)


@delete(
    "/api/sessions/{session_id:str}",
    tags=["sessions"],
    responses=problems(*SIGNED_IN, 404),
    operation_id="endSession",
)
async def close_session(
    request: Caller,
    session_id: Annotated[str, PathParameter(description="The session's `id`.")],
) -> Response[None]:
    """Sign out one of my sessions, on whichever device."""
    identity, known = context_of(request).identity, canonical_uuid(session_id) or ""
    _end_streams(request, await end_session(identity, request.user.user_uuid, known))
    record(request, "sessions_ended", which="one", session_id=known)
    is_this = known == request.auth.token_id
    return signed_out(request) if is_this else Response(None, status_code=204)


def _end_streams(request: Caller, ended: SessionsEnded) -> None:
    context_of(request).streams.end_sessions(ended)


def signed_out(request: Caller) -> Response[None]:
    """Returns the answer that takes the session out of the browser."""
    return Response(None, status_code=204, cookies=[*session_cookies(request, "", max_age=0)])


def session_out(session: DeviceSession, current_id: str) -> SessionOut:
    """The JSON object of a session; the current one is that of the request."""
    return SessionOut(
        id=session.session_id,
        device=session.device,
        address=session.address,
        created_at=session.created_at,
        last_used_at=session.last_used_at,
        expires_at=timestamp(datetime.fromtimestamp(session.expires_at, UTC)),
        is_current=session.session_id == current_id,
    )


def _no_issuer(request: Caller) -> Sequence[Cookie]:
    # Somebody who came by an issuer before must not be signed out there in this person's place.
    return [no_hint_cookie(request)] if context_of(request).identity.issuers else []
