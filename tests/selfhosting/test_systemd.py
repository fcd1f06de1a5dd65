"""The units of `deploy/` are what systemd takes them for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.house.commands import wrong_in
from tests.selfhosting.proxies import DEPLOY, program

from cruddur.config import variable
from cruddur.setting_meanings import MEANINGS

UNITS = sorted(DEPLOY.glob("cruddur*.service")) + sorted(DEPLOY.glob("cruddur*.timer"))
_HERE = str(Path(sys.executable).parent)
_EXPOSURE_MAX = 30  # of 100, as systemd-analyze counts


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """The same with the command of this repository: systemd looks whether it is there."""
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/cruddur/bin", _HERE)
        (tmp_path / unit.name).write_text(text)
    return [str(tmp_path / unit.name) for unit in UNITS]


def test_systemd_finds_nothing_to_complain_of(units: list[str]) -> None:
    said = _analyze("verify", "--man=no", *units)
    assert (said.returncode, said.stderr) == (0, "")


def test_the_service_may_little(units: list[str]) -> None:
    service = next(unit for unit in units if unit.endswith("/cruddur.service"))
    said = _analyze("security", "--offline=true", f"--threshold={_EXPOSURE_MAX}", service)
    assert said.returncode == 0, said.stdout


def test_what_units_run_and_set_is_there() -> None:
    text = "\n".join(unit.read_text("utf-8") for unit in UNITS)
    commands = re.findall(r"/opt/cruddur/bin/cruddur ([^'\n]*)", text)
    assert [wrong_in(command.replace("$(date +%%u)", "1").split()) for command in commands] == [
        None,
        None,
    ]
    named = set(re.findall(r"\bCRUDDUR_[A-Z_]*[A-Z]", text))
    assert named <= {variable(name) for name in MEANINGS}


def _analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [program("systemd-analyze"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
