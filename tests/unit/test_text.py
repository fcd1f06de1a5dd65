"""The rules of texts, held against Unicode's own tables, and against what people write."""

import sys
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cruddur.domain.checked_texts import MESSAGE_MAX_CHARS, checked_message, checked_title
from cruddur.domain.errors import Invalid
from cruddur.domain.text import in_lines, in_one_line, looks

EVERY_CHARACTER = [
    char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(char) != "Cn"
]
BLANK_GLYPHS = "\u2800\U0001d159\U00013441\U00013442"
BIDI = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSETTLED = BIDI + "\u200c\u200d\ufe0f\u034f\u180e\u0301\r\n\t \u0928\u094d\u0645\U0001f600e1"
MAYA = "Maya Lindqvist"

JOINED = {
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a rainbow flag": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "a woman who runs, dark": "\U0001f3c3\U0001f3ff\u200d\u2640\ufe0f",
    "an astronaut of a later Unicode": "\U0001fae9\u200d\U0001f680",
    "a heart in colour": "\u2764\ufe0f",
    "a keycap": "1\ufe0f\u20e3",
    "information": "\u2139\ufe0f",
    "England": "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "Persian, I want": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Arabic, of the Hijra": "1445 \u0647\u200d",
    "Hindi, ksha apart": "\u0915\u094d\u200c\u0937",
    "Marathi, a hanging ra": "\u0930\u094d\u200d\u092f",
    "Bengali, ya-phalaa": "\u09b0\u200d\u09cd\u09af",
    "Malayalam, an old chillu at the end": "\u0d05\u0d35\u0d28\u0d4d\u200d",
    "Sinhala, Sri": "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "Mongolian": "\u182c\u180e\u1820",
    "Japanese, a variant": "\u845b\U000e0100",
    "a French name": "In\u00eas \u00c9lo\u00efse",
}
NOT_JOINED = {
    f"{MAYA}\u200b": MAYA,
    f"\ufeff{MAYA}": MAYA,
    "Ma\u00adya": "Maya",
    "Ma\u200dya": "Maya",
    "Ma\u200cya": "Maya",
    "Maya\ufe0f": "Maya",
    "Ma\u3164ya": "Maya",
    "Maya\U000e0061\U000e0062": "Maya",
    "\U0001f3f4\U000e0067": "\U0001f3f4",
    "\U0001f600\u200d": "\U0001f600",
    "\u2764\ufe0f\ufe0f": "\u2764\ufe0f",
    "\u0639\u0644\u06cc\u200c": "\u0639\u0644\u06cc",
    "Ines\u0302": "Ine\u015d",
    "e\u200d\u0301": "\u00e9",
    "\ufff9a\ufffab\ufffb": "ab",
}


@pytest.mark.parametrize("text", JOINED.values(), ids=JOINED)
def test_what_joins_stays(text: str) -> None:
    assert (checked_title(text), checked_message(text)) == (text, text)


@pytest.mark.parametrize(("text", "kept"), NOT_JOINED.items(), ids=ascii)
def test_what_nobody_can_see_goes_and_the_rest_is_composed(text: str, kept: str) -> None:
    assert (checked_title(text), checked_message(text)) == (kept, kept)


@pytest.mark.parametrize("checked", [checked_title, checked_message])
def test_a_text_needs_something_visible(checked: object) -> None:
    assert callable(checked)
    for char in [*EVERY_CHARACTER, "\u2065", "\U000e0fff"]:
        category = unicodedata.category(char)
        is_nothing = category[0] in "ZMC" and category != "Co"
        if is_nothing or char in BLANK_GLYPHS + "\u3164\u115f\u1160\uffa0":
            with pytest.raises(Invalid):
                checked(char)
        else:
            assert checked(char) == unicodedata.normalize("NFC", char)


@pytest.mark.parametrize(
    ("text", "title", "message"),
    [
        ("a\r\nb\rc\nd", "a b c d", "a\nb\nc\nd"),
        ("a\u2028b", "a b", "a\nb"),
        ("\ta\t b\u3000\u00a0c ", "a b c", "\ta\t b\u3000\u00a0c "),
    ],
)
def test_a_line_break_is_lf_and_a_title_has_only_blanks(
    text: str, title: str, message: str
) -> None:
    assert (checked_title(text), checked_message(text)) == (title, message)


@pytest.mark.parametrize("char", ["\0", "\x1b", "\x1f", "\x7f", "\x85", "\ud800"])
def test_other_control_characters_are_refused(char: str) -> None:
    for checked, text in ((checked_message, f"a{char}b"), (checked_title, f"a{char}b")):
        if (checked, char) != (checked_title, "\x85"):  # a line break of old, so a blank
            with pytest.raises(Invalid, match="control characters"):
                checked(text)


DIRECTIONS = {
    "a\u200fb": "a\u200fb",
    "\u2067a\u2069b": "\u2067a\u2069b",
    "\u202ba\u202cb": "\u202ba\u202cb",
    "\u202ea\u202cb": "ab",
    "\u202ea": "a",
    "a\u2069b\u202c": "ab",
    "\u2067a\nb\u2069": "a\nb",
    "\u2067\u202ba\u2069\u202cb": "\u2067a\u2069b",
    "\u202b\u2067a\u202c\u2069b\u202c": "\u202b\u2067a\u2069b\u202c",
}


@pytest.mark.parametrize(("text", "kept"), DIRECTIONS.items(), ids=ascii)
def test_a_direction_ends_in_its_line_and_is_forced_on_nothing(text: str, kept: str) -> None:
    assert checked_message(text) == kept
    assert checked_title(text) == " ".join(kept.translate(dict.fromkeys(map(ord, BIDI))).split())


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters() | st.sampled_from(UNSETTLED)))
def test_what_was_tidied_is_tidy(text: str) -> None:
    for tidied in (in_one_line, in_lines):
        once = tidied(text)
        assert tidied(once) == once
        assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize("text", ["\u0301\u200f\u094d\u200c", "\u0645\u2066\u180e\u180e"])
def test_what_becomes_a_neighbour_by_it_is_looked_at_again(text: str) -> None:
    assert in_lines(in_lines(text)) == in_lines(text)


def test_a_pile_of_marks_is_not_put_in_order() -> None:
    for count, kept in ((127, "\u0316" * 127), (128, None)):
        text = "a\u0301" + "\u0316" * count
        assert checked_message(text) == (f"\u00e1{kept}" if kept else text)


def test_a_long_text_is_told_its_length_as_it_would_be_kept() -> None:
    checked_message("e\u0301" * MESSAGE_MAX_CHARS)
    with pytest.raises(Invalid, match="this one has 4097"):
        checked_message("e\u0301" * (MESSAGE_MAX_CHARS + 1))
    with pytest.raises(Invalid, match="this one has 60000"):
        checked_message("\u200d\u2764" * 30_000)


@pytest.mark.parametrize(
    "name",
    ["maya LINDQVIST", "M\u0430ya Lindqvist", "Maya-L1ndqvist", "M\u00e1ya  Lindqvist\u200b"],
)
def test_names_that_look_alike_look_the_same(name: str) -> None:
    assert looks(name) == looks(MAYA) != looks("Maya Lindstrom")
