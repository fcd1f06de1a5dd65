"""The image's recipe, its steps carried out by hand: no engine for containers runs here."""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from fnmatch import fnmatch
from pathlib import Path

import pytest
from tests.deploy.tools import run
from tests.engines import ROOT
from tests.ports import free_port
from tests.valkey_server import executable, wait_for

from cruddur.config import Settings, load_settings, variable

DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")


def instructions(kind: str) -> list[str]:
    lines = (line.strip() for line in DOCKERFILE.splitlines())
    return [line.partition(" ")[2].strip() for line in lines if line.startswith(f"{kind} ")]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as the image has it, built of nothing but what .dockerignore lets through."""
    context, target = tmp_path_factory.mktemp("context"), tmp_path_factory.mktemp("image")
    let_through = (ROOT / ".dockerignore").read_text().split()
    copied = [name for line in instructions("COPY") for name in line.split()[:-1] if name[0] != "-"]
    for name in (name for name in copied if not name.startswith("/")):
        assert f"!{name}" in let_through, f".dockerignore keeps {name} out"
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, context / name)
    uv = shutil.which("uv")
    pip = [uv, "pip"] if uv else [sys.executable, "-m", "pip"]
    command = [*pip, "install", "--quiet", "--no-deps", "--target", str(target), str(context)]
    subprocess.run(command, check=True, cwd=context)
    return target


def test_the_image_holds_the_pages_and_serves_them(installed: Path, tmp_path: Path) -> None:
    code = "from cruddur.cli.main import main; main()"
    with subprocess.Popen(
        [sys.executable, "-B", "-c", code, "up", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(installed), "CRUDDUR_DATA": "data"},
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[4]
        # The very command of HEALTHCHECK, at this port.
        (health,) = instructions("HEALTHCHECK")
        check = json.loads(health.partition("CMD ")[2])[2]
        check = check.replace("http://127.0.0.1:8080", address)
        subprocess.run([sys.executable, "-c", check], check=True)
        with urllib.request.urlopen(f"{address}/sign-in") as page:
            assert b"/static/" in page.read()
        process.terminate()
    assert process.returncode == 0


def test_the_image_installs_by_hash_and_runs_as_nobody() -> None:
    install = next(line for line in instructions("RUN") if "requirements.lock" in line)
    assert "--require-hashes" in shlex.split(install)
    assert instructions("USER") == ["10001"]
    assert json.loads(instructions("ENTRYPOINT")[0]) == ["cruddur"]


def test_compose_gives_settings_that_the_service_knows() -> None:
    compose = json.loads(run("python", "-c", COMPOSE_AS_JSON, str(ROOT / "compose.yaml")))
    service = compose["services"]["service"]
    known = {variable(name) for name in Settings.__struct_fields__}
    assert set(service["environment"]) <= known
    assert load_settings({}, service["environment"]).cache == "valkey"
    assert service["read_only"] is True
    assert set(service["depends_on"]) == set(compose["services"]) - {"service"}
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert fnmatch(service["volumes"][0], "*:" + instructions("VOLUME")[0])


def test_composes_valkey_demands_a_password_and_shows_it_to_nobody(tmp_path: Path) -> None:
    compose = json.loads(run("python", "-c", COMPOSE_AS_JSON, str(ROOT / "compose.yaml")))
    valkey, port = compose["services"]["valkey"], free_port()
    shell, flag, line = valkey["command"]
    ours = f"{executable()} - --port {port} --bind 127.0.0.1 --dir {tmp_path}"
    line = line.replace("$$", "$").replace("valkey-server -", ours)
    environment = {**os.environ, "VALKEY_PASSWORD": "a-password"}
    server = subprocess.Popen(
        [shell, flag, line], env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for(server, port)
        shown = subprocess.check_output(["ps", "-e", "-o", "args="], text=True)
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(b"PING\r\n")
            assert connection.recv(100).startswith(b"-NOAUTH")
            connection.sendall(b"AUTH a-password\r\n")
            assert connection.recv(100).startswith(b"+OK")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
    assert str(port) in shown
    assert "a-password" not in shown
    assert (
        "${VALKEY_PASSWORD:?" in compose["services"]["service"]["environment"]["CRUDDUR_VALKEY_URL"]
    )


def test_compose_leaves_each_engine_what_it_needs_to_start() -> None:
    compose = json.loads(run("python", "-c", COMPOSE_AS_JSON, str(ROOT / "compose.yaml")))
    valkey, dynamodb = compose["services"]["valkey"], compose["services"]["dynamodb"]
    # The ids of its Alpine image; its entrypoint starts `setpriv` only as root.
    assert valkey["user"] == "999:1000"
    # Root reads another's folder of mode 0700, the program's, by this capability alone.
    assert dynamodb["user"] == "root"
    assert dynamodb["cap_add"] == ["DAC_OVERRIDE"]
    assert all(one["cap_drop"] == ["ALL"] for one in compose["services"].values())


COMPOSE_AS_JSON = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))"
