"""A newcomer finds from README alone where things are done, in three clicks at most."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.house.source import ROOT

_LINK = re.compile(r"\]\(([^)\s#]+)\)")
_CLICKS_MAX = 3

_WAYS = {
    "where a message is stored": (["Where is a message stored?"], r"\btable\.put\("),
    "where an event is sent": (["Where is an event sent?"], r"\bbus\.publish\("),
    "where to add a field": (["Where do I add a field to an item?"], r"^class Message\(Struct"),
}
"""What README says of a page, the questions that one then follows, and the code that is the goal."""


@pytest.mark.parametrize("first", _WAYS)
def test_what_is_done_where_is_three_clicks_from_the_readme(first: str) -> None:
    questions, code = _WAYS[first]
    page = _arrival([first, *questions])
    assert re.search(code, page.read_text("utf-8"), re.MULTILINE), page
    assert len([first, *questions]) <= _CLICKS_MAX


def _arrival(words: Sequence[str]) -> Path:
    """Where one is after following, page after page, the first link of the line with these words."""
    page = ROOT / "README.md"
    for said in words:
        (line,) = [line for line in page.read_text("utf-8").splitlines() if said in line]
        page = (page.parent / _LINK.findall(line)[0]).resolve()
    return page
