"""Lists: their limits, the `Link` to the next page, and 304 for a client that has the same page."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from litestar import Request, Response
from litestar.params import QueryParameter

from cruddur.web.http.base_path import outside
from cruddur.web.http.json_response import JsonResponse
from cruddur.web.http.rendered_lists import RenderedList, digest_of, rendered

T = TypeVar("T")

LIMIT_DEFAULT = 20
LIMIT_MAX = 100
SEQ_MAX = 10**12 - 1
"""The greatest message number that a key can hold."""

Limit = Annotated[int, QueryParameter(ge=1, le=LIMIT_MAX, description="How many at most.")]


def listed(
    request: Request[Any, Any, Any],
    items: Sequence[object] | RenderedList,
    next_query: dict[str, object] | None,
) -> Response[Any]:
    """Returns the list with a link to the next page, or 304 if the caller has the same list."""
    made = items if isinstance(items, RenderedList) else rendered(items)
    headers = link_to(request, next_query)
    link = headers.get("Link")
    etag = f'"{digest_of(made.digest.encode(), link.encode()) if link else made.digest}"'
    headers["ETag"] = etag
    if is_known(request, etag):
        return JsonResponse(b"", status_code=304, headers=headers)
    return JsonResponse(made.body, headers=headers)


def link_to(
    request: Request[Any, Any, Any], next_query: dict[str, object] | None
) -> dict[str, str]:
    """Returns the header with a link to the next page (RFC 8288), or none after the last one."""
    if next_query is None:
        return {}
    path = quote(outside(request, request.scope["path"]), safe="/@")
    query = "&".join(f"{name}={quote(str(value))}" for name, value in next_query.items())
    return {"Link": f'<{path}?{query}>; rel="next"'}


def is_known(request: Request[Any, Any, Any], etag: str) -> bool:
    """Whether the caller has this state (RFC 9110, 13.1.2)."""
    asked = [value for name, value in request.scope["headers"] if name == b"if-none-match"]
    if not asked:
        return False
    tags = b",".join(asked).decode("latin-1").split(",")
    known = {tag.strip().removeprefix("W/") for tag in tags}
    return etag in known or "*" in known
