"""No other site may act in the name of a person whose browser is signed in here.

The browser itself says where a request comes from: Fetch Metadata, `Sec-Fetch-Site`, and for older
ones `Origin`. This is the OWASP Cross-Site Request Forgery Prevention Cheat Sheet's "Fetch Metadata
headers" with "verifying origin with standard headers" as the fallback; pages cannot forge either.
"""

from litestar.types import HTTPScope

from cruddur.errors import Forbidden
from cruddur.web.auth import credentials

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({b"same-origin", b"none"})


def refuse_other_sites(scope: HTTPScope) -> None:
    """Raises Forbidden."""
    if scope["method"] in _SAFE_METHODS:
        return
    headers = scope["headers"]
    token, is_ambient = credentials(headers)
    if token is not None and not is_ambient:
        return  # no browser adds a bearer token by itself
    is_own = _is_own({name: value for name, value in headers if name in _ASKED})
    # Who says nothing and has no cookie is a program. One with a cookie must say where it comes from.
    # Another site's page that signs a person in as somebody else has no cookie, but its browser says.
    if is_own is False or (is_own is None and is_ambient):
        raise Forbidden("cross_site_request", "This request came from another site.")


_ASKED = frozenset({b"sec-fetch-site", b"origin", b"host"})


def _is_own(headers: dict[bytes, bytes]) -> bool | None:
    """Whether our own page sent it; None when the browser, or what it is, does not say."""
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in _OWN
    origin = headers.get(b"origin")
    if origin is None:
        return None
    return origin.partition(b"://")[2].lower() == headers.get(b"host", b"").lower()
