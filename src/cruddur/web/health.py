"""Whether the service lives, is ready, and how it does."""

from litestar import Response, get
from litestar.connection import Request
from litestar.datastructures import State
from msgspec import Struct

from cruddur.messaging.ports import Key
from cruddur.web.auth import PUBLIC
from cruddur.web.context import context_of
from cruddur.web.openapi_words import ANYBODY

Anybody = Request[None, None, State]

_EXPOSITION = "text/plain; version=0.0.4"


class Health(Struct):
    """A short answer for whoever watches."""

    status: str


@get("/health/live", opt=PUBLIC, security=ANYBODY, tags=["operation"])
async def live() -> Health:
    """The process answers."""
    return Health("live")


@get("/health/ready", opt=PUBLIC, security=ANYBODY, tags=["operation"])
async def ready(request: Anybody) -> Health:
    """The table answers too: without it, requests are better sent elsewhere."""
    await context_of(request).messaging.table.get(Key("HEALTH", "READY"))
    return Health("ready")


@get("/metrics", opt=PUBLIC, security=ANYBODY, tags=["operation"], media_type=_EXPOSITION)
async def metrics(request: Anybody) -> Response[bytes]:
    """Figures for Prometheus."""
    return Response(context_of(request).metrics.exposition(), media_type=_EXPOSITION)
