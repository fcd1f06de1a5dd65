"""Headers that every answer has, whatever made it."""

from litestar.types import Message, Scope

from cruddur.web.context import Context

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

_ALWAYS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000")
_NO_STORE = (b"cache-control", b"no-store")


class SecurityHeaders:
    """A hook before each message to the client; it counts the answers too, as it sees them all."""

    def __init__(self, context: Context) -> None:
        self._responses = context.metrics.responses
        self._has_proxy = context.settings.trusted_proxy == "on"

    async def __call__(self, message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        self._responses[message["status"] // 100] += 1
        headers = [*message["headers"], *_ALWAYS]
        if self._is_secure(scope):
            headers.append(_HSTS)
        if not any(name == b"cache-control" for name, _ in headers):
            # What people write to each other must not lie in a cache, theirs or one in between.
            headers.append(_NO_STORE)
        message["headers"] = headers

    def _is_secure(self, scope: Scope) -> bool:
        if scope["scheme"] == "https":
            return True
        return self._has_proxy and (b"x-forwarded-proto", b"https") in scope["headers"]
