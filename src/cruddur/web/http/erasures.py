"""Carries out, beside the requests, the erasures of people that have begun."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from cruddur.domain.errors import TableError
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.people.continue_erasures import continue_erasures
from cruddur.ports.beside import pause_until, running
from cruddur.web.http.context import Context

LONGEST_PAUSE_SECONDS = 300.0
"""How often a process looks for erasures that another one has begun: half a read unit each time."""

_OUTAGE_SECONDS = 10.0
_log = Log()


@asynccontextmanager
async def erasures_carried_out(app: Litestar) -> AsyncIterator[None]:
    """Goes on with erasures while the application runs. What is interrupted is continued by the next."""
    context: Context = app.state["context"]
    async with running(_always(context.messaging, context.erasure_begun)):
        yield


async def _always(messaging: MessagingContext, begun: asyncio.Event) -> None:
    while True:
        begun.clear()
        pause = await _continue(messaging)
        await pause_until(begun, pause)


async def _continue(messaging: MessagingContext) -> float:
    try:
        due = await continue_erasures(messaging)
    except TableError as error:
        _log.warning("erasures wait for the table", error=str(error))
        return _OUTAGE_SECONDS
    except Exception:  # noqa: BLE001  the task would end unnoticed, and nobody would be erased any more
        _log.exception("an erasure failed, and is tried again")
        return _OUTAGE_SECONDS
    return LONGEST_PAUSE_SECONDS if due is None else min(due, LONGEST_PAUSE_SECONDS)
