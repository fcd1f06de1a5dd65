"""The checks of the page's JavaScript are not switched off where they are in the way."""

import re

from tests.house.source import ROOT, SOURCE

_SWITCHED_OFF = re.compile(r"@ts-(ignore|expect-error|nocheck)|biome-ignore")
_WITH_A_REASON = re.compile(r"@ts-expect-error \w+|biome-ignore lint/\w+/\w+: \w+")
_ANYTHING = re.compile(r"[{<(,:|] ?any\b")


def test_a_check_is_switched_off_with_a_reason_only() -> None:
    switched_off = [line for line in _lines() if _SWITCHED_OFF.search(line)]
    assert [line for line in switched_off if not _WITH_A_REASON.search(line)] == []


def test_no_type_is_any_but_what_the_server_has_yet_to_say() -> None:
    anything = [line for line in _lines() if "*" in line and _ANYTHING.search(line)]
    assert {line.partition(": ")[0] for line in anything} <= {"api.js"}


def test_what_opens_over_the_page_is_closed_by_going_back() -> None:
    """Going back on a page of another product is that product's; browsers close a popover there."""
    opened = [line for line in _lines() if re.search(r"\.show(Modal|Popover)\(", line)]
    assert {line.partition(": ")[0] for line in opened} == {"dialogs.js", "element_menu.js"}


def _lines() -> list[str]:
    files = [*SOURCE.rglob("*.js"), *(ROOT / "types").glob("*.d.ts")]
    return [
        f"{path.name}: {line.strip()}"
        for path in sorted(files)
        for line in path.read_text("utf-8").splitlines()
    ]
