"""A value that somebody else publishes: fetched once for all who wait, kept, and fetched anew later."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar

from cruddur.domain.errors import Busy
from cruddur.logs import Log
from cruddur.ports.issuer_http import IssuerUnreachable

T = TypeVar("T")

_FRESH_SECONDS = 3600.0
_PAUSE_SECONDS = 30.0
"""The least time between two fetches for keys that are not known, however many tokens name such."""

_PAUSE_AFTER_FAILURE_SECONDS = 10.0
_WAIT_SECONDS = 6.0

_log = Log()


class Fetched(Generic[T]):
    """One value, which is fetched when it is first asked for.

    After an hour it is fetched anew beside the requests. While that fails, the old one counts. No
    request waits longer than some seconds, and none waits while the last fetch failed a moment ago.
    """

    def __init__(self, fetch: Callable[[], Awaitable[T]], clock: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._value: T | None = None
        self._fetched_at = 0.0
        self._renewed_at = 0.0
        self._count = 0  # of the fetches that came to something
        self._not_before = 0.0
        self._task: asyncio.Task[None] | None = None

    async def get(self) -> T:
        """Returns the value, from memory if there is one. Raises Busy."""
        if self._value is None:
            await self._wait()
        elif self._now() - self._fetched_at >= _FRESH_SECONDS:
            self._begin()
        if self._value is None:
            raise unavailable()
        return self._value

    async def renewed(self) -> T:
        """Returns the value as it was after a fetch for this, at most twice a minute. Raises Busy."""
        if self._now() - self._renewed_at >= _PAUSE_SECONDS:
            before = self._count
            await self._wait()
            if self._count == before:
                raise unavailable()
            self._renewed_at = self._fetched_at
        if self._value is None:
            raise unavailable()
        return self._value

    async def close(self) -> None:
        """Ends a fetch that is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _wait(self) -> None:
        task = self._begin()
        if task is not None:
            # It is the task of all who wait: one who goes away does not end it.
            await asyncio.wait({task}, timeout=_WAIT_SECONDS)

    def _begin(self) -> asyncio.Task[None] | None:
        if self._task is None and self._now() >= self._not_before:
            self._task = asyncio.create_task(self._run())
        return self._task

    async def _run(self) -> None:
        try:
            self._value = await self._fetch()
            self._fetched_at = self._now()
            self._count += 1
        except (IssuerUnreachable, Busy) as error:
            self._not_before = self._now() + _PAUSE_AFTER_FAILURE_SECONDS
            _log.warning("an issuer does not answer as it should", error=str(error))
        finally:
            self._task = None

    def _now(self) -> float:
        return self._clock().timestamp()


def unavailable() -> Busy:
    """The error while an issuer does not answer."""
    return Busy(
        "The sign-in service of your account does not answer. Please try again.",
        retry_after=_PAUSE_AFTER_FAILURE_SECONDS,
    )
