"""The engines that speak DynamoDB's API, for tests: installed on first use, started, stopped.

An engine that cannot be had skips the tests that ask for it, and says why; where the environment
has `CI`, it fails them.
"""

import atexit
import functools
import os
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from tests.ports import free_port

from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.schema import create_table, delete_table
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.schema.table import Schema

ROOT = Path(__file__).parent.parent
REGION = "us-east-1"
NAMES = ("dynoxide", "dynamodb-local")
_STARTS_WITHIN_SECONDS = 60


class Server:
    """One engine on a free port of 127.0.0.1, in memory unless it is given a file.

    `restart` keeps the port, and with a file the data.
    """

    def __init__(self, name: str, file: Path | None = None) -> None:
        self.name = name
        self.port = free_port()
        self._file = file
        self._folder = tempfile.TemporaryDirectory(prefix=f"{name}-")
        self._process = self._start()
        atexit.register(self.stop)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """As a crash would: without a word."""
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        self._process = self._start()

    def stop(self) -> None:
        self.kill()
        self._folder.cleanup()
        atexit.unregister(self.stop)

    def _start(self) -> subprocess.Popen[bytes]:
        command = command_of(self.name, self.port, self._file)
        log = (Path(self._folder.name) / "log").open("wb")
        with log:
            process = subprocess.Popen(command, cwd=self._folder.name, stdout=log, stderr=log)
        _wait_for(process, self.port)
        return process


def command_of(name: str, port: int, file: Path | None) -> list[str]:
    if name == "dynoxide":
        command = [str(_installed("dynoxide") / "node_modules/@dynoxide/linux-x64/dynoxide")]
        command += ["serve", "--port", str(port)]
        return [*command, "--db-path", str(file)] if file else command
    lib = _installed("dynamodb-local") / "lib"
    command = ["java", f"-Djava.library.path={lib}", "-cp", f"{lib}/*:{lib}", "LocalDynamoDB"]
    command += ["-sharedDb", "-disableTelemetry", "-port", str(port)]
    return [*command, "-dbPath", str(file.parent)] if file else [*command, "-inMemory"]


@functools.cache
def shared(name: str) -> Server:
    """The engine that all tests of this run share."""
    install()
    if not _find(name):
        message = f"{name} is not installed: bin/install-test-engines says why"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return Server(name)


@functools.cache
def install() -> None:
    if not all(map(_find, NAMES)):
        subprocess.run([ROOT / "bin/install-test-engines"], check=False)


@asynccontextmanager
async def fresh_table(url: str, *, deadline: float = 10) -> AsyncIterator[DynamoTable]:
    """A table of the test's own. The deadline is long, since this machine may be busy."""
    schema = Schema(table_name=f"cruddur-{uuid.uuid4()}")
    async with AsyncExitStack() as stack:
        admin = await Calls.open(region=REGION, endpoint_url=url, deadline=deadline)
        stack.push_async_callback(admin.close)
        await create_table(admin, schema)
        stack.push_async_callback(delete_table, admin, schema.table_name)
        table = await DynamoTable.open(
            schema.table_name, region=REGION, endpoint_url=url, deadline=deadline
        )
        stack.push_async_callback(table.close)
        yield table


def _find(name: str) -> Path | None:
    marks = sorted((ROOT / ".engines").glob(f"{name}-[0-9]*/.complete"))
    return marks[-1].parent if marks else None


def _installed(name: str) -> Path:
    folder = _find(name)
    if folder is None:
        raise FileNotFoundError(f"{name} is not installed")
    return folder


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + _STARTS_WITHIN_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    process.kill()
    raise TimeoutError(f"{process.args!r} did not start")
