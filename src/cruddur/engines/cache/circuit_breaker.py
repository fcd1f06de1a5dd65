"""The circuit breaker: after a few failed or slow calls, requests stop waiting for the cache."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from cruddur.engines.cache.store import CacheUnavailable
from cruddur.logs import Log

T = TypeVar("T")

CALL_SECONDS = 0.1
"""The longest that a request waits for the cache. A read from the table takes about a tenth of it."""

FAILURES = 3
"""The number of consecutive failures that opens the circuit."""

FAILURES_IN_ALL = 10
"""The number of failures between successful calls that is logged once. A full cache causes them, since
it can still be read."""

_log = Log()


class CircuitBreaker:
    """While closed it passes calls; while open it fails them at once.

    It does not close by itself: the code that retries the engine closes it.
    """

    def __init__(self, call_seconds: float = CALL_SECONDS) -> None:
        self.is_open = False
        self._call_seconds = call_seconds
        self._failures = 0
        self._failures_of_outage = 0
        self._was_logged = False

    @property
    def is_in_outage(self) -> bool:
        """Whether it is open, or an outage was logged and has not ended."""
        return self.is_open or self._was_logged

    async def call(self, work: Awaitable[T]) -> T:
        """Returns the engine's answer. Raises CacheUnavailable, also for an answer that is late."""
        try:
            answer = await self.attempt(work)
        except CacheUnavailable as error:
            self._failed(error)
            raise
        self._failures = 0
        return answer

    async def attempt(self, work: Awaitable[T]) -> T:
        """Like `call`, but does not count the failure. Code that retries the engine uses it."""
        try:
            async with asyncio.timeout(self._call_seconds):
                return await work
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            # gRPC cancels a call whose connection was closed.
            raise CacheUnavailable(repr(error)) from error
        except TimeoutError as error:
            raise CacheUnavailable("slow") from error

    def open(self, why: str) -> None:
        """Opens it at once and logs why."""
        self.is_open = True
        self._log_once("the cache is left alone; the table answers", why)

    def close(self) -> None:
        """Lets calls pass again."""
        self.is_open = False
        self._failures = 0

    def end_outage(self) -> None:
        """Ends the outage: the next failures are logged as a new one."""
        if self._was_logged:
            _log.info("the cache is back")
        self._was_logged = False
        self._failures_of_outage = 0

    def _failed(self, error: CacheUnavailable) -> None:
        self._failures += 1
        self._failures_of_outage += 1
        if self._failures >= FAILURES and not self.is_open:
            self.is_open = True
            self._log_once("the cache is left alone; the table answers", error)
        elif self._failures_of_outage == FAILURES_IN_ALL:
            self._log_once("the cache fails some calls; the table answers", error)

    def _log_once(self, what: str, error: Exception | str) -> None:
        # Logged once for each outage: a line for each request would hide other errors.
        if not self._was_logged:
            self._was_logged = True
            _log.warning(what, error=str(error))


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
