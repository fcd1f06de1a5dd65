"""The page about ASVS has each requirement once, with a test that is there or a reason."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache

import pytest
from tests.house.source import ROOT

_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| [^|]+ \| (.+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::([\w*]+)`")
_DEFINED = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
_SECTIONS = {
    "2.1": range(1, 13),
    "2.2": range(1, 4),
    "2.5": range(1, 8),
    "2.7": range(1, 7),
    "2.8": range(1, 8),
    "3.3": range(1, 5),
    "3.4": range(1, 6),
    "4.1": (1, 2, 3, 5),
    "4.2": (1, 2),
    "4.3": (1, 2, 3),
    "5.1": range(1, 6),
    "7.1": range(1, 5),
    "7.2": (1, 2),
    "7.3": (1, 3, 4),
    "7.4": (1, 2, 3),
    "8.3": range(1, 9),
    "11.1": range(1, 9),
    "13.1": (1, 3, 4, 5),
    "13.2": (1, 2, 3, 5, 6),
    "13.3": (1, 2),
    "13.4": (1, 2),
}
"""The requirements of levels 1 and 2. Version 4.0.3 has taken out the numbers that are missing."""


def _rows() -> Mapping[str, str]:
    text = (ROOT / "docs" / "asvs.md").read_text("utf-8")
    found = _ROW.findall(text)
    assert len(found) == len(dict(found)), "a requirement has two rows"
    return dict(found)


@cache
def _tests_of(file: str) -> frozenset[str]:
    return frozenset(_DEFINED.findall((ROOT / file).read_text("utf-8")))


def test_each_requirement_has_a_row() -> None:
    wanted = {f"{name}.{number}" for name, numbers in _SECTIONS.items() for number in numbers}
    assert set(_rows()) == wanted


@pytest.mark.parametrize("number", _rows())
def test_a_requirement_has_a_test_or_a_reason(number: str) -> None:
    held_by = _rows()[number]
    named = _TEST.findall(held_by)
    assert named or held_by.startswith("**reason** "), held_by
    assert held_by.count("tests/") == len(named), "a test is not written as `file::name`"
    for file, name in named:
        assert any(fnmatchcase(one, name) for one in _tests_of(file)), f"{file} has no {name}"
