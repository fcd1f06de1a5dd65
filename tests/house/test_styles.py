"""The style sheets say start and end, so that the page turns around for right-to-left languages."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "src" / "cruddur" / "web" / "pages" / "static" / "css"

_PHYSICAL = re.compile(
    r"(?<![\w-])((?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*"
    r"|border-(?:top|bottom)-(?:left|right)-radius|left|right)\s*:"
    r"|(?<![\w-])(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)
_BOX = re.compile(r"(?<![\w-])(margin|padding|inset|border-width|border-radius)\s*:\s*([^;}]+)")
_CODE = re.compile(r"/\*.*?\*/|url\([^)]*\)", re.DOTALL)
_MEANT = {"handling.css": 2}
"""How many boxes have other sides on purpose: a swiped row says its word where the finger comes from."""


def _uneven(name: str, value: str) -> bool:
    """Whether what is on the left differs from what is on the right."""
    if "safe-area-inset" in value:
        return False  # a notch is where it is, whatever the language
    plain = re.sub(r"\((?:[^()]|\([^()]*\))*\)", lambda found: re.sub(r"\s", "", found[0]), value)
    sides = plain.replace("!important", "").split("/")[0].split()
    if name == "border-radius":  # of corners, from the first line's left one on
        return len(sides) == 4 and (sides[0], sides[2]) != (sides[1], sides[3])
    return len(sides) == 4 and sides[1] != sides[3]


@pytest.mark.parametrize("sheet", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_a_sheet_names_no_left_and_no_right(sheet: Path) -> None:
    code = _CODE.sub("", sheet.read_text("utf-8"))
    assert [found[0] for found in _PHYSICAL.finditer(code)] == []
    uneven = [found[0] for found in _BOX.finditer(code) if _uneven(found[1], found[2])]
    assert len(uneven) <= _MEANT.get(sheet.name, 0), uneven
