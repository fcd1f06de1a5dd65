"""The service worker: the script that a browser keeps, and runs also while no page is open.

It has the shell in it, the page of messages without anybody's: both are always of one version.
"""

import json
from functools import lru_cache

from litestar import Response, get

from cruddur.web.api.health import Anybody
from cruddur.web.http.assets import Asset, asset_path, make_asset, part_paths
from cruddur.web.http.auth import COUNTS_ITSELF, PUBLIC
from cruddur.web.http.base_path import outside
from cruddur.web.http.bundles import STATIC, join_modules
from cruddur.web.http.content_hash import content_hash
from cruddur.web.http.context import context_of
from cruddur.web.http.look import Look
from cruddur.web.http.security_headers import CONTENT_SECURITY_POLICY
from cruddur.web.http.templates import render_below
from cruddur.web.pages.pages import nothing_shown
from cruddur.web.pages.static_files import asset_response

_FILES = (
    "css/messages.css",
    "css/later.css",
    "dialogs.html",
    "js/main.js",
    "icons/cruddur.svg",
    "icons/cruddur-unread.svg",
)


@get("/service-worker.js", opt=PUBLIC | COUNTS_ITSELF, include_in_schema=False)
async def service_worker(request: Anybody) -> Response[bytes]:
    """The script. It lies beside the pages, since a browser lets it serve only what is below it."""
    base, shown = outside(request, ""), nothing_shown(context_of(request))
    shell = render_below(base, "messages.html", Look(), **{**shown, "is_shell": True})
    # Asked for at each look: browsers compare it byte by byte, and a changed one takes over.
    return await asset_response(request, _script(base, shell), "no-cache")


@lru_cache(maxsize=4)  # one base path and one shell for each process
def _script(base: str, shell: bytes) -> Asset:
    paths = [*map(asset_path, _FILES), *part_paths()]
    worker = join_modules("worker", STATIC / "worker").script
    told = {
        "html": shell.decode(),
        "files": [base + path for path in paths],
        "policy": CONTENT_SECURITY_POLICY,
    }
    version = content_hash(json.dumps([told, worker]).encode())
    prelude = f"self.cruddurShell={json.dumps({'version': version, **told})};\n"
    return make_asset("service-worker.js", (prelude + worker).encode())
