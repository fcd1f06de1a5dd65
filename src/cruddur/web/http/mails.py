"""Sends, beside the requests, the mails that were promised."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from litestar import Litestar

from cruddur.domain.errors import RateLimited, TableError
from cruddur.identity.mail_context import MailContext
from cruddur.identity.promise_digests import promise_digests
from cruddur.identity.send_mails import send_mails
from cruddur.logs import Log
from cruddur.messaging.people.find_digest import find_digest
from cruddur.ports.backoff import HALF_JITTER, Backoff
from cruddur.ports.beside import pause_until
from cruddur.ports.mailer import MailUnavailable
from cruddur.web.http.context import Context
from cruddur.web.http.rate_limits import Limit, Limits, Take

LONGEST_PAUSE_SECONDS = 60.0
"""How often a process looks for mails of another one, which may have died: one read unit each time."""

DIGEST_SECONDS = 600.0
"""How often a process looks whether it is time for a mail of what is unread, for anybody."""

_FIRST_PAUSE_SECONDS = 5.0
_HOUR_SECONDS = 3600.0
_AT_ONCE = 10
"""The part of an hour's mails that may go at once: the tenth of them."""

_log = Log()


@asynccontextmanager
async def mails_sent(app: Litestar) -> AsyncIterator[None]:
    """Sends mails while the application runs. One that is interrupted is due again a little later."""
    context: Context = app.state["context"]
    if context.mails is None:
        yield
        return
    _set_pace(context.mails, context.limits, context.settings.mails_per_hour)
    context.mails.unread = partial(find_digest, context.messaging)
    tasks = [
        asyncio.create_task(_always(context.mails, context.mail_promised)),
        asyncio.create_task(_look_after_unread(context.mails, context.mail_promised)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _set_pace(mails: MailContext, limits: Limits, per_hour: int) -> None:
    """Lets the service send so many mails an hour: all its processes together, if they share limits."""
    burst = max(1, per_hour // _AT_ONCE)
    limit = Limit("mails", burst=burst, seconds=_HOUR_SECONDS / per_hour)

    async def pace() -> float:
        try:
            await limits.take_together([Take(limit, "")])
        except RateLimited as error:
            return error.retry_after
        return 0.0

    mails.pace = pace


async def _always(mails: MailContext, promised: asyncio.Event) -> None:
    backoff = Backoff(_FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, jitter=HALF_JITTER)
    while True:
        promised.clear()
        pause = await _send(mails, backoff)
        await pause_until(promised, pause)


async def _look_after_unread(mails: MailContext, promised: asyncio.Event) -> None:
    """Promises mails of what stays unread. What fails is tried again at the next look."""
    while True:
        try:
            if await promise_digests(mails):
                promised.set()
        except TableError as error:
            _log.warning("mails of what is unread wait for the table", error=str(error))
        except Exception:  # noqa: BLE001  the task would end unnoticed
            _log.exception("a look for what is unread failed")
        await asyncio.sleep(DIGEST_SECONDS)


async def _send(mails: MailContext, backoff: Backoff) -> float:
    """Sends what is due. Returns the seconds until something is due again."""
    try:
        due = await send_mails(mails)
    except (MailUnavailable, TableError) as error:
        if isinstance(error, TableError):
            _log.warning("mails wait for the table", error=str(error))
        return backoff.next()
    except Exception:  # noqa: BLE001  the task would end unnoticed, and no mail would be sent any more
        _log.exception("a mail failed, and is tried again")
        return backoff.next()
    backoff.reset()
    return LONGEST_PAUSE_SECONDS if due is None else min(max(due, 1.0), LONGEST_PAUSE_SECONDS)
