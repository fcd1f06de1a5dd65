"""HEAD is answered wherever GET is, without the body (RFC 9110, 9.3.2)."""

from typing import Any

from litestar import Litestar
from litestar.types import Message, Send


class HeadAndGet(Litestar):
    """Routes know GET only, so that none can forget the other; the server is told the rest."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            # A copy: to the server it is still HEAD.
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        await super().__call__(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def send_start(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            # Ended at once, and not when the body ends: an event stream never does.
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_start
