"""`/embed`: for pages of other products, the page in a frame, and the client that they import."""

from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter, QueryParameter

from cruddur.domain.errors import NOTHING_HERE, NotFound
from cruddur.setting_texts import origins_in
from cruddur.web.api.health import Anybody
from cruddur.web.http.auth import COUNTS_ITSELF, PUBLIC
from cruddur.web.http.base_path import outside
from cruddur.web.http.client_files import CLIENT, find_client_file
from cruddur.web.http.context import context_of
from cruddur.web.http.look import THEMES, Look
from cruddur.web.http.security_headers import content_security_policy
from cruddur.web.http.templates import render_below
from cruddur.web.pages.pages import nothing_shown, page_response
from cruddur.web.pages.static_files import FOR_A_YEAR, asset_response

_SHOWN = ("both", "inbox", "conversation")


@get("/embed", opt=PUBLIC, include_in_schema=False)
async def framed_page(
    request: Anybody,
    show: Annotated[str, QueryParameter(description="both, inbox or conversation.")] = _SHOWN[0],
    theme: Annotated[str, QueryParameter(description="system, light or dark.")] = THEMES[0],
) -> Response[bytes]:
    """The page without anybody's messages, for the frame of a host that says whose it is."""
    context = context_of(request)
    frames = origins_in(context.settings.frames)
    if not frames:
        raise NotFound(NOTHING_HERE, "No other page may show this one: CRUDDUR_FRAMES names none.")
    shown = {
        **nothing_shown(context),
        "frames": frames,
        "show": show if show in _SHOWN else _SHOWN[0],
    }
    look = Look(theme if theme in THEMES else THEMES[0])
    html = render_below(outside(request, ""), "messages.html", look, **shown)
    page = page_response(request, html)
    page.headers["Content-Security-Policy"] = content_security_policy(*frames)
    return page


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
