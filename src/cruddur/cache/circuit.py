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

    async def call(self, work: Awaitable[T]) -> T:
        """What the engine answers, in time. Raises CacheUnavailable."""
        try:
            async with asyncio.timeout(self._call_seconds):
                answer = await work
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            # gRPC's own end of a call whose connection was closed under it.
            raise self._failed(error) from error
        except (TimeoutError, CacheUnavailable) as error:
            raise self._failed(error) from error
        self._failures = 0
        return answer

    def open(self) -> None:
        """Without waiting for calls to fail."""
        self.is_open = True
        self._complain("the cache is left alone; the table answers", "it is not there")

    def close(self) -> None:
        if self.is_open:
            _log.info("the cache is back")
        self.is_open = False
        self._has_complained = False
        self._failures = self._failures_in_all = 0

    def _failed(self, error: BaseException) -> CacheUnavailable:
        self._failures += 1
        self._failures_in_all += 1
        if self._failures >= FAILURES and not self.is_open:
            self.is_open = True
            self._complain("the cache is left alone; the table answers", error)
        elif self._failures_in_all == FAILURES_IN_ALL:
            self._complain("the cache fails some calls; the table answers", error)
        return CacheUnavailable(repr(error))

    def _complain(self, what: str, error: BaseException | str) -> None:
        # Once for each outage: a line for each request would bury what else is wrong.
        if not self._has_complained:
            self._has_complained = True
            _log.warning(what, error=str(error) or "slow")


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
