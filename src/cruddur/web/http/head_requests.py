"""Answers HEAD for every route that answers GET, without the body (RFC 9110, 9.3.2)."""

from typing import Any

from litestar import Litestar
from litestar.types import Message, Send

from cruddur.web.http.base_path import take_off
from cruddur.web.http.path_segments import keep_slashes


class HeadAndGet(Litestar):
    """Turns HEAD into GET before routing, and announces both as allowed methods."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            take_off(scope, self.state["context"].settings.base_path)
            keep_slashes(scope)
        if scope["type"] == "http" and scope["method"] == "HEAD":
            # The scope is copied, since it remains HEAD for the server.
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        await super().__call__(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def send_start(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            # The answer ends here and not with the body, since an event stream never ends.
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_start
