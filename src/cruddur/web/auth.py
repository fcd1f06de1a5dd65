"""Who is asking. `door.py` lets nobody else through, except to routes that say `opt=PUBLIC`."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from litestar.connection import ASGIConnection

from cruddur.errors import NotFound, Unauthenticated
from cruddur.identity.find_user import account_gone, find_user
from cruddur.identity.tokens import verify_token
from cruddur.web.context import context_of

COOKIE = "cruddur_session"

PUBLIC = {"public": True}
"""The mark of a route that answers everybody."""

_COOKIE_BYTES = COOKIE.encode()


class Credentials(NamedTuple):
    """The token of a request, and whether the browser added it by itself."""

    token: str | None
    is_ambient: bool


async def authenticate(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Sets the connection's `user` and `auth`. Raises Unauthenticated."""
    token = credentials(connection.scope["headers"]).token
    if token is None:
        raise Unauthenticated("unauthenticated", "Sign in first.")
    identity = context_of(connection).identity
    session = await verify_token(identity, token)
    try:
        connection.scope["user"] = await find_user(identity, session.user_uuid)
    except NotFound:
        raise account_gone() from None
    connection.scope["auth"] = session


def credentials(headers: Iterable[tuple[bytes, bytes]]) -> Credentials:
    """A bearer token goes before a cookie: it was added on purpose."""
    cookie = None
    for name, value in headers:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return Credentials(value[7:].strip().decode("latin-1"), is_ambient=False)
        if name == b"cookie":
            cookie = _from_cookies(value) or cookie
    return Credentials(cookie, is_ambient=cookie is not None)


def _from_cookies(header: bytes) -> str | None:
    for pair in header.split(b";"):
        name, _, value = pair.strip().partition(b"=")
        if name == _COOKIE_BYTES and value:
            return value.decode("latin-1")
    return None
