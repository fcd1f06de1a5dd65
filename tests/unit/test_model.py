"""The rules of texts, held against Unicode's own tables."""

import sys
import unicodedata

import pytest

from cruddur.errors import Invalid
from cruddur.model import checked_message, checked_title

EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1)]
REORDERING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_control(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs"}


def test_a_message_takes_every_character_but_control_characters() -> None:
    good = [char for char in EVERY_CHARACTER if not is_control(char)] + ["\n", "\t"]
    for start in range(0, len(good), 1000):
        checked_message("x" + "".join(good[start : start + 1000]))
    for char in filter(is_control, EVERY_CHARACTER):
        if char not in "\n\t":
            with pytest.raises(Invalid, match="control characters"):
                checked_message(f"a{char}b")


def test_a_title_takes_none_that_reorders_the_text_around_it_either() -> None:
    for char in EVERY_CHARACTER[:0x10000]:
        if is_control(char) or char in REORDERING:
            with pytest.raises(Invalid, match="control characters"):
                checked_title(f"a{char}b")
        else:
            assert checked_title(f"a{char}b") == f"a{char}b"
