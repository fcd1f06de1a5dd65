"""Builds the web application from the use cases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Self

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme, Server
from litestar.types import BeforeMessageSendHookHandler, LifespanHook

import cruddur
from cruddur.config import Settings, networks_of
from cruddur.identity.audit_trail import AuditTrail
from cruddur.identity.context import IdentityContext
from cruddur.identity.mail_context import MailContext
from cruddur.identity.secret import derivations
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.push.context import PushContext, push_context
from cruddur.ports.beside import running
from cruddur.ports.bus import Bus
from cruddur.ports.cache import Cache
from cruddur.ports.change_feed import ChangeFeeds
from cruddur.ports.limits import SharedLimits
from cruddur.ports.metering import on_units
from cruddur.ports.online import Online, OnlineHere
from cruddur.ports.outbound import Outbound
from cruddur.setting_texts import origins_in
from cruddur.web import api, pages, sse
from cruddur.web.api.openapi_document import JsonDocument, operation_id
from cruddur.web.http import problems
from cruddur.web.http.auth import COOKIE, HOST_COOKIE, PUBLIC
from cruddur.web.http.context import Context
from cruddur.web.http.cors import CrossOrigin, CrossOriginHeaders
from cruddur.web.http.erasures import erasures_carried_out
from cruddur.web.http.figures_log import figures_logged
from cruddur.web.http.guard import authorize_request, check_all_routes_are_guarded
from cruddur.web.http.held_events import HeldEvents
from cruddur.web.http.json_response import JsonResponse
from cruddur.web.http.log_throttle import LogThrottle
from cruddur.web.http.mails import mails_sent
from cruddur.web.http.presence import Presence
from cruddur.web.http.rate_limits import Limits
from cruddur.web.http.rendered_lists import RenderedLists
from cruddur.web.http.security_headers import SecurityHeaders
from cruddur.web.http.security_log import write_left_out
from cruddur.web.http.session_checks import SessionChecks
from cruddur.web.http.sweeps import messages_swept
from cruddur.web.pages.schema_page import SchemaPage
from cruddur.web.routes import routes_of
from cruddur.web.sse.asyncapi import AsyncApiDocument
from cruddur.web.sse.encoding import encode_event
from cruddur.web.sse.ended_sessions import ended_sessions_followed

BODY_MAX_BYTES = 64 * 1024
"""The largest body. A message has at most 4 KiB, so a larger body is a mistake or an attack."""


def make_context(
    messaging: MessagingContext,
    identity: IdentityContext,
    settings: Settings,
    shared_limits: SharedLimits | None = None,
    *,
    online: Online | None = None,
    cache: Cache | None = None,
    feeds: ChangeFeeds | None = None,
    outbound: Outbound | None = None,
    mails: MailContext | None = None,
) -> Context:
    """Returns what the routes of one application depend on.

    `feeds` are for figures only. The use cases publish their events as JSON from then on.
    """
    messaging.encode = encode_event
    context = Context(
        messaging=messaging,
        identity=identity,
        settings=settings,
        limits=Limits(is_on=settings.rate_limits == "on", shared=shared_limits),
        presence=Presence(messaging.bus, online or OnlineHere(), encode_event),
        session_checks=SessionChecks(identity, messaging.bus),
        log_throttle=LogThrottle(write_left_out),
        held_events=HeldEvents(messaging.bus),
        audit=AuditTrail(identity, settings.audit_days),
        push=_push(messaging, identity, settings, feeds),
        operator_networks=networks_of(settings),
        feeds=feeds,
        outbound=outbound,
        mails=mails,
        lists=RenderedLists(is_on=cache is not None and cache.is_on),
        origins=frozenset(origin.encode() for origin in origins_in(settings.allowed_origins)),
    )
    _connect_metrics(context, cache)
    return context


def create_app(context: Context) -> Litestar:
    """Returns the application whose routes use this context. It is `app.state["context"]`."""
    app = CrossOrigin(
        [_Routes("/", route_handlers=routes_of(api, sse, pages), response_class=JsonResponse)],
        before_request=authorize_request,
        exception_handlers=problems.HANDLERS,
        before_send=_hooks(context),
        request_max_body_size=BODY_MAX_BYTES,
        on_shutdown=_at_the_end(context),
        lifespan=_BESIDE,
        openapi_config=_openapi(context.settings.base_path),
        logging_config=None,
        state=State({"context": context}, deep_copy=False),
    )
    check_all_routes_are_guarded(app)
    return app


class _Routes(Router):
    """The routes of one application.

    Litestar copies each router that it is given, with all that its routes describe, since a router may
    be given to several applications. That copy took a third of the CPU of making an application.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def _push(
    messaging: MessagingContext,
    identity: IdentityContext,
    settings: Settings,
    feeds: ChangeFeeds | None,
) -> PushContext:
    derive = derivations(identity.secret, identity.secret_before)
    return push_context(messaging, settings, derive, feeds)


def _connect_metrics(context: Context, cache: Cache | None) -> None:
    bus = context.messaging.bus
    context.metrics.open_streams = lambda: context.streams.count
    context.metrics.open_connections = lambda: len(context.connections)
    context.metrics.refused = lambda: context.connections.refused
    if cache is not None:
        context.metrics.cache_reads = cache.figures
        context.metrics.is_cache_there = partial(_is_there, cache)
    context.metrics.is_bus_connected = partial(_is_connected, bus)
    if context.mails is not None:
        context.metrics.mails = context.mails.outcomes.copy
    context.metrics.rows_put_aside = lambda: context.messaging.rows_put_aside
    context.metrics.events_published = lambda: getattr(bus, "published", 0)
    context.metrics.events_refused = lambda: getattr(bus, "refused", 0)


def _at_the_end(context: Context) -> list[LifespanHook]:
    return [
        context.presence.close,
        context.session_checks.close,
        context.log_throttle.end_minute,
    ]


def _is_connected(bus: Bus) -> bool:
    connected = getattr(bus, "connected", None)  # a bus in memory has no connection
    return connected is None or connected.is_set()


def _is_there(cache: Cache) -> bool:
    circuit = getattr(cache, "circuit", None)
    return circuit is None or not circuit.is_open


def _hooks(context: Context) -> list[BeforeMessageSendHookHandler]:
    # Each hook runs for each part of each answer: one without work is left out.
    origins = [CrossOriginHeaders(context)] if context.origins else []
    return [SecurityHeaders(context), *origins]


@asynccontextmanager
async def _units_counted(app: Litestar) -> AsyncIterator[None]:
    stop = on_units(app.state["context"].metrics.spent)
    try:
        yield
    finally:
        stop()


@asynccontextmanager
async def _audit_written(app: Litestar) -> AsyncIterator[None]:
    audit = app.state["context"].audit
    try:
        async with running(audit.write_always()):
            yield
    finally:
        await audit.close()


_BESIDE = [
    _units_counted,
    figures_logged,
    ended_sessions_followed,
    erasures_carried_out,
    mails_sent,
    messages_swept,
    _audit_written,
]
"""What runs beside the requests."""


def _openapi(base_path: str) -> OpenAPIConfig:
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
                "key": SecurityScheme(
                    type="http", scheme="bearer", description="A host's key: `cruddur keys add`."
                ),
                "cookie": SecurityScheme(
                    type="apiKey",
                    name=COOKIE,
                    security_scheme_in="cookie",
                    description=f"Behind TLS and without a base path its name is `{HOST_COOKIE}`.",
                ),
            }
        ),
        servers=[Server(url=base_path or "/")],
        security=[{"bearer": []}, {"cookie": []}],
        openapi_router=Router("/schema", route_handlers=[], opt=PUBLIC, include_in_schema=False),
        render_plugins=[SchemaPage(), JsonDocument(), AsyncApiDocument()],
        operation_id_creator=operation_id,
        use_handler_docstrings=True,
    )
