"""Lets a command tell the running service that sessions have ended, or who has another name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from cruddur.bootstrap import Application
from cruddur.web.sse.encoding import encode_event
from cruddur.web.sse.ended_sessions import announce_on

_CONNECT_SECONDS = 2.0


@asynccontextmanager
async def announcing(application: Application) -> AsyncIterator[None]:
    """Publishes on the bus of the settings what happens within the context.

    If the bus cannot be reached in time, the service notices by the table.
    """
    bus = application.messaging.bus
    connected = getattr(bus, "connected", None)  # a bus in memory has no connection
    if connected is not None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_CONNECT_SECONDS):
                await connected.wait()
    application.identity.announce = partial(announce_on, bus)
    application.messaging.encode = encode_event
    yield
