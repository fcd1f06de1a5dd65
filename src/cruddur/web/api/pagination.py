"""Lists: their limits, the `Link` to the next page, and 304 for a client that has the same page."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request, Response
from litestar.params import QueryParameter

from cruddur.web.http.base_path import outside
from cruddur.web.http.json_response import JsonResponse

T = TypeVar("T")

LIMIT_DEFAULT = 20
LIMIT_MAX = 100
SEQ_MAX = 10**12 - 1
"""The greatest message number that a key can hold."""

Limit = Annotated[int, QueryParameter(ge=1, le=LIMIT_MAX, description="How many at most.")]

_encode = msgspec.json.Encoder().encode


def listed(
    request: Request[Any, Any, Any], items: Sequence[T], next_query: dict[str, object] | None
) -> Response[list[T]]:
    """Returns the list with a link to the next page, or 304 if the caller has the same list."""
    body = _encode(items)
    headers = link_to(request, next_query)
    etag = etag_of(body, headers.get("Link", "").encode())
    headers["ETag"] = etag
    if is_known(request, etag):
        return JsonResponse(b"", status_code=304, headers=headers)
    return JsonResponse(body, headers=headers)


def link_to(
    request: Request[Any, Any, Any], next_query: dict[str, object] | None
) -> dict[str, str]:
    """Returns the header with a link to the next page (RFC 8288), or none after the last one."""
    if next_query is None:
        return {}
    path = quote(outside(request, request.scope["path"]), safe="/@")
    return {"Link": f'<{path}?{urlencode(next_query)}>; rel="next"'}


def etag_of(*parts: bytes) -> str:
    """Returns an ETag for these bytes."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(part)
    return f'"{digest.hexdigest()}"'


def is_known(request: Request[Any, Any, Any], etag: str) -> bool:
    """Whether the caller has this state (RFC 9110, 13.1.2)."""
    asked = request.headers.get("if-none-match")
    if asked is None:
        return False
    known = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return etag in known or "*" in known
