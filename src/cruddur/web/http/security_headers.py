"""Headers of every answer, also of errors."""

from litestar.connection import ASGIConnection
from litestar.types import Message, Scope

from cruddur.web.http.auth import OLDER_COOKIE
from cruddur.web.http.client_ip import is_secure
from cruddur.web.http.context import Context
from cruddur.web.http.cookies import moved_cookies
from cruddur.web.http.request_id import HEADER as REQUEST_ID
from cruddur.web.http.request_id import request_id


def content_security_policy(*frames: str) -> str:
    """Returns the policy of a page that these origins may show in a frame: none, if none is named."""
    framed_by = " ".join(frames) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {framed_by}"
    )


CONTENT_SECURITY_POLICY = content_security_policy()

_ALWAYS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_NAMES = frozenset(name for name, _ in _ALWAYS)
_FOR_DOCUMENTS = frozenset(
    {b"content-security-policy", b"cross-origin-opener-policy", b"permissions-policy"}
)
"""What browsers read of a document or a worker only. An opened script or sheet is shown as text."""
_PART_OF_A_PAGE = tuple(one for one in _ALWAYS if one[0] not in _FOR_DOCUMENTS)
IS_PART_OF_A_PAGE = "cruddur_is_part_of_a_page"
"""A key of the scope of a request whose answer is a script, a sheet or an icon that only pages load."""
_HSTS = (b"strict-transport-security", b"max-age=31536000")
_NO_STORE = (b"cache-control", b"no-store")


class SecurityHeaders:
    """A hook before each message to the client.

    It also counts the answers, since it gets all of them.
    """

    def __init__(self, context: Context) -> None:
        self._responses = context.metrics.responses
        self._hops = context.settings.trusted_proxy

    async def __call__(self, message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        self._responses[message["status"] // 100] += 1
        name = request_id(scope, self._hops).encode()
        given = {name for name, _ in message["headers"]}
        # What an answer says itself counts: a link's page tells less, and a frame's page may be framed.
        always = _PART_OF_A_PAGE if IS_PART_OF_A_PAGE in scope else _ALWAYS
        if not given.isdisjoint(_NAMES):
            always = tuple(one for one in always if one[0] not in given)
        headers = [*message["headers"], *always, (REQUEST_ID, name)]
        if is_secure(scope, self._hops):
            headers.append(_HSTS)
        if b"cache-control" not in given:
            # Private messages must not be stored in the browser's cache or a shared one.
            headers.append(_NO_STORE)
        if OLDER_COOKIE in scope and b"set-cookie" not in given:  # else it signs out, or in
            cookies = moved_cookies(ASGIConnection(scope))
            headers += [cookie.to_encoded_header() for cookie in cookies]
        message["headers"] = headers
