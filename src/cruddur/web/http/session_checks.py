"""Asks the table whether the sessions of open streams still hold.

A session ends by an event, which each process with a stream of it hears. The table is asked in case the
event was lost: rarely while events of other processes arrive, and more often while they do not.
"""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

from cruddur.domain.errors import ApiError, TableError
from cruddur.identity.check_open_stream import check_account, check_token
from cruddur.identity.context import IdentityContext
from cruddur.ports.bus import Bus
from cruddur.web.http.sse_connections import OpenStream

_AT_ONCE = 8


@dataclass(slots=True)
class CheckSeconds:
    """The seconds before a check of a session: the first one, and each later one.

    The first one follows soon: a request may have been admitted by what this process remembered of the
    session for a minute, when the event of its end had come before. `alone` counts while events of other
    processes do not arrive, `connected` while they do.
    """

    first: float = 60.0
    connected: float = 3600.0
    alone: float = 600.0


class SessionChecks:
    """Checks the sessions of streams, and ends the streams whose session is over."""

    def __init__(self, identity: IdentityContext, bus: Bus) -> None:
        self._identity = identity
        self._bus = bus
        self._waiting: deque[tuple[OpenStream, int]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self.seconds = CheckSeconds()

    def seconds_until(self, number: int) -> float:
        """The seconds before check `number` of a stream; the numbers begin at 0."""
        if number == 0:
            return self.seconds.first
        return self.seconds.connected if self._bus.reaches_others else self.seconds.alone

    def add(self, stream: OpenStream, number: int) -> None:
        """Lets the session of the stream be checked soon."""
        self._waiting.append((stream, number))
        if len(self._tasks) < _AT_ONCE:
            task = asyncio.create_task(self._run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stops checking."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        while self._waiting:
            stream, number = self._waiting.popleft()
            # One item is read at a time: the token's revocation and the account in turn.
            check = check_account if number % 2 else check_token
            try:
                # A store that does not answer is no reason to end what was allowed a while ago.
                with suppress(TableError):
                    await check(self._identity, stream.session)
            except ApiError:
                stream.end()
