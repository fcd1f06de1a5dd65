"""Removes, beside the requests, the messages that are too old to be kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from cruddur.domain.errors import ApiError, TableError
from cruddur.logs import Log
from cruddur.messaging.access import find_group
from cruddur.messaging.inbox.sweep_messages import sweep_conversation
from cruddur.messaging.inbox.sweep_when_due import sweep_when_due
from cruddur.ports.beside import pause_until, running
from cruddur.web.http.context import Context

LONGEST_PAUSE_SECONDS = 600.0
"""How often a process asks whether a sweep is due: half a read unit each time."""

_OUTAGE_SECONDS = 60.0
_log = Log()


@asynccontextmanager
async def messages_swept(app: Litestar) -> AsyncIterator[None]:
    """Sweeps once a day while the application runs, and soon where a group has got a shorter rule."""
    context: Context = app.state["context"]
    async with running(_always(context)):
        yield


async def _always(context: Context) -> None:
    while True:
        pause = await _sweep(context)
        await pause_until(context.sweeps.has_some, pause)


async def _sweep(context: Context) -> float:
    messaging = context.messaging
    try:
        for uuid in context.sweeps.take():
            group = await find_group(messaging, uuid)
            if group is not None:
                await sweep_conversation(messaging, group)
        return min(await sweep_when_due(messaging), LONGEST_PAUSE_SECONDS)
    except (ApiError, TableError) as error:
        _log.warning("a sweep waits for the table", error=repr(error))
    except Exception:  # noqa: BLE001  the task would end unnoticed, and nothing would be removed any more
        _log.exception("a sweep failed, and is tried again")
    return _OUTAGE_SECONDS
