"""Prevents cross-site request forgery: other sites cannot act for a user who is signed in here.

The browser says where a request comes from, by Fetch Metadata (`Sec-Fetch-Site`) or, if it is older, by
`Origin`. Pages cannot forge either. The OWASP Cross-Site Request Forgery Prevention Cheat Sheet has
both: "Fetch Metadata headers", with "verifying origin with standard headers" as the fallback.
"""

from litestar.types import HTTPScope

from cruddur.domain.errors import Forbidden, declare_code
from cruddur.web.http.auth import Credentials

_CROSS_SITE = declare_code(
    "cross_site_request", "A browser with the session cookie was sent here by another site."
)

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({b"same-origin", b"none"})


def refuse_other_sites(scope: HTTPScope, found: Credentials, allowed: frozenset[bytes]) -> None:
    """Raises Forbidden for requests of other sites.

    Pages of an `allowed` origin may do everything that does not use the cookie.
    """
    if scope["method"] in _SAFE_METHODS:
        return
    token, is_ambient = found.token, found.is_ambient
    if token is not None and not is_ambient:
        return  # browsers never add a bearer token by themselves
    asked = {name: value for name, value in scope["headers"] if name in _ASKED}
    if token is None and asked.get(b"origin") in allowed:
        return
    is_own = _is_own(asked)
    # A request without a cookie and these headers comes from a program. With a cookie it needs one of
    # them. Signing a user in from another site needs no cookie, but the browser names that site.
    if is_own is False or (is_own is None and is_ambient):
        raise Forbidden(_CROSS_SITE, "This request came from another site.")


_ASKED = frozenset({b"sec-fetch-site", b"origin", b"host"})


def _is_own(headers: dict[bytes, bytes]) -> bool | None:
    """Whether our own page sent the request; None if the headers do not tell."""
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in _OWN
    origin = headers.get(b"origin")
    if origin is None:
        return None
    return origin.partition(b"://")[2].lower() == headers.get(b"host", b"").lower()
