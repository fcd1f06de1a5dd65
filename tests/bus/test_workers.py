"""`cruddur up --workers N`: several processes, one port."""

import asyncio
import os
import resource
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
import pytest_asyncio
from tests.bus.conftest import PATIENCE_SECONDS
from tests.bus.services import beside
from tests.engines import ROOT, fresh_table, shared
from tests.web.listening import listening

from cruddur.config import Settings

pytestmark = pytest.mark.asyncio(loop_scope="module")

COUNT = 2


async def start(data: Path, *flags: str, workers: int = COUNT) -> Process:
    code = "from cruddur.cli.main import main; main()"
    command = ("up", "--workers", str(workers), "--port", "0", "--data", str(data), *flags)
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, *command),
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "CRUDDUR_RATE_LIMITS": "off"},
        stdout=PIPE,
        stderr=PIPE,
    )


class Run(NamedTuple):
    """The supervisor, its address, and where its people are."""

    process: Process
    url: str
    settings: Settings


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Run]:
    """Workers over a table of their own."""
    server = shared("dynoxide")
    async with fresh_table(server.url) as table:
        flags = ("--table", "dynamodb", "--table-name", table.name, "--endpoint-url", server.url)
        settings = Settings(
            data=folder, table="dynamodb", table_name=table.name, endpoint_url=server.url
        )
        process = await start(folder, *flags)
        assert process.stdout is not None
        try:
            line = (await process.stdout.readline()).decode()
            assert line.startswith("Cruddur Messages is up: http://"), line
            yield Run(process, line.split()[4], settings)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.communicate()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def up(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Run]:
    """For tests after which all workers are there again."""
    async with running(tmp_path_factory.mktemp("data")) as run:
        yield run


def workers_of(process: Process) -> set[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return set(map(int, children.split()))


async def test_all_devices_hear_of_a_message_whoever_serves_them(up: Run) -> None:
    process, url, settings = up
    async with AsyncExitStack() as stack:
        assert len(workers_of(process)) == COUNT
        andrew = await stack.enter_async_context(beside(settings, url))
        bayko = await stack.enter_async_context(beside(settings, url))
        devices = [await stack.enter_async_context(listening(url, bayko)) for _ in range(12)]
        for number in range(1, 11):
            await andrew.send(f"{number}", handle=bayko.user.handle)
        for device in devices:
            heard = [(await device.next()).data["seq"] for _ in range(10)]
            assert heard == list(range(1, 11))
        assert len({pid for pid in workers_of(process) if sockets_of(pid) > 2}) == COUNT


async def test_a_worker_that_dies_is_replaced_and_nobody_refused(up: Run) -> None:
    before = workers_of(up.process)
    os.kill(min(before), signal.SIGKILL)
    await another_than(before, up.process)
    async with httpx.AsyncClient(base_url=up.url, timeout=PATIENCE_SECONDS) as client:
        for _ in range(20):
            assert (await client.get("/health/live", headers={"Connection": "close"})).is_success


async def test_a_worker_that_cannot_be_replaced_now_is_replaced_later(up: Run) -> None:
    process = up.process
    before = workers_of(process)
    assert len(before) == COUNT
    usual = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (4, usual[1]))
    os.kill(min(before), signal.SIGKILL)
    assert process.stderr is not None
    await process.stderr.readuntil(b"cannot be started")
    assert workers_of(process) == before - {min(before)}
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, usual)
    await another_than(before, process)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_all_of_them(tmp_path: Path, number: signal.Signals) -> None:
    async with running(tmp_path) as (process, url, settings):
        workers = workers_of(process)
        async with beside(settings, url) as andrew, listening(url, andrew) as device:
            process.send_signal(number)
            await device.all()
        _, err = await process.communicate()
        assert (process.returncode, err) == (0, b"")
        assert not any(map(is_there, workers))


async def test_workers_without_a_supervisor_end_by_themselves(tmp_path: Path) -> None:
    async with running(tmp_path) as (process, *_):
        workers = workers_of(process)
        process.kill()
        await process.wait()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while any(map(is_there, workers)):  # noqa: ASYNC110  nobody is left to tell
                await asyncio.sleep(0.01)


async def test_a_file_has_one_writer(tmp_path: Path) -> None:
    process = await start(tmp_path)
    _, err = await process.communicate()
    assert process.returncode == 1
    assert err.startswith(b"cruddur: --workers needs CRUDDUR_TABLE=dynamodb: an SQLite file ")
    assert err.count(b"\n") == 1


async def test_what_is_wrong_is_said_once(tmp_path: Path) -> None:
    url = shared("dynoxide").url
    flags = ("--table", "dynamodb", "--table-name", "cruddur-nowhere", "--endpoint-url", url)
    process = await start(tmp_path, *flags)
    _, err = await process.communicate()
    assert process.returncode == 1
    assert err.startswith(b"cruddur: there is no table cruddur-nowhere; ")
    assert err.count(b"\n") == 1


async def another_than(before: set[int], process: Process) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        # The kernel tells nobody but its parent.
        while len(workers_of(process) - before) < 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def sockets_of(pid: int) -> int:
    """Open connections and the like."""
    try:
        names = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    except PermissionError:
        pytest.skip("only root looks into a process whose memory is private")
    return sum(name.startswith("socket:") for name in names)
