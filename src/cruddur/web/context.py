"""What the routes need, in one hand, and how they get at it."""

from dataclasses import dataclass, field
from typing import cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State

from cruddur.config import Settings
from cruddur.identity.service import Identity, Session
from cruddur.messaging.service import Messaging
from cruddur.model import User
from cruddur.web.metrics import Metrics
from cruddur.web.presence import Presence
from cruddur.web.rate_limits import Limits
from cruddur.web.streams import Streams

Caller = Request[User, Session, State]
"""A request of somebody who is signed in: `user` is who, `auth` their session."""


@dataclass(slots=True)
class Context:
    """Made once by `create_app`."""

    messaging: Messaging
    identity: Identity
    settings: Settings
    limits: Limits
    presence: Presence
    metrics: Metrics = field(default_factory=Metrics)
    streams: Streams = field(default_factory=Streams)
    heartbeat_seconds: float = 15.0
    """How often an event stream shows that it lives, and looks whether it still may."""


def context_of(connection: ASGIConnection) -> Context:  # type: ignore[type-arg]  # any connection
    return cast(Context, connection.app.state["context"])
