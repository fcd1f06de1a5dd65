"""The circuit: a cache that does not answer in time costs a few requests a moment, and then nobody."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import structlog

from cruddur.cache.store import CacheUnavailable

T = TypeVar("T")

CALL_SECONDS = 0.1
"""How long any request waits for the cache. A read from the table takes about a tenth of that."""

FAILURES = 3
"""Calls in a row that fail before the circuit opens."""

FAILURES_IN_ALL = 10
"""Failures between calls that succeed, as of a full cache that can still be read, before one line
says so."""

_log = structlog.get_logger()


class Circuit:
    """Closed, calls pass; open, they fail at once. Who tries the engine again says when to close."""

    def __init__(self, call_seconds: float = CALL_SECONDS) -> None:
        self.is_open = False
        self._call_seconds = call_seconds
        self._failures = 0
        self._failures_in_all = 0
        self._has_complained = False

    @property
    def is_in_outage(self) -> bool:
        """Open, or closed again and not yet trusted; or some calls fail."""
        return self.is_open or self._has_complained

    async def call(self, work: Awaitable[T]) -> T:
        """What the engine answers, in time. Raises CacheUnavailable."""
        try:
            answer = await self.attempt(work)
        except CacheUnavailable as error:
            self._failed(error)
            raise
        self._failures = 0
        return answer

    async def attempt(self, work: Awaitable[T]) -> T:
        """The same, for who tries the engine again: it counts for nothing."""
        try:
            async with asyncio.timeout(self._call_seconds):
                return await work
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            # gRPC's own end of a call whose connection was closed under it.
            raise CacheUnavailable(repr(error)) from error
        except TimeoutError as error:
            raise CacheUnavailable("slow") from error

    def open(self) -> None:
        """Without waiting for calls to fail."""
        self.is_open = True
        self._complain("the cache is left alone; the table answers", "it is not there")

    def close(self) -> None:
        self.is_open = False
        self._failures = 0

    def end_outage(self) -> None:
        """All has gone well for a while: what goes wrong now is news."""
        if self._has_complained:
            _log.info("the cache is back")
        self._has_complained = False
        self._failures_in_all = 0

    def _failed(self, error: CacheUnavailable) -> None:
        self._failures += 1
        self._failures_in_all += 1
        if self._failures >= FAILURES and not self.is_open:
            self.is_open = True
            self._complain("the cache is left alone; the table answers", error)
        elif self._failures_in_all == FAILURES_IN_ALL:
            self._complain("the cache fails some calls; the table answers", error)

    def _complain(self, what: str, error: Exception | str) -> None:
        # Once for each outage: a line for each request would bury what else is wrong.
        if not self._has_complained:
            self._has_complained = True
            _log.warning(what, error=str(error))


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
