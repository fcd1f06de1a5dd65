"""The wheel, as somebody installs it who has no clone: into an empty environment, and it serves."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tests.deploy.tools import install
from tests.engines import ROOT

import cruddur

_STARTS_WITHIN_SECONDS = 60


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel and what it needs, and nothing else."""
    install()  # where the tools cannot be fetched, the wheel's dependencies cannot either
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], check=True)
    (wheel,) = folder.glob("cruddur-*.whl")
    assert wheel.name.startswith(f"cruddur-{cruddur.__version__}-")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "env"], check=True)
    into = [*pip, "--python", str(folder / "env/bin/python"), "install", "--no-compile"]
    lock = str(ROOT / "requirements.lock")
    subprocess.run([*into, "--require-hashes", "-r", lock], check=True)
    subprocess.run([*into, "--no-deps", str(wheel)], check=True)
    return folder / "env/bin"


def test_it_sends_a_message(installed: Path, tmp_path: Path) -> None:
    command = [str(installed / "cruddur"), "up", "--port", "0", "--data", str(tmp_path / "data")]
    environment = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as service:
        assert service.stdout is not None
        line = next(line for line in service.stdout if "http://" in line)
        address = next(word for word in line.split() if word.startswith("http://"))
        try:
            assert _talk(address.rstrip(".,")) == "Hello"
        finally:
            service.terminate()


def _talk(address: str) -> str:
    with httpx.Client(base_url=address, timeout=_STARTS_WITHIN_SECONDS) as client:
        for name in ("andrew", "bayko"):
            person = {"handle": name, "display_name": name.title(), "password": "correct horse"}
            client.post("/api/accounts", json=person).raise_for_status()
        signed_in = client.post(
            "/api/sessions", json={"handle": "andrew", "password": "correct horse"}
        )
        bearer = {"Authorization": f"Bearer {signed_in.json()['token']}"}
        sent = client.post(
            "/api/messages", json={"handle": "bayko", "message": "Hello"}, headers=bearer
        )
        message: str = sent.raise_for_status().json()["message"]
        assert "<main" in client.get("/sign-in").text  # its templates are in the wheel
        assert client.get("/docs/embedding.md").text.startswith("# ")  # and its documentation
        return message
