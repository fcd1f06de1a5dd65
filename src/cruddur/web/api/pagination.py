"""Lists: their limits, their `Link` to the next page, and 304 for who has the same already."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request, Response
from litestar.params import QueryParameter

from cruddur.web.json_answer import JsonAnswer

T = TypeVar("T")

LIMIT_DEFAULT = 20
LIMIT_MAX = 100
SEQ_MAX = 10**12 - 1
"""The greatest number that the table's keys can hold."""

Limit = Annotated[int, QueryParameter(ge=1, le=LIMIT_MAX, description="How many at most.")]

_encode = msgspec.json.Encoder().encode


def listed(
    request: Request[Any, Any, Any], shapes: Sequence[T], next_query: dict[str, object] | None
) -> Response[list[T]]:
    """The list, with a link to the page that follows, unless the caller holds the same already."""
    body = _encode(shapes)
    headers = {}
    if next_query is not None:
        path = quote(request.scope["path"], safe="/@")
        headers["Link"] = f'<{path}?{urlencode(next_query)}>; rel="next"'
    etag = etag_of(body, headers.get("Link", "").encode())
    headers["ETag"] = etag
    if is_known(request, etag):
        return JsonAnswer(b"", status_code=304, headers=headers)
    return JsonAnswer(body, headers=headers)


def etag_of(*parts: bytes) -> str:
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(part)
    return f'"{digest.hexdigest()}"'


def is_known(request: Request[Any, Any, Any], etag: str) -> bool:
    """Whether the caller says that it has this state (RFC 9110, 13.1.2)."""
    asked = request.headers.get("if-none-match")
    if asked is None:
        return False
    known = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return etag in known or "*" in known
