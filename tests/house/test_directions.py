"""The style sheets know no left and right: a page from right to left is the mirror of the other."""

import re
from pathlib import Path

import pytest

_SHEETS = sorted(Path("src/cruddur/web/pages/static/css").glob("*.css"))
_SIDES = re.compile(
    r"(?<![-\w])(?:left|right)\s*:"
    r"|(?:margin|padding|border|inset)-(?:left|right)\b"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)
_INSETS = re.compile(r"env\([^)]*\)")  # a notch is at one side, whatever people write
_FOUR = re.compile(
    r"(?:margin|padding)\s*:\s*((?:[^\s;()]+|\w*\([^;]*?\))(?:\s+(?:[^\s;()]+|\w*\([^;]*?\))){3});"
)


@pytest.mark.parametrize("sheet", _SHEETS, ids=lambda sheet: sheet.stem)
def test_a_sheet_names_no_side(sheet: Path) -> None:
    """Write `inline-start` and `inline-end`. Four values in a row name the right and the left, too."""
    text = _INSETS.sub("", sheet.read_text("utf-8"))
    found = [match[0] for match in _SIDES.finditer(text)]
    found += [match[0] for match in _FOUR.finditer(text) if len(set(match[1].split()[1::2])) > 1]
    assert found == []
