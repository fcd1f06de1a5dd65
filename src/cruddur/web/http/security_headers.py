"""Headers of every answer, also of errors."""

from litestar.types import Message, Scope

from cruddur.web.http.client_ip import is_secure
from cruddur.web.http.context import Context
from cruddur.web.http.request_id import HEADER as REQUEST_ID
from cruddur.web.http.request_id import request_id

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

_REFERRER = (b"referrer-policy", b"same-origin")
_RESOURCE = (b"cross-origin-resource-policy", b"same-origin")
_ALWAYS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    _REFERRER,
    _RESOURCE,
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
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
        headers = [*message["headers"], *_ALWAYS, (REQUEST_ID, name)]
        given = {name for name, _ in message["headers"]}
        if b"referrer-policy" in given:
            headers.remove(_REFERRER)  # the page has a stricter one
        if _RESOURCE[0] in given:
            headers.remove(_RESOURCE)  # the client for pages of others has a weaker one
        if is_secure(scope, self._hops):
            headers.append(_HSTS)
        if b"cache-control" not in given:
            # Private messages must not be stored in the browser's cache or a shared one.
            headers.append(_NO_STORE)
        message["headers"] = headers
