"""Finds out who is calling. `guard.py` requires it, except for routes with `opt=PUBLIC`."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from litestar.connection import ASGIConnection

from cruddur.domain.errors import NotFound, Unauthenticated, declare_code
from cruddur.identity.check_session import check_token_counts
from cruddur.identity.find_user import check_is_enabled, find_user
from cruddur.identity.host_tokens import is_host_token
from cruddur.identity.token_errors import badly_signed, subject_unknown
from cruddur.identity.tokens import verify_token
from cruddur.web.http.client_ip import network_of
from cruddur.web.http.context import context_of

_SESSION_CHANGED = declare_code(
    "session_changed", "The header Cruddur-User names another person than the cookie or the token."
)

_PERSON_NEEDED = declare_code(
    "person_needed", "This is for people, and a host's key is none: POST /api/tokens makes a token."
)

COOKIE = "cruddur_session"
"""The name of the session's cookie where browsers do not take HOST_COOKIE, and in older versions."""

HOST_COOKIE = f"__Host-{COOKIE}"
"""Its name where the browser speaks TLS and the service has a host of its own. With this prefix no other
host of the same domain can set it (RFC 6265bis, 4.1.3.2)."""

OLDER_COOKIE = "cruddur_older_cookie"
"""The key of a scope that holds the token of a session whose cookie has COOKIE as its name."""

PUBLIC = {"public": True}
"""The option of a route that needs no session."""

COUNTS_ITSELF = {"limit": None}
"""The option of a route that `guard.py` does not limit: it has its own limit, or costs nothing."""

ASKING = {"limit": "asking"}
"""The option of a route that is called while a user types."""

LISTENING = {"limit": "listening"}
"""The option of the route that opens an event stream, which costs more than a list."""

_WAS_KNOWN = "cruddur_user_was_known"
_COOKIES = {COOKIE.encode(): False, HOST_COOKIE.encode(): True}
_USER_HEADER = b"cruddur-user"


class Credentials(NamedTuple):
    """The token of a request, and whether the browser added it by itself.

    `user_uuid` is the user that the page believes to be signed in, if it says so. `is_older` says that
    the token is that of a cookie with the name COOKIE.
    """

    token: str | None
    is_ambient: bool
    user_uuid: str | None = None
    is_older: bool = False

    def __repr__(self) -> str:
        return f"Credentials(is_ambient={self.is_ambient})"


async def authenticate(connection: ASGIConnection[Any, Any, Any, Any], found: Credentials) -> None:
    """Sets the connection's `user` and `auth` by its credentials. Raises Unauthenticated."""
    token, user_uuid = found.token, found.user_uuid
    if token is None:
        raise badly_signed()
    if is_host_token(token):
        raise Unauthenticated(
            _PERSON_NEEDED,
            "A key names no person. Make a token for one of your people: POST /api/tokens.",
        )
    identity = context_of(connection).identity
    session = await verify_token(identity, token, partial(network_of, connection))
    if user_uuid is not None and user_uuid != session.user_uuid:
        # Another user signed in on another tab, or a host gave another one's token: this page's messages
        # must not be sent in their name.
        raise Unauthenticated(_SESSION_CHANGED, "Somebody else is signed in here now.")
    known = identity.memory.users.get(session.user_uuid)
    try:
        user = known or await find_user(identity, session.user_uuid)
    except NotFound:
        raise subject_unknown() from None
    check_is_enabled(user)
    check_token_counts(user, session)
    connection.scope["user"] = user
    connection.scope[_WAS_KNOWN] = known is not None  # type: ignore[literal-required]  # our own key
    connection.scope["auth"] = session
    if found.is_older:
        connection.scope[OLDER_COOKIE] = token  # type: ignore[literal-required]  # our own key


def is_user_fresh(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether the profile of an authenticated request was read for it.

    One that was remembered may lack what another process has noted since.
    """
    return not connection.scope[_WAS_KNOWN]  # type: ignore[literal-required]  # our own key


def credentials(headers: Iterable[tuple[bytes, bytes]]) -> Credentials:
    """Returns the credentials in the headers. A bearer token counts before a cookie."""
    bearer: str | None = None
    older: str | None = None
    cookie: str | None = None
    user_uuid = None
    for name, value in headers:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            bearer = bearer or value[7:].strip().decode("latin-1")
        elif name == b"cookie":
            for found, is_of_host in _from_cookies(value):
                older, cookie = (older, found) if is_of_host else (found, cookie)
        elif name == _USER_HEADER:
            user_uuid = value.decode("latin-1")
    if bearer is not None:
        return Credentials(bearer, is_ambient=False, user_uuid=user_uuid)
    token = cookie or older
    return Credentials(
        token, is_ambient=token is not None, user_uuid=user_uuid, is_older=token is not cookie
    )


def _from_cookies(header: bytes) -> Iterator[tuple[str, bool]]:
    """Yields the tokens of our cookies, and whether the cookie is that of the host alone."""
    for pair in header.split(b";"):
        name, _, value = pair.strip().partition(b"=")
        if value and name in _COOKIES:
            yield value.decode("latin-1"), _COOKIES[name]
