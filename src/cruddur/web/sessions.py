"""`/api/sessions`: sign in and out."""

from litestar import Response, delete, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody
from msgspec import Struct

from cruddur.identity.sign_in import sign_in
from cruddur.identity.sign_out import sign_out
from cruddur.identity.tokens import LIFETIME
from cruddur.model import fold
from cruddur.shapes import UserShape, user_shape
from cruddur.web.address import client_address, is_secure
from cruddur.web.auth import COOKIE, PUBLIC
from cruddur.web.context import Caller, context_of
from cruddur.web.openapi_words import ANYBODY, BODY, SIGNED_IN, problems


class Credentials(Struct, kw_only=True):
    """What a person signs in with."""

    handle: str
    password: str


class SignedIn(Struct, kw_only=True):
    """The token for `Authorization: Bearer`; browsers get it as a cookie too."""

    token: str
    user: UserShape


@post(
    "/sessions",
    opt=PUBLIC,
    security=ANYBODY,
    status_code=200,
    tags=["sessions"],
    responses=problems(*BODY, 401, 403),
)
async def open_session(request: Caller, data: JSONBody[Credentials]) -> Response[SignedIn]:
    """Sign in."""
    context = context_of(request)
    limits = context.limits
    # Per address against one who tries many handles, per handle against many who try one.
    limits.take(limits.sign_in_address, client_address(request))
    limits.take(limits.sign_in_handle, fold(data.handle[:64].strip().removeprefix("@")))
    token, user = await sign_in(context.identity, data.handle, data.password)
    answer = SignedIn(token=token, user=user_shape(user))
    seconds = int(LIFETIME.total_seconds())
    return Response(answer, cookies=[_cookie(request, token, max_age=seconds)])


@delete("/sessions", tags=["sessions"], responses=problems(*SIGNED_IN))
async def close_session(request: Caller) -> Response[None]:
    """Sign out: the token is revoked, and the event streams opened with it end."""
    context = context_of(request)
    context.streams.end_session(request.auth)
    await sign_out(context.identity, request.auth)
    return Response(None, status_code=204, cookies=[_cookie(request, "", max_age=0)])


def _cookie(request: Caller, token: str, *, max_age: int) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=token,
        path="/",
        max_age=max_age,
        httponly=True,  # a script that slips in must not carry the token away
        samesite="lax",
        secure=is_secure(request),
    )
