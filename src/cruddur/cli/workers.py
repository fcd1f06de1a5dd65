"""`cruddur up --workers N`: several processes on one port, supervised by this one.

All accept from one socket, which this process holds open, so that no connection is refused while a
worker is replaced.
"""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from socket import socket

import msgspec
import rich_click as click

from cruddur.bootstrap import open_hub
from cruddur.cli.runtime import announce
from cruddur.cli.worker_process import READY, Order
from cruddur.config import Settings, WrongSetting
from cruddur.logs import Log
from cruddur.ports.backoff import NO_JITTER, Backoff
from cruddur.web.http.serve import PATIENCE_SECONDS, listen, url_of

STOP_SECONDS = PATIENCE_SECONDS + 5
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 10.0

_log = Log()


async def supervise(
    settings: Settings, given: Mapping[str, str | None], count: int, *, demo: bool
) -> int:
    """Runs the workers until SIGINT or SIGTERM. Returns the exit code. Raises WrongSetting."""
    _refuse_what_cannot_be(settings)
    with listen(settings) as listening:
        workers = Workers(settings, given, listening, demo=demo)
        try:
            return await workers.run(count)
        finally:
            await workers.close()


class Workers:
    """The processes by number. Only number 0 makes the demo and runs the projector."""

    def __init__(
        self,
        settings: Settings,
        given: Mapping[str, str | None],
        listening: socket,
        *,
        demo: bool,
    ) -> None:
        self._demo = demo
        self._settings = settings
        self._given = given
        self._listening = listening
        self._hub = open_hub()
        self._processes: dict[int, Process] = {}
        self._stopping = asyncio.Event()

    async def run(self, count: int) -> int:
        """Starts the workers and replaces those that end. Returns the exit code."""
        loop = asyncio.get_running_loop()
        for ending in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(ending, self._stop)
        for number in range(count):
            # They start one after the other, so that an error is reported once, by the first.
            if not await self._start(number):
                return 0 if self._stopping.is_set() else 1
        announce(url_of(self._settings, self._listening), self._settings)
        await asyncio.gather(*(self._keep_running(number) for number in range(count)))
        return 0

    async def close(self) -> None:
        """Ends the running processes and waits for them."""
        self._stopping.set()
        running = [p for p in self._processes.values() if p.returncode is None]
        for process in running:
            process.terminate()
        await asyncio.gather(*map(_ended, running))
        await self._hub.close()

    async def _keep_running(self, number: int) -> None:
        backoff = Backoff(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, jitter=NO_JITTER)
        while True:
            await self._until_it_ends(number)
            with suppress(TimeoutError):
                async with asyncio.timeout(backoff.next()):
                    await self._stopping.wait()
                    return
            if await self._replace(number):
                backoff.reset()

    async def _until_it_ends(self, number: int) -> None:
        process = self._processes.get(number)
        if process is None:  # the process could not be started
            return
        ending = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((ending, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ending.done():
            await _ended(process)
        code = await ending
        if not self._stopping.is_set():
            _log.error("a worker ended; another takes its place", worker=number, exit_code=code)

    async def _replace(self, number: int) -> bool:
        """Starts a new process. Returns whether it is ready.

        A machine without free memory or processes may have some again in a moment. Until then the others
        serve.
        """
        self._processes.pop(number, None)
        try:
            return await self._start(number)
        except OSError as error:
            _log.error("a worker cannot be started now", worker=number, error=str(error))
            return False

    async def _start(self, number: int) -> bool:
        """Returns whether the new process has come up and answers requests."""
        theirs = await self._hub.join()
        with theirs:
            fds = (self._listening.fileno(), theirs.fileno())
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "cruddur.cli.worker_process"),
                stdin=PIPE,
                stdout=PIPE,
                pass_fds=fds,
                # Ctrl-C reaches every process of the terminal's session. In sessions of their own the
                # workers do not get it, and this process stops them once.
                start_new_session=True,
            )
        self._processes[number] = process
        if self._stopping.is_set():
            process.terminate()
        order = Order(dict(self._given), *fds, is_first=number == 0, demo=self._demo)
        await _write(process, msgspec.json.encode(order) + b"\n")
        return await _is_ready(process)

    def _stop(self) -> None:
        # A second signal is passed on to the workers as well and ends them at once.
        self._stopping.set()
        for process in self._processes.values():
            with suppress(ProcessLookupError):
                process.terminate()


async def _write(process: Process, line: bytes) -> None:
    if process.stdin is not None:
        with suppress(ConnectionError):
            process.stdin.write(line)
            await process.stdin.drain()


async def _is_ready(process: Process) -> bool:
    if process.stdout is not None:
        async for line in process.stdout:
            if line == READY:
                return True
            click.echo(line.decode(), nl=False)
    await process.wait()
    return False


async def _ended(process: Process) -> None:
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _refuse_what_cannot_be(settings: Settings) -> None:
    if settings.table == "sqlite":
        raise WrongSetting(
            "--workers needs CRUDDUR_TABLE=dynamodb: an SQLite file has one writer at a time, "
            "and two processes would wait for each other's lock"
        )
    if settings.cache == "memory":
        raise WrongSetting(
            "--workers needs another CRUDDUR_CACHE than memory, which knows nothing of what "
            "other processes write"
        )
