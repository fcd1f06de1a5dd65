"""Where Momento's client is not installed, a start that needs it says what to install."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.engines import ROOT

# As an environment without the package: its import fails.
_WITHOUT = "import sys; sys.modules['momento'] = None; from cruddur.cli.main import main; main()"


@pytest.mark.parametrize("setting", ["CRUDDUR_CACHE", "CRUDDUR_BUS"])
def test_a_start_says_what_to_install(setting: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), setting: "momento"}
    environment["MOMENTO_API_KEY"], environment["MOMENTO_ENDPOINT"] = "key", "127.0.0.1:1"
    command = [sys.executable, "-c", _WITHOUT, "up", "--port", "0", "--data", str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'cruddur[momento]'" in done.stderr
    assert "Traceback" not in done.stderr
