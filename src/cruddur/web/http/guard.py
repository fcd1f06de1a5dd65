"""The check before every route: not from another site, signed in, and within the rate limits.

It is a `before_request` and not a Litestar guard: for each guard Litestar copies the route handler at
every request, and two guards would take longer than storing a message.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from litestar import Litestar, Request
from litestar.routes import HTTPRoute

from cruddur.domain.errors import ApiError, declare_code
from cruddur.web.http.auth import authenticate, credentials
from cruddur.web.http.client_ip import client_address
from cruddur.web.http.content_type import refuse_other_content
from cruddur.web.http.context import context_of
from cruddur.web.http.csrf import refuse_other_sites
from cruddur.web.http.host_auth import HOST_SCOPE, authorize_host
from cruddur.web.http.numbers import refuse_odd_numbers

_QUERY_MALFORMED = declare_code("query_malformed", "The query string is not UTF-8.")


async def authorize_request(request: Request[Any, Any, Any]) -> None:
    """Sets the request's `user` and `auth`. Raises ApiError, HTTPException."""
    context = context_of(request)
    found = credentials(request.scope["headers"])
    refuse_other_sites(request.scope, found, context.origins)
    _refuse_broken_query(request.scope["query_string"])
    method = request.scope["method"]
    if method == "OPTIONS":  # Litestar answers it, the same for all callers
        return
    limits, opt = context.limits, request.route_handler.opt
    if found.token is None and _is_open_to_all(request, opt):
        limits.take_of_address(limits.asking_unknown, client_address(request))
    elif (scope := opt.get(HOST_SCOPE)) is not None:
        await authorize_host(request, found, scope)
    elif "public" not in opt:
        await authenticate(request, found)
        if name := opt.get("limit", "reading" if method == "GET" else "sending"):
            limits.take(getattr(limits, name), request.user.user_uuid)
    elif "limit" not in opt:
        limits.take_of_address(limits.visiting, client_address(request))
    refuse_odd_numbers(request)
    refuse_other_content(request)


def _is_open_to_all(request: Request[Any, Any, Any], opt: Mapping[str, Any]) -> bool:
    """Whether a setting opens this route to callers without a session."""
    setting = opt.get("public_if")
    return setting is not None and getattr(context_of(request).settings, setting) == "on"


def _refuse_broken_query(query: bytes) -> None:
    # Litestar would replace invalid characters by question marks and search for another text.
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        raise ApiError(_QUERY_MALFORMED, "The query string is not UTF-8.") from None


def check_all_routes_are_guarded(app: Litestar) -> None:
    """Raises TypeError if a route has its own `before_request`, which replaces this one."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            raise TypeError(f"{route.path} is no HTTP route: nothing guards it")
        for handler in route.route_handlers:
            if handler.resolve_before_request() is not authorize_request:
                raise TypeError(f"{route.path} is not guarded")
