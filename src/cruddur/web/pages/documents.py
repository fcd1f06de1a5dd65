"""`/docs` and `/llms.txt`: the documentation of this very version, as Markdown."""

from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter
from litestar.response import Redirect

from cruddur.domain.errors import NOTHING_HERE, NotFound
from cruddur.web.api.health import Anybody
from cruddur.web.http.assets import make_asset
from cruddur.web.http.auth import PUBLIC
from cruddur.web.http.base_path import outside
from cruddur.web.http.documents import find_document, llms_txt
from cruddur.web.pages.static_files import asset_response

_INDEX = "/llms.txt"


@get(_INDEX, opt=PUBLIC, include_in_schema=False)
async def list_documents(request: Anybody) -> Response[bytes]:
    """All pages, for programs that read (llmstxt.org), and for people."""
    asset = make_asset("llms.txt", llms_txt(outside(request, "")))
    return await asset_response(request, asset, "no-cache")


@get("/docs", opt=PUBLIC, include_in_schema=False)
async def documents(request: Anybody) -> Response[bytes]:
    """The list of all pages."""
    return Redirect(outside(request, _INDEX))


@get("/docs/{path:path}", opt=PUBLIC, include_in_schema=False)
async def document(
    request: Anybody, path: Annotated[str, PathParameter(description="Below the folder docs.")]
) -> Response[bytes]:
    """One page."""
    asset = find_document(str(path).lstrip("/"))
    if asset is None:
        raise NotFound(NOTHING_HERE, "There is no such page.")
    return await asset_response(request, asset, "no-cache")
