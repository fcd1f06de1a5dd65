"""What one types first."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner
from tests.house.commands import all_commands
from tests.house.source import ROOT

from cruddur.cli.main import main

_PATIENCE_SECONDS = 60


def test_every_command_explains_itself() -> None:
    for words in all_commands():
        said = CliRunner().invoke(main, [*words, "--help"])
        assert said.exit_code == 0, words
        assert "Usage" in said.output, words
    assert len(said.output.splitlines()) > 2


def test_up_starts_a_fresh_checkout_and_ends_well_on_ctrl_c(tmp_path: Path) -> None:
    checkout = _fresh_checkout(tmp_path)
    command = [str(checkout / "bin" / "up"), "--port", "0", "--demo"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as output:
        assert "password" in output.readline()
        assert "http://127.0.0.1:" in output.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(_PATIENCE_SECONDS) == 0
    assert any((checkout / "data").iterdir())


def _fresh_checkout(folder: Path) -> Path:
    """What is committed, and beside it an environment in which all is installed already."""
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True)
    subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
    lock = "requirements.lock"
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "cruddur").symlink_to(Path(sys.executable).with_name("cruddur"))
    (programs.parent / f"installed-{lock}").write_bytes((folder / lock).read_bytes())
    return folder
