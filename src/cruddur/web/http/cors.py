"""Lets pages of the origins in a setting call the API (WHATWG Fetch, 3.3).

It is without credentials: no cookie counts for them, so such a page sends a bearer token. By default no
origin is allowed, and there is no way to allow all of them.
"""

from typing import Any

from litestar.types import Message, Scope

from cruddur.web.http.context import Context
from cruddur.web.http.head_requests import HeadAndGet

_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_ASKED_FOR = b"Authorization, Content-Type, traceparent, Last-Event-ID, If-None-Match, Cruddur-User"
_SHOWN = b"Link, ETag, Retry-After, Location, X-Request-ID, traceparent"
_REMEMBERED_SECONDS = b"600"
_ORIGIN = (b"vary", b"Origin")
_ALLOWED = b"access-control-allow-origin"


class CrossOriginHeaders:
    """A hook before each message to the client, so that errors and event streams have them, too.

    Without allowed origins there is no such hook.
    """

    def __init__(self, context: Context) -> None:
        self._origins = context.origins

    async def __call__(self, message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        # Every answer gets it, so that a shared cache does not give one origin's answer to another.
        headers = [*message["headers"], _ORIGIN]
        origin = origin_of(scope)
        is_open = any(
            name == _ALLOWED for name, _ in headers
        )  # what anybody may read says so itself
        if origin in self._origins and not is_open:
            headers.append((_ALLOWED, origin))
            headers.append((b"access-control-expose-headers", _SHOWN))
        message["headers"] = headers


class CrossOrigin(HeadAndGet):
    """Answers preflight requests for any path, so that a page can read the errors of wrong ones."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not self._is_asked_before(scope):
            await super().__call__(scope, receive, send)
            return
        start: Any = {"type": "http.response.start", "status": 204, "headers": _BEFORE}
        for hook in self.before_send:
            await hook(start, scope)
        await send(start)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _is_asked_before(self, scope: Any) -> bool:
        if scope["method"] != "OPTIONS" or origin_of(scope) not in self.state["context"].origins:
            return False
        return any(name == b"access-control-request-method" for name, _ in scope["headers"])


_BEFORE = (
    (b"access-control-allow-methods", _METHODS),
    (b"access-control-allow-headers", _ASKED_FOR),
    (b"access-control-max-age", _REMEMBERED_SECONDS),
)


def origin_of(scope: Any) -> bytes:
    """Returns the origin of the page that sent the request, or an empty one if the browser sent none."""
    return next((value for name, value in scope["headers"] if name == b"origin"), b"")
