"""Health checks and metrics."""

from collections.abc import Sequence
from typing import Annotated, Literal

from litestar import Response, get
from litestar.connection import Request
from litestar.datastructures import State
from msgspec import Meta, Struct

from cruddur.domain.errors import TableError
from cruddur.domain.item import Key
from cruddur.ports.change_feed import ChangeFeeds, ConsumerState
from cruddur.web.api.openapi_responses import ANYBODY, problems
from cruddur.web.http.auth import COUNTS_ITSELF, PUBLIC
from cruddur.web.http.context import context_of
from cruddur.web.http.operators import check_operator

Anybody = Request[None, None, State]

_EXPOSITION = "text/plain; version=0.0.4"


class Health(Struct):
    """A short answer for monitoring."""

    status: Annotated[Literal["live", "ready"], Meta(description="That the service answers.")]


@get(
    "/health/live",
    opt=PUBLIC | COUNTS_ITSELF,
    security=ANYBODY,
    tags=["operation"],
    responses=problems(429),
    operation_id="isLive",
)
async def live() -> Health:
    """The process answers."""
    return Health("live")


@get(
    "/health/ready",
    opt=PUBLIC,
    security=ANYBODY,
    tags=["operation"],
    responses=problems(403, 429),
    operation_id="isReady",
)
async def ready(request: Anybody) -> Health:
    """The table answers, too. Without it, a load balancer should send requests elsewhere."""
    check_operator(request)
    await context_of(request).messaging.table.get(Key("HEALTH", "READY"))
    return Health("ready")


@get(
    "/metrics",
    opt=PUBLIC,
    security=ANYBODY,
    tags=["operation"],
    media_type=_EXPOSITION,
    responses=problems(403, 429),
)
async def metrics(request: Anybody) -> Response[bytes]:
    """Figures for Prometheus."""
    check_operator(request)
    context = context_of(request)
    context.metrics.consumers = await _consumers(context.feeds)
    return Response(context.metrics.exposition(), media_type=_EXPOSITION)


async def _consumers(feeds: ChangeFeeds | None) -> Sequence[ConsumerState]:
    try:
        return await feeds.states() if feeds is not None else ()
    except TableError:
        return ()  # the other figures are wanted most while the table is down
