"""A feature touches few lines of what was there before: one that is here shows it."""

import re
from collections import Counter
from pathlib import Path

from tests.house.source import ROOT

_PAGE = ROOT / "docs" / "adding-a-feature.md"
_ROW = re.compile(r"^\| `([^`]+)`[^|]*\| (\d+) \| (\d+) \|$", re.MULTILINE)
_NAMES = re.compile(r"/api/unread\b|count_unread|asks_unread|what is unread in sixty of them")
_ITS_OWN = {"count_unread.py", "unread.py", "asks_unread.py", "test_unread.py", _PAGE.name}
_BUILT_ON_IT = {"mark_read.py", "unread_told.py", "unread_count.js", "embedding.md"}
"""Later features, which are not lines that the first one took."""

_MOST = 6


def _lines_that_name_it() -> Counter[str]:
    searched = [ROOT, *(ROOT / folder for folder in ("src", "tests", "bench", "docs", "deploy"))]
    return Counter(
        str(file.relative_to(ROOT))
        for folder in searched
        for file in (folder.glob("*.*") if folder == ROOT else folder.rglob("*.*"))
        if file.suffix in {".py", ".md", ".js", ".html"}
        and file.name not in _ITS_OWN | _BUILT_ON_IT
        if file != Path(__file__)
        for line in file.read_text("utf-8").splitlines()
        if _NAMES.search(line)
    )


def test_the_page_counts_the_lines_that_the_tree_has_outside_the_features_files() -> None:
    text = _PAGE.read_text("utf-8")
    added = {file: int(new) for file, new, _ in _ROW.findall(text)}
    assert added == _lines_that_name_it()
    assert all(int(replaced) == 0 for *_, replaced in _ROW.findall(text))
    assert f"| together | {sum(added.values())} | 0 |" in text
    assert sum(added.values()) <= _MOST


def test_every_file_of_its_own_is_named() -> None:
    text = _PAGE.read_text("utf-8")
    assert {name for name in _ITS_OWN if name not in text} <= {_PAGE.name}
