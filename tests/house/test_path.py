"""The path of a message can be read in one sitting: docs/how-a-message-is-sent.md names it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import ROOT

MOST_LINES = 500

_DOC = ROOT / "docs" / "how-a-message-is-sent.md"
_ROW = re.compile(r"^\| \d+ \| (.+) \| \[.+\]\((.+)\) \|$", re.MULTILINE)


def test_the_path_of_a_message_is_short() -> None:
    lines = {f"{path.name} {name}": _lines(path, name) for path, name in _steps()}
    assert [step for step, count in lines.items() if count == 0] == []
    print(f"\n{sum(lines.values())} lines in {len(lines)} functions")  # noqa: T201  asked for by the page
    assert sum(lines.values()) < MOST_LINES


def _steps() -> Iterator[tuple[Path, str]]:
    for names, target in _ROW.findall(_DOC.read_text("utf-8")):
        for name in re.findall(r"`(.+?)`", names):
            yield _DOC.parent / target, name


def _lines(path: Path, name: str) -> int:
    """How many lines the file's function or method of this name has, 0 if there is none."""
    text = path.read_text("utf-8")
    return _of_python(text, name) if path.suffix == ".py" else _of_javascript(text, name)


def _of_python(text: str, name: str) -> int:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return (node.end_lineno or node.lineno) - node.lineno + 1
    return 0


def _of_javascript(text: str, name: str) -> int:
    head = rf"^( *)(?:export )?(?:async )?(?:function )?{re.escape(name)}\(.*?^\1\}}$"
    found = re.search(head, text, re.MULTILINE | re.DOTALL)
    return found.group().count("\n") + 1 if found else 0
