"""The client for Python as somebody installs it: into an empty environment, without the service."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from tests.bus.services import entered, service
from tests.deploy.tools import install
from tests.engines import ROOT

_SEND = """
import sys
from importlib.util import find_spec
from cruddur_client import Client
assert find_spec("cruddur") is None and find_spec("litestar") is None
with Client(sys.argv[1], sys.argv[2]) as client:
    print(client.send("Hello", to="bayko").seq)
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the client and what it needs, and nothing else."""
    install()  # where the tools cannot be fetched, httpx cannot either
    folder = tmp_path_factory.mktemp("client")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    package = ROOT / "clients" / "python"
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, package], check=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "env"], check=True)
    (wheel,) = folder.glob("cruddur_client-*.whl")
    lock = str(ROOT / "requirements-dev.lock")
    into = [*pip, "--python", str(folder / "env/bin/python"), "install", "--no-compile"]
    subprocess.run([*into, "-c", _without_hashes(lock, folder), str(wheel)], check=True)
    return folder / "env/bin/python"


def _without_hashes(lock: str, folder: Path) -> str:
    # pip would want a hash of the wheel too, which was made a moment ago.
    lines = [line for line in Path(lock).read_text("utf-8").splitlines() if "==" in line]
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(line.partition(" \\")[0] for line in lines))
    return str(constraints)


async def test_it_sends_a_message(python: Path, tmp_path: Path) -> None:
    async with (
        service(tmp_path, {}) as (_, url),
        entered(url, "andrew") as andrew,
        entered(url, "bayko"),
    ):
        command = (python, "-c", _SEND, url, andrew.token)
        sending = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        said, _ = await sending.communicate()
    assert (sending.returncode, said) == (0, b"1\n")
