"""Builds the application from the settings. Only this folder chooses engines."""

import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from cruddur.bootstrap.buses import open_bus, open_hub
from cruddur.bootstrap.caches import generation_cache, open_cache, open_momento
from cruddur.bootstrap.folders import open_to_others, secret_before_of, secret_of
from cruddur.bootstrap.issuers import open_issuers
from cruddur.bootstrap.limits import open_limits
from cruddur.bootstrap.mail import open_mail
from cruddur.bootstrap.on_demand import OutboundOnDemand
from cruddur.bootstrap.online import open_online
from cruddur.bootstrap.tables import (
    forget_what_others_write,
    is_local,
    open_engine,
    open_table,
    require_our_layout,
    require_table,
    write_with_rows,
)
from cruddur.config import Settings, refuse_lone_memory
from cruddur.domain.checked_texts import declare_message_limit
from cruddur.domain.session import SessionLimits
from cruddur.identity.cached_user import with_cached_user
from cruddur.identity.context import IdentityContext
from cruddur.identity.mail_context import MailContext
from cruddur.identity.secret import SECRET_BYTES
from cruddur.messaging.cached.with_cache import with_cache
from cruddur.messaging.change_tails import ChangeTails
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.tails import Tails
from cruddur.ports.bus import Event
from cruddur.ports.cache import Cache
from cruddur.ports.change_feed import ChangeFeed, ChangeFeeds
from cruddur.ports.clock import utc_now
from cruddur.ports.limits import SharedLimits
from cruddur.ports.online import Online
from cruddur.ports.outbound import Outbound

__all__ = [
    "Application",
    "generation_cache",
    "is_local",
    "open_application",
    "open_cache",
    "open_hub",
    "open_momento",
    "open_table",
    "open_to_others",
    "require_our_layout",
    "require_table",
]


@dataclass(frozen=True, slots=True)
class Application:
    """What an entry point needs: the contexts of the use cases, and the change feeds.

    `feed` is the projector's, `feeds` those of all consumers.
    """

    settings: Settings
    messaging: MessagingContext
    identity: IdentityContext
    feed: ChangeFeed
    feeds: ChangeFeeds
    cache: Cache
    online: Online
    outbound: Outbound
    limits: SharedLimits | None = None
    """The rate limits that processes share, if the settings name an engine for them."""
    mails: MailContext | None = None
    """What sends mails, if the settings name a mail server."""


@asynccontextmanager
async def open_application(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    hub: socket.socket | None = None,
    bulk: bool = False,
    reads_only: bool = False,
    has_demo: bool = False,
) -> AsyncIterator[Application]:
    """Opens the engines that the settings name, and closes them at the end. Raises WrongSetting.

    A worker process passes its socket to the `hub`, which carries events between workers. With `bulk`,
    throttled calls wait longer before they fail. With `reads_only` no secret is loaded: nobody can
    sign in, and the folder may not be allowed to hold one.
    """
    refuse_lone_memory(settings, is_local=is_local(settings))
    table, feed, feeds = await open_engine(settings, bulk=bulk, reads_only=reads_only)
    async with AsyncExitStack() as opened:
        opened.push_async_callback(table.close)
        secret = secrets.token_bytes(SECRET_BYTES) if reads_only else secret_of(settings)
        tails, change_tails = Tails(), ChangeTails()
        bus = open_bus(settings, hub, secret, _noting(tails, change_tails))
        opened.push_async_callback(bus.close)
        # With a random secret the cache would store entries that no other process can read.
        known = None if reads_only else secret
        cache = await opened.enter_async_context(open_cache(settings, known))
        limits = await opened.enter_async_context(open_limits(settings, secret))
        online = await opened.enter_async_context(open_online(settings, secret))
        outbound = OutboundOnDemand(settings)
        opened.push_async_callback(outbound.close)
        if settings.cache == "memory":
            forget_what_others_write(table, cache)
        limit = _message_limit(settings)
        messaging = MessagingContext(table, bus, clock, limit, tails, change_tails)
        messaging.who_may_write = settings.who_may_write
        messaging.retention_days = settings.retention_days
        if cache.is_on:
            with_cache(messaging, cache)
        else:
            # Not with a cache: after a crash, the projector invalidates what a message has made wrong.
            write_with_rows(messaging, table)
        identity = IdentityContext(messaging.table, secret, clock, has_demo=has_demo)
        _set_tokens(identity, settings, reads_only=reads_only)
        opened.push_async_callback(identity.issuers.close)
        if cache.is_on:
            with_cached_user(identity, cache)
        mails = await opened.enter_async_context(open_mail(settings, identity))
        yield Application(
            settings, messaging, identity, feed, feeds, cache, online, outbound, limits, mails
        )


def _noting(tails: Tails, change_tails: ChangeTails) -> Callable[[Event], None]:
    def note(event: Event) -> None:
        tails.on_event(event)
        change_tails.on_event(event)

    return note


def _set_tokens(identity: IdentityContext, settings: Settings, *, reads_only: bool) -> None:
    identity.secret_before = None if reads_only else secret_before_of(settings)
    identity.audience = settings.audience
    identity.provisions = settings.provision == "on"
    identity.session_limits = SessionLimits(
        timedelta(hours=settings.session_hours), timedelta(minutes=settings.session_idle_minutes)
    )
    if not reads_only:
        identity.issuers = open_issuers(settings, identity.clock)


def _message_limit(settings: Settings) -> int:
    declare_message_limit(settings.message_max_chars)
    return settings.message_max_chars
