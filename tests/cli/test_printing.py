"""A terminal without UTF-8 gets replaced characters, and never a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.engines import ROOT

from cruddur.cli.main import main

_ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
_LATIN = {"PYTHONIOENCODING": "latin-1"}


_ALL = """
import json, sys
from cruddur.cli.main import main
for words in json.loads(sys.argv[1]):
    code = 0
    try:
        main(words)
    except SystemExit as end:
        code = end.code
    print(f"code {code}", file=sys.stderr, flush=True)
"""


def cruddur(*commands: Sequence[str], **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs them one after the other in one process. At its end each says its code."""
    return subprocess.run(
        [sys.executable, "-c", _ALL, json.dumps(commands)],
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
    made = cruddur([*add, *data], PYTHONIOENCODING=terminal.get("PYTHONIOENCODING", "ascii"))
    assert made.stderr.splitlines()[-1] == b"code 0"
    assert made.stdout.startswith(b"@ines (In")
    said = cruddur(["--help"], ["verify", *data], ["export", "nobody-🌻", *data], **terminal)
    assert b"Traceback" not in said.stderr
    codes = [line for line in said.stderr.splitlines() if line.startswith(b"code ")]
    assert len(codes) == 3
    assert set(codes) <= {b"code 0", b"code 1"}


def test_bytes_that_are_no_text_are_a_line(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    commands = [
        ["users", "add", "ines\udcff", "--password", "it is long enough"],
        ["users", "add", "ines", "--password", "it is long enough", "--name", "\udcff"],
        ["export", "\udcff"],
        ["verify", "--endpoint-url", "http://\udcff", "--table", "dynamodb"],
    ]
    said = cruddur(*([*words, "--data", str(tmp_path / "d")] for words in commands))
    lines = said.stderr.splitlines()
    assert len(lines) == 2 * len(commands)
    assert lines[1::2] == [b"code 1"] * len(commands)
    assert all(line.startswith(b"cruddur: ") for line in lines[::2])


def _all_commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from _all_commands(command, (*words, name))


def test_no_help_shows_a_sign_where_a_text_has_a_word_between_colons() -> None:
    # `ext:id:` was shown as "ext" and the sign of an identity card.
    for words in _all_commands(main):
        said = CliRunner().invoke(main, [*words, "--help"]).output
        assert not [char for char in said if ord(char) >= 0x1F000], words
