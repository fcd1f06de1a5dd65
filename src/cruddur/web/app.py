"""From use cases to a web application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import ControllerRouterHandler

import cruddur
from cruddur.config import Settings
from cruddur.identity.service import Identity
from cruddur.messaging.service import Messaging
from cruddur.table.metering import on_units
from cruddur.web import (
    accounts,
    events,
    health,
    message_groups,
    messages,
    pages,
    problems,
    sessions,
    static_files,
    users,
)
from cruddur.web.auth import COOKIE, PUBLIC
from cruddur.web.context import Context
from cruddur.web.door import admit, check_all_routes_have_the_door
from cruddur.web.head import HeadAndGet
from cruddur.web.json_answer import JsonAnswer
from cruddur.web.presence import Presence
from cruddur.web.rate_limits import Limits
from cruddur.web.schema_page import SchemaPage
from cruddur.web.security_headers import SecurityHeaders

BODY_MAX_BYTES = 64 * 1024
"""A message has 4 KiB at most; what is larger is an attack or a mistake."""

API: tuple[ControllerRouterHandler, ...] = (
    accounts.sign_up,
    accounts.me,
    sessions.open_session,
    sessions.close_session,
    users.short_user,
    users.search_users,
    message_groups.inbox,
    message_groups.start,
    message_groups.conversation,
    message_groups.rename,
    message_groups.add,
    message_groups.leave,
    message_groups.read,
    message_groups.typing,
    messages.send,
    messages.messages,
    messages.edit,
    messages.remove,
    events.events,
)
OTHERS: tuple[ControllerRouterHandler, ...] = (
    health.live,
    health.ready,
    health.metrics,
    pages.inbox_page,
    pages.conversation_page,
    pages.person_page,
    pages.sign_in_page,
    pages.sign_up_page,
    static_files.static_file,
)


def create_app(messaging: Messaging, identity: Identity, settings: Settings) -> Litestar:
    """The application; `app.state["context"]` holds its `Context`."""
    context = Context(
        messaging=messaging,
        identity=identity,
        settings=settings,
        limits=Limits(is_on=settings.rate_limits == "on"),
        presence=Presence(messaging),
    )
    context.metrics.open_streams = lambda: context.streams.count
    context.metrics.cache_reads = messaging.cache.figures
    context.metrics.events_published = lambda: getattr(messaging.bus, "published", 0)
    app = HeadAndGet(
        [Router("/api", route_handlers=list(API), response_class=JsonAnswer), *OTHERS],
        before_request=admit,
        exception_handlers=problems.HANDLERS,
        before_send=[SecurityHeaders(context)],
        request_max_body_size=BODY_MAX_BYTES,
        on_shutdown=[context.presence.close],
        lifespan=[_units_counted],
        openapi_config=_openapi(),
        logging_config=None,
        state=State({"context": context}, deep_copy=False),
    )
    check_all_routes_have_the_door(app)
    return app


@asynccontextmanager
async def _units_counted(app: Litestar) -> AsyncIterator[None]:
    stop = on_units(app.state["context"].metrics.spent)
    try:
        yield
    finally:
        stop()


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Cruddur Messages",
        version=cruddur.__version__,
        description=(
            "Direct messages: every message of a conversation has a number, 1, 2, 3 … without a "
            "gap. Errors are problem details (RFC 9457) with a stable `code`."
        ),
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
                "cookie": SecurityScheme(type="apiKey", name=COOKIE, security_scheme_in="cookie"),
            }
        ),
        security=[{"bearer": []}, {"cookie": []}],
        openapi_router=Router("/schema", route_handlers=[], opt=PUBLIC, include_in_schema=False),
        render_plugins=[SchemaPage()],
        use_handler_docstrings=True,
    )
