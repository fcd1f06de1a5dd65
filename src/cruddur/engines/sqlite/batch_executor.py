"""Runs jobs of the event loop in threads, and passes jobs and answers in batches."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Protocol, TypeVar

from cruddur.domain.errors import TableUnavailable

Result = TypeVar("Result")
Job = Callable[[Any], Any]
"""Work on a connection. It returns the answer, or raises an exception for its caller."""


class BatchHandler(Protocol):
    """Executes batches of jobs, in a thread of its own."""

    def work(self, jobs: Sequence[Job]) -> Sequence[Any]:
        """Executes the jobs and returns an outcome for each: its answer, or the exception it raised."""
        ...

    def close(self) -> None:
        """Closes the connection. It is called in the thread, after the last batch."""
        ...


class BatchExecutor:
    """A queue of jobs and one thread for each handler.

    The calls of one iteration of the event loop travel together, and so do their answers: waking a
    thread, or the loop, costs more than a job does.
    """

    def __init__(
        self,
        name: str,
        handlers: Sequence[BatchHandler],
        *,
        most: int,
        answered: Callable[[Sequence[Any]], None] = lambda _: None,
    ) -> None:
        """`most` is the size from which a batch starts without taking further jobs from the queue.

        `answered` is called in the loop with the outcomes of each batch.
        """
        self._loop = asyncio.get_running_loop()
        self._most = most
        self._answered = answered
        self._closed = False
        self._refusal: str | None = None
        self._waiting: list[tuple[Job, asyncio.Future[Any]]] = []
        self._queue: SimpleQueue[list[tuple[Job, asyncio.Future[Any]]] | None] = SimpleQueue()
        self._threads = [
            Thread(target=self._serve, args=(handler,), name=f"{name}-{number}", daemon=True)
            for number, handler in enumerate(handlers)
        ]
        for thread in self._threads:
            thread.start()

    def call(self, job: Callable[[Any], Result]) -> asyncio.Future[Result]:
        """Queues a job. The future gets its answer or its exception. Raises TableUnavailable."""
        if self._refusal is not None:
            raise TableUnavailable(self._refusal)
        future: asyncio.Future[Result] = self._loop.create_future()
        if not self._waiting:
            self._loop.call_soon(self._hand_over)
        self._waiting.append((job, future))
        return future

    def refuse(self, why: str | None) -> None:
        """Makes calls raise TableUnavailable with this text, until it is called with None."""
        if not self._closed:
            self._refusal = why

    async def close(self) -> None:
        """Executes the accepted jobs, then ends the threads."""
        if not self._closed:
            self._closed = True
            self._refusal = "the table is closed"
            self._hand_over()
            for _ in self._threads:
                self._queue.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _hand_over(self) -> None:
        if self._waiting:
            self._queue.put(self._waiting)
            self._waiting = []

    def _serve(self, handler: BatchHandler) -> None:
        try:
            while calls := self._take():
                outcomes = handler.work([job for job, _ in calls])
                with suppress(
                    RuntimeError
                ):  # the loop was closed, so that nobody waits for the answer
                    self._loop.call_soon_threadsafe(self._answer, calls, outcomes)
        finally:
            handler.close()

    def _take(self) -> list[tuple[Job, asyncio.Future[Any]]] | None:
        calls = self._queue.get()
        with suppress(Empty):
            while calls is not None and len(calls) < self._most:
                more = self._queue.get_nowait()
                if more is None:
                    self._queue.put(None)
                    break
                calls += more
        return calls

    def _answer(
        self, calls: Sequence[tuple[Job, asyncio.Future[Any]]], outcomes: Sequence[Any]
    ) -> None:
        for (_, future), outcome in zip(calls, outcomes, strict=True):
            if future.done():
                continue  # the caller was cancelled
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
        self._answered(outcomes)
