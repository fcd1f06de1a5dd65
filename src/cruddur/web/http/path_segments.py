"""Lets a part of a path hold any text, slashes too, if it is percent-encoded (RFC 3986, 2.4)."""

from typing import Any
from urllib.parse import unquote

from litestar.connection import ASGIConnection

_USERS = b"/api/users/"
_KEY = "cruddur_segments"


def keep_slashes(scope: dict[str, Any]) -> None:
    """Makes an encoded slash in the id of a user no end of it, before the path is looked up.

    Servers decode the whole path, after which nobody can tell one slash from another.
    """
    raw: bytes = scope.get("raw_path") or b""
    if raw.startswith(_USERS) and b"%2f" in raw.lower():
        segments = [unquote(segment) for segment in raw.decode("ascii", "replace").split("/")]
        kept = [segment.replace("/", "%2F") for segment in segments]
        scope["path"] = "/".join(kept)
        scope[_KEY] = dict(zip(kept, segments, strict=True))


def decoded(connection: ASGIConnection[Any, Any, Any, Any], segment: str) -> str:
    """Returns the text of a part of the path, which the route got with its slashes encoded."""
    scope: Any = connection.scope
    text: str = scope.get(_KEY, {}).get(segment, segment)
    return text
