"""The memory of the service, in which secrets are, reaches no file and no other process."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.bus.services import service

_TELL = """
import ctypes, resource
from cruddur.cli.private_memory import keep_memory_private
keep_memory_private()
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), *resource.getrlimit(resource.RLIMIT_CORE))
"""
"""Prints what prctl's PR_GET_DUMPABLE says, and the limit of core files."""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux")


def core_limits(pid: int) -> list[str]:
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return next(line.split()[4:6] for line in lines if line.startswith("Max core file size"))


def test_it_is_the_kernel_that_refuses() -> None:
    said = subprocess.run([sys.executable, "-c", _TELL], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["0", "0", "0"]


async def test_the_service_leaves_no_core(tmp_path: Path) -> None:
    async with service(tmp_path, {}) as (process, _):
        assert core_limits(process.pid) == ["0", "0"]
