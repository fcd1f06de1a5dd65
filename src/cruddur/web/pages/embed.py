"""`/embed`: for pages of other products, the client that they import."""

from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter

from cruddur.domain.errors import NOTHING_HERE, NotFound
from cruddur.web.api.health import Anybody
from cruddur.web.http.auth import COUNTS_ITSELF, PUBLIC
from cruddur.web.http.client_files import CLIENT, find_client_file
from cruddur.web.pages.static_files import FOR_A_YEAR, asset_response


@get("/embed/{file:str}", opt=PUBLIC | COUNTS_ITSELF, include_in_schema=False)
async def client_file(
    request: Anybody, file: Annotated[str, PathParameter(description="v1.js, or a part of it.")]
) -> Response[bytes]:
    """The client, or a part of it. Any page may load them: nothing of anybody is in them."""
    asset = find_client_file(file)
    if asset is None:
        raise NotFound(NOTHING_HERE, "There is no such file.")
    answer = await asset_response(request, asset, "no-cache" if file == CLIENT else FOR_A_YEAR)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
