"""The service worker: the script that a browser keeps, and runs also while no page is open."""

from functools import cache

from litestar import Response, get

from cruddur.web.api.health import Anybody
from cruddur.web.api.pagination import is_known
from cruddur.web.http.auth import COUNTS_ITSELF, PUBLIC
from cruddur.web.http.bundles import STATIC, content_hash, join_modules


@get("/service-worker.js", opt=PUBLIC | COUNTS_ITSELF, include_in_schema=False)
async def service_worker(request: Anybody) -> Response[bytes]:
    """The script. It lies beside the pages, since a browser lets it serve only what is below it."""
    script = _script()
    # Asked for at each look: browsers compare it byte by byte, and a changed one takes over.
    headers = {"ETag": f'"{content_hash(script)}"', "Cache-Control": "no-cache"}
    if is_known(request, headers["ETag"]):
        return Response(b"", status_code=304, headers=headers)
    return Response(script, media_type="text/javascript", headers=headers)


@cache
def _script() -> bytes:
    return join_modules("worker", STATIC / "worker").script.encode()
