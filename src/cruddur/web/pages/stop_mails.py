"""`/stop-mails/…`: the link by which somebody stops mails of what stays unread, without signing in."""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import PathParameter

from cruddur.identity.digests import stop_digests, user_of_stop_token
from cruddur.web.api.health import Anybody
from cruddur.web.http import templates
from cruddur.web.http.auth import PUBLIC
from cruddur.web.http.context import context_of
from cruddur.web.http.security_log import record

Token = Annotated[str, PathParameter(description="The link's.", max_length=128)]


@get("/stop-mails/{token:str}", opt=PUBLIC, include_in_schema=False)
async def stop_mails_page(request: Anybody, token: Token) -> Response[bytes]:
    """The button that stops the mails. Programs that open the links of a mail stop nothing by this."""
    user_of_stop_token(context_of(request).identity, token)
    return _page(request, done=False)


@post("/stop-mails/{token:str}", opt=PUBLIC, include_in_schema=False, status_code=200)
async def stop_mails(request: Anybody, token: Token) -> Response[bytes]:
    """Stops the mails: for the button, and for mailboxes that do it by one click (RFC 8058, 3.2)."""
    identity = context_of(request).identity
    user_uuid = user_of_stop_token(identity, token)
    await stop_digests(identity, user_uuid)
    record(request, "digest_changed", user_uuid=user_uuid, digest=False)
    return _page(request, done=True)


def _page(request: Anybody, *, done: bool) -> Response[bytes]:
    page = templates.render(request, "stop_mails.html", done=done)
    # The address has a token, of which no page that follows may learn.
    return Response(page, media_type=templates.HTML, headers={"Referrer-Policy": "no-referrer"})
