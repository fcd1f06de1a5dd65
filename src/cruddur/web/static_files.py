"""The page's files, straight from memory. No build step: names stay, so caches ask each time."""

import mimetypes
from pathlib import Path
from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter

from cruddur.errors import NotFound
from cruddur.web.auth import PUBLIC
from cruddur.web.health import Anybody
from cruddur.web.lists import etag_of, is_known

_ROOT = (Path(__file__).parent / "static").resolve()
_TYPES = {
    ".js": "text/javascript",  # modules are refused under any other type
    ".css": "text/css",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
}

_files: dict[Path, tuple[int, bytes, str]] = {}


@get("/static/{path:path}", opt=PUBLIC, include_in_schema=False)
async def static_file(
    request: Anybody, path: Annotated[str, PathParameter(description="Below the folder static.")]
) -> Response[bytes]:
    """One file."""
    content, etag, media_type = _load(str(path).lstrip("/"))
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if is_known(request, etag):
        return Response(b"", status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def _load(name: str) -> tuple[bytes, str, str]:
    file = _find(name)
    changed = file.stat().st_mtime_ns
    known = _files.get(file)
    if known is None or known[0] != changed:
        content = file.read_bytes()
        known = _files[file] = (changed, content, etag_of(content))
    suffix = file.suffix
    media_type = _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    return known[1], known[2], media_type


def _find(name: str) -> Path:
    try:
        file = (_ROOT / name).resolve()
        is_file = file.is_file()
    except (OSError, ValueError):  # names that no file can have: a NUL in them, or too long
        raise _not_found() from None
    # Resolved first: no dots and no link may lead out of the folder.
    if not file.is_relative_to(_ROOT) or not is_file:
        raise _not_found()
    return file


def _not_found() -> NotFound:
    return NotFound("not_found", "There is no such file.")
