"""The service as a process of its own: started, stopped, killed, and asked for its CPU time."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

_COMMAND = (sys.executable, "-c", "from cruddur.cli.main import main; main()")
_UP = re.compile(rb"is up: (http\S+)")
_LISTENS_WITHIN_SECONDS = 20
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`cruddur` with these arguments, to its end."""
    return subprocess.run([*_COMMAND, *arguments], capture_output=True, text=True, check=False)


async def run_module(name: str, *arguments: str) -> bytes:
    """A module of ours as a process of its own; what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", name, *arguments, stdout=subprocess.PIPE
    )
    printed, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{name} ended with {process.returncode}")
    return printed


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class Running:
    """A process of this number, and what it has used."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def cpu_seconds(self) -> float:
        """User and system time of all its threads so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND

    def resident_bytes(self) -> int:
        """Its resident memory."""
        fields = Path(f"/proc/{self.pid}/statm").read_text().split()
        return int(fields[1]) * _PAGE_BYTES


class Process(Running):
    """A server as a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        super().__init__(process.pid)
        self._process = process

    async def stop(self) -> int:
        """As Ctrl-C or a supervisor would; the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return await self._process.wait()

    async def kill(self) -> None:
        """As a crash would: without a word. One that has ended already is no error."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


async def start_server(*command: str, port: int) -> Process:
    """Returns when something listens on this port. Raises RuntimeError, TimeoutError."""
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
    async with asyncio.timeout(_LISTENS_WITHIN_SECONDS):
        while not _listens(port):
            if process.returncode is not None:
                raise RuntimeError(f"{command[0]} ended with {process.returncode}")
            await asyncio.sleep(0.05)
    return Process(process)


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


class Service(Process):
    """`cruddur up` on a free port; its log goes to a file beside the data."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        """Use `start`."""
        super().__init__(process)
        self.url = url

    @classmethod
    async def start(
        cls, data: Path, *more: str, environment: Mapping[str, str] | None = None
    ) -> Self:
        """Returns when requests are answered."""
        flags = ("up", "--port", "0", "--data", str(data), "--rate-limits", "off", *more)
        with (data.parent / f"{data.name}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *_COMMAND,
                *flags,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, **(environment or {})},
            )
        assert process.stdout is not None
        async for line in process.stdout:
            if found := _UP.search(line):
                return cls(process, found[1].decode())
        raise RuntimeError(f"the service did not start: exit code {await process.wait()}")
