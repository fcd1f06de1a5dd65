"""The cookies that a person's browser gets: the session, and what a sign-in at an issuer needs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from cruddur.web.http.auth import COOKIE, HOST_COOKIE, OLDER_COOKIE
from cruddur.web.http.base_path import outside
from cruddur.web.http.client_ip import is_secure
from cruddur.web.http.context import context_of

BEGUN_MAX = 8
"""The most sign-ins that a browser may have begun and not finished."""

_BEGUN = "cruddur_sign_in_"
_HINT = "cruddur_issuer"
_HINT_MAX_CHARS = 3800  # browsers keep no cookie of more than 4,096 bytes

Connection = ASGIConnection[Any, Any, Any, Any]


def session_cookies(connection: Connection, token: str, *, max_age: int) -> Sequence[Cookie]:
    """Returns the cookie of a session, and what removes one of an older version.

    With a `max_age` of 0 both are removed from the browser.
    """
    if not _takes_host_cookie(connection):
        return [_session(connection, COOKIE, token, max_age)]
    new = _session(connection, HOST_COOKIE, token, max_age)
    return [new, _session(connection, COOKIE, "", 0)]


def opened_cookies(connection: Connection, token: str) -> Sequence[Cookie]:
    """Returns the same for a session that was just opened: for as long as it can last."""
    return session_cookies(connection, token, max_age=_lifetime_seconds(connection))


def _lifetime_seconds(connection: Connection) -> int:
    return int(context_of(connection).identity.session_limits.lifetime.total_seconds())


def moved_cookies(connection: Connection) -> Sequence[Cookie]:
    """Returns what gives the session of an older version's cookie a cookie of the host alone.

    Nobody is signed out by an update. It is empty for all other requests.
    """
    token = connection.scope.get(OLDER_COOKIE)
    if token is None or not _takes_host_cookie(connection):
        return []
    lasts = connection.auth.expires_at - context_of(connection).identity.clock().timestamp()
    return session_cookies(connection, str(token), max_age=max(0, int(lasts)))


def _session(connection: Connection, name: str, token: str, max_age: int) -> Cookie:
    return Cookie(
        key=name,
        value=token,
        path=outside(connection, "") or "/",
        max_age=max_age,
        httponly=True,  # an injected script must not be able to read the token
        samesite="lax",
        secure=_is_secure(connection),
    )


def begun_cookie(connection: Connection, name: str, state: str, *, max_age: int) -> Cookie:
    """Returns the cookie of a sign-in that was begun at an issuer."""
    return Cookie(
        key=_begun_key(connection, name),
        value=state,
        path="/",  # with the prefix browsers take no other
        max_age=max_age,
        httponly=True,
        samesite="lax",  # the issuer sends the browser back from another site
        secure=_is_secure(connection),
    )


def begun_in(connection: Connection, name: str) -> str:
    """Returns what the browser has kept of the sign-in of this name; empty if it has nothing."""
    return connection.cookies.get(_begun_key(connection, name), "")


def oldest_begun(connection: Connection) -> Iterator[Cookie]:
    """Yields what removes those that are too many: each makes every request larger."""
    prefix = _begun_key(connection, "")
    names = [key.removeprefix(prefix) for key in connection.cookies if key.startswith(prefix)]
    for name in names[: max(0, len(names) - BEGUN_MAX + 1)]:
        yield begun_cookie(connection, name, "", max_age=0)


def hint_cookie(connection: Connection, issuer: str, id_token: str) -> Cookie:
    """Returns the cookie by which the browser signs out at the issuer, too.

    Only `/sign-out` gets to see it, and only from a page of ours.
    """
    value = f"{issuer}:{id_token}"
    return _hint(
        connection,
        value if len(value) <= _HINT_MAX_CHARS else f"{issuer}:",
        _lifetime_seconds(connection),
    )


def no_hint_cookie(connection: Connection) -> Cookie:
    """Returns what removes that cookie."""
    return _hint(connection, "", 0)


def hint_in(cookies: Mapping[str, str]) -> tuple[str, str]:
    """Returns the issuer's name and its id token; empty if there is none."""
    issuer, _, id_token = cookies.get(_HINT, "").partition(":")
    return issuer, id_token


def _hint(connection: Connection, value: str, max_age: int) -> Cookie:
    return Cookie(
        key=_HINT,
        value=value,
        path=outside(connection, "/sign-out"),
        max_age=max_age,
        httponly=True,
        samesite="strict",  # a page elsewhere must not sign anybody out
        secure=_is_secure(connection),
    )


def _begun_key(connection: Connection, name: str) -> str:
    # With this prefix no other host of the same domain can plant a sign-in of its own (RFC 6265bis).
    prefix = "__Host-" if _is_secure(connection) else ""
    return f"{prefix}{_BEGUN}{name}"


def _takes_host_cookie(connection: Connection) -> bool:
    return _is_secure(connection) and not outside(connection, "")


def _is_secure(connection: Connection) -> bool:
    hops = context_of(connection).settings.trusted_proxy
    return is_secure(connection.scope, hops)
