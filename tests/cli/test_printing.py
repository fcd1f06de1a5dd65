"""A terminal without UTF-8 gets replaced characters, and never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.engines import ROOT

_ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
_LATIN = {"PYTHONIOENCODING": "latin-1"}


def cruddur(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    code = "from cruddur.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("terminal", [_ASCII, _LATIN], ids=["ascii", "latin-1"])
def test_what_the_terminal_cannot_show_is_replaced(
    tmp_path: Path, terminal: dict[str, str]
) -> None:
    add = ("users", "add", "ines", "--name", "Inês 🌻", "--password", "it is long enough")
    data = ("--data", str(tmp_path / "d🌻ta"))
    made = cruddur(*add, *data, PYTHONIOENCODING=terminal.get("PYTHONIOENCODING", "ascii"))
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith(b"@ines (In")
    for words in (["--help"], ["verify", *data], ["export", "nobody-🌻", *data]):
        said = cruddur(*words, **terminal)
        assert b"Traceback" not in said.stderr
        assert said.returncode in {0, 1}


@pytest.mark.parametrize(
    "words",
    [
        ["users", "add", "ines\udcff", "--password", "it is long enough"],
        ["users", "add", "ines", "--password", "it is long enough", "--name", "\udcff"],
        ["export", "\udcff"],
        ["verify", "--endpoint-url", "http://\udcff", "--table", "dynamodb"],
    ],
)
def test_bytes_that_are_no_text_are_a_line(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "d").mkdir()
    said = cruddur(*words, "--data", str(tmp_path / "d"))
    assert said.returncode == 1
    assert len(said.stderr.splitlines()) == 1
