"""The one door to all routes: no other site's page, and nobody who is not signed in.

It is a `before_request` and not a Litestar guard, since for each guard Litestar copies the whole
route handler at every request: two guards cost more than storing a message.
"""

from typing import Any
from urllib.parse import unquote_to_bytes

from litestar import Litestar, Request
from litestar.routes import HTTPRoute

from cruddur.errors import Refusal
from cruddur.web.auth import authenticate
from cruddur.web.cross_site import refuse_other_sites


async def admit(request: Request[Any, Any, Any]) -> None:
    """Sets the request's `user` and `auth`. Raises Forbidden, Unauthenticated, Refusal."""
    refuse_other_sites(request.scope)
    _refuse_broken_query(request.scope["query_string"])
    # OPTIONS is Litestar's own answer, the same for everybody.
    if "public" not in request.route_handler.opt and request.scope["method"] != "OPTIONS":
        await authenticate(request)


def _refuse_broken_query(query: bytes) -> None:
    # Litestar would put question marks for what it cannot read, and look for something else.
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        raise Refusal("query_malformed", "The query string is not UTF-8.") from None


def check_all_routes_have_the_door(app: Litestar) -> None:
    """A route with a `before_request` of its own would silently lose this one."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            raise TypeError(f"{route.path} is no HTTP route: nothing guards it")
        for handler in route.route_handlers:
            if handler.resolve_before_request() is not admit:
                raise TypeError(f"{route.path} has lost its door")
