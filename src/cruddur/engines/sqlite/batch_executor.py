"""Threads that do the work of an event loop: handed over and answered a loop turn at a time."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Protocol, TypeVar

from cruddur.errors import TableUnavailable

Result = TypeVar("Result")
Job = Callable[[Any], Any]
"""Some work on a connection; returns the answer, or raises what its caller shall see."""


class Worker(Protocol):
    """Does jobs in its own thread."""

    def work(self, jobs: Sequence[Job]) -> Sequence[Any]:
        """One outcome for each job: its answer, or the exception itself."""
        ...

    def close(self) -> None: ...


class Lane:
    """A queue of jobs and one thread for each worker.

    Calls of one turn of the event loop travel together, and so do their answers: waking a thread,
    or a loop, costs more than a job does.
    """

    def __init__(
        self,
        name: str,
        workers: Sequence[Worker],
        *,
        most: int,
        answered: Callable[[Sequence[Any]], None] = lambda _: None,
    ) -> None:
        """`most`: from this many jobs on, a worker starts without looking for more.

        `answered` is called in the loop with the outcomes of each batch.
        """
        self._loop = asyncio.get_running_loop()
        self._most = most
        self._answered = answered
        self._closed = False
        self._waiting: list[tuple[Job, asyncio.Future[Any]]] = []
        self._queue: SimpleQueue[list[tuple[Job, asyncio.Future[Any]]] | None] = SimpleQueue()
        self._threads = [
            Thread(target=self._serve, args=(worker,), name=f"{name}-{number}", daemon=True)
            for number, worker in enumerate(workers)
        ]
        for thread in self._threads:
            thread.start()

    def call(self, job: Callable[[Any], Result]) -> asyncio.Future[Result]:
        if self._closed:
            raise TableUnavailable("the table is closed")
        future: asyncio.Future[Result] = self._loop.create_future()
        if not self._waiting:
            self._loop.call_soon(self._hand_over)
        self._waiting.append((job, future))
        return future

    async def close(self) -> None:
        """Does what was accepted, then ends the threads."""
        if not self._closed:
            self._closed = True
            self._hand_over()
            for _ in self._threads:
                self._queue.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _hand_over(self) -> None:
        if self._waiting:
            self._queue.put(self._waiting)
            self._waiting = []

    def _serve(self, worker: Worker) -> None:
        try:
            while calls := self._take():
                outcomes = worker.work([job for job, _ in calls])
                with suppress(RuntimeError):  # the loop is gone, and with it whoever asked
                    self._loop.call_soon_threadsafe(self._answer, calls, outcomes)
        finally:
            worker.close()

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
                continue  # its caller was cancelled
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
        self._answered(outcomes)
