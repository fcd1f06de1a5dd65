"""`cruddur up --workers N`: several processes on one port, watched over by this one.

All accept from one socket, which this process holds: while a worker is replaced, nobody is refused.
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
import structlog

from cruddur.bootstrap import open_hub
from cruddur.cli.one_worker import READY, Order
from cruddur.cli.running import announce
from cruddur.config import Settings, WrongSetting
from cruddur.web.serve import PATIENCE_SECONDS, listen, url_of

STOP_SECONDS = PATIENCE_SECONDS + 5
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 10.0

_log = structlog.get_logger()


async def supervise(
    settings: Settings, given: Mapping[str, str | None], count: int, *, demo: bool
) -> int:
    """Runs the workers until SIGINT or SIGTERM; the exit code. Raises WrongSetting."""
    _refuse_what_cannot_be(settings)
    with listen(settings) as listening:
        workers = Workers(settings, given, listening)
        try:
            return await workers.run(count, demo=demo)
        finally:
            await workers.close()


class Workers:
    """The processes by number. Number 0 does what only one may do: the demo, the projector."""

    def __init__(
        self, settings: Settings, given: Mapping[str, str | None], listening: socket
    ) -> None:
        self._settings = settings
        self._given = given
        self._listening = listening
        self._hub = open_hub()
        self._processes: dict[int, Process] = {}
        self._stopping = asyncio.Event()

    async def run(self, count: int, *, demo: bool) -> int:
        loop = asyncio.get_running_loop()
        for ending in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(ending, self._stop)
        for number in range(count):
            # One after the other: the first finds what is wrong, and says it once.
            if not await self._start(number, demo=demo and number == 0):
                return 0 if self._stopping.is_set() else 1
        announce(url_of(self._settings, self._listening))
        await asyncio.gather(*(self._keep(number) for number in range(count)))
        return 0

    async def close(self) -> None:
        """Ends all that still run, with patience."""
        self._stopping.set()
        running = [p for p in self._processes.values() if p.returncode is None]
        for process in running:
            process.terminate()
        await asyncio.gather(*map(_ended, running))
        await self._hub.close()

    async def _keep(self, number: int) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            await self._until_it_ends(number)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()
                    return
            is_ready = await self._replace(number)
            pause = FIRST_PAUSE_SECONDS if is_ready else min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _until_it_ends(self, number: int) -> None:
        process = self._processes.get(number)
        if process is None:  # it could not be started
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
        """Whether the new one is ready.

        A machine that is out of memory or of processes may have some again in a moment, and until
        then the others serve.
        """
        self._processes.pop(number, None)
        try:
            return await self._start(number)
        except OSError as error:
            _log.error("a worker cannot be started now", worker=number, error=str(error))
            return False

    async def _start(self, number: int, *, demo: bool = False) -> bool:
        """Whether it came so far as to answer requests."""
        theirs = await self._hub.join()
        with theirs:
            fds = (self._listening.fileno(), theirs.fileno())
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "cruddur.cli.one_worker"),
                stdin=PIPE,
                stdout=PIPE,
                pass_fds=fds,
                # A Ctrl-C in the terminal is for us; the workers hear of it from us, once.
                start_new_session=True,
            )
        self._processes[number] = process
        if self._stopping.is_set():
            process.terminate()
        order = Order(dict(self._given), *fds, is_first=number == 0, demo=demo)
        await _write(process, msgspec.json.encode(order) + b"\n")
        return await _is_ready(process)

    def _stop(self) -> None:
        # A second signal is passed on as well: it ends them at once.
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
