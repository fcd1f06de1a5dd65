"""The base path of the service, behind a proxy that also serves other things.

Routes do not contain it: it is removed from requests and added to the links in answers.
"""

from typing import Any

from litestar.connection import ASGIConnection

_KEY = "cruddur_base_path"


def take_off(scope: dict[str, Any], base_path: str) -> None:
    """Removes the base path from the scope. Another path stays, for requests without the proxy."""
    if not base_path:
        return
    scope[_KEY] = base_path
    path = scope["path"]
    if path == base_path or path.startswith(f"{base_path}/"):
        scope["path"] = path[len(base_path) :] or "/"
        scope["raw_path"] = scope["raw_path"].removeprefix(base_path.encode()) or b"/"


def outside(connection: ASGIConnection[Any, Any, Any, Any], path: str) -> str:
    """Returns the path by which a browser reaches one of ours."""
    return str(connection.scope.get(_KEY, "")) + path
