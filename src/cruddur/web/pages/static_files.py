"""The pages' static files, from memory."""

from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter

from cruddur.domain.errors import NOTHING_HERE, NotFound
from cruddur.web.api.health import Anybody
from cruddur.web.api.pagination import is_known
from cruddur.web.http.assets import Asset, find_asset
from cruddur.web.http.auth import COUNTS_ITSELF, PUBLIC
from cruddur.web.http.compression import coding_for
from cruddur.web.http.security_headers import IS_PART_OF_A_PAGE

FOR_A_YEAR = "public, max-age=31536000, immutable"
"""Of a file whose name has the hash of its content."""

_ICON = "image/svg+xml"
_PARTS_OF_PAGES = ("text/javascript", "text/css", _ICON)
_OF_AN_ICON = {"Content-Security-Policy": "default-src 'none'"}
"""Opened by itself an icon is a document. It may load and run nothing, in fewer bytes than a page."""


@get("/static/{path:path}", opt=PUBLIC | COUNTS_ITSELF, include_in_schema=False)
async def static_file(
    request: Anybody, path: Annotated[str, PathParameter(description="Below the folder static.")]
) -> Response[bytes]:
    """One file. A name with the hash of its content is kept for a year; others are asked for again."""
    found = find_asset(str(path).lstrip("/"))
    if found is None:
        raise NotFound(NOTHING_HERE, "There is no such file.")
    asset, is_hashed = found
    if is_hashed and asset.media_type.startswith(_PARTS_OF_PAGES):
        request.scope[IS_PART_OF_A_PAGE] = True  # type: ignore[literal-required]  # our own key
    answer = await asset_response(request, asset, FOR_A_YEAR if is_hashed else "no-cache")
    if asset.media_type.startswith(_ICON):
        answer.headers.update(_OF_AN_ICON)
    return answer


async def asset_response(request: Anybody, asset: Asset, cache_control: str) -> Response[bytes]:
    """Returns the answer with a file, compressed if the client takes that; 304 if it has the file."""
    headers = {
        "ETag": f'"{asset.digest}"',
        "Cache-Control": cache_control,
        "Vary": "Accept-Encoding",
    }
    content, coding = asset.content, coding_for(request)
    if coding is not None and (compressed := await asset.compressed(coding)) is not None:
        content = compressed
        # Another representation has another tag (RFC 9110, 8.8.3.3).
        headers |= {"Content-Encoding": coding, "ETag": f'"{asset.digest}-{coding}"'}
    if is_known(request, headers["ETag"]):
        return Response(b"", status_code=304, headers=headers)
    return Response(content, media_type=asset.media_type, headers=headers)
