"""The dependencies of the routes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State

from cruddur.config import Network, Settings
from cruddur.domain.host_key import HostKey
from cruddur.domain.model import User
from cruddur.identity.audit_trail import AuditTrail
from cruddur.identity.context import IdentityContext, Session
from cruddur.identity.mail_context import MailContext
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.push.context import PushContext
from cruddur.ports.change_feed import ChangeFeeds
from cruddur.ports.outbound import Outbound
from cruddur.web.http.connections import Bounds, Connections
from cruddur.web.http.count_seconds import CountSeconds
from cruddur.web.http.held_events import HeldEvents
from cruddur.web.http.log_throttle import LogThrottle
from cruddur.web.http.metrics import Metrics
from cruddur.web.http.presence import Presence
from cruddur.web.http.rate_limits import Limits
from cruddur.web.http.rendered_lists import RenderedLists
from cruddur.web.http.session_checks import SessionChecks
from cruddur.web.http.sse_connections import LOOK_AGAIN_AFTER, FlushQueue, Heartbeats, Streams
from cruddur.web.http.wanted_sweeps import WantedSweeps

HostCaller = Request[None, HostKey, State]
"""A request of a host's back end: `auth` is its key."""

Caller = Request[User, Session, State]
"""An authenticated request: `user` is the user, `auth` their session."""


@dataclass(slots=True)
class Context:
    """The dependencies of the routes. `make_context` makes one."""

    messaging: MessagingContext
    identity: IdentityContext
    settings: Settings
    limits: Limits
    presence: Presence
    session_checks: SessionChecks
    log_throttle: LogThrottle
    held_events: HeldEvents
    audit: AuditTrail
    push: PushContext
    origins: frozenset[bytes] = frozenset()
    """The other origins whose pages may call the API."""
    feeds: ChangeFeeds | None = None
    """The consumers of the table's change feed; None where nobody asks for them, as in tests."""
    outbound: Outbound | None = None
    """What calls addresses that somebody gave; None where nobody asks for it, as in tests."""
    mails: MailContext | None = None
    """What sends mails; None where no mail server is named."""
    mail_promised: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a mail was promised, so that it is sent at once."""
    lists: RenderedLists = field(default_factory=RenderedLists)
    metrics: Metrics = field(default_factory=Metrics)
    streams: Streams = field(default_factory=Streams)
    flush_queue: FlushQueue = field(default_factory=FlushQueue)
    heartbeats: Heartbeats = field(default_factory=Heartbeats)
    erasure_begun: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when somebody is to be erased, so that it is carried out at once."""
    sweeps: WantedSweeps = field(default_factory=WantedSweeps)
    """The conversations whose messages are to be removed soon."""
    operator_networks: Sequence[Network] = ()
    connections: Connections = field(default_factory=lambda: Connections(Bounds()))
    """The connections of the server; None without a server, as in tests."""
    figures_seconds: float = 60.0
    """The seconds between two lines of figures in the log. CloudWatch keeps a value a minute."""
    look_again_after: Sequence[float] = LOOK_AGAIN_AFTER
    """The pauses of a resumed stream before each search for late events, in seconds."""
    unread_seconds: CountSeconds = field(default_factory=CountSeconds)


def context_of(connection: ASGIConnection) -> Context:  # type: ignore[type-arg]  # any connection
    """Returns the context of the connection's application."""
    return cast(Context, connection.app.state["context"])
