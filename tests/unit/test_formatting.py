"""The grammar of the marks in messages; tests/js/formatting.test.js compares the page's with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.js.formatting_cases import TABLE, hostile_texts, texts_of_chance, written

from cruddur.domain.formatting import blocks_of, plain_text
from cruddur.domain.previews import preview
from cruddur.web.pages.formatted import formatted, is_long

_marked = st.integers(0, 2**32).map(lambda seed: texts_of_chance(1, seed)[0])


@pytest.mark.parametrize("kind", TABLE)
def test_the_table(kind: str) -> None:
    for text, wanted in TABLE[kind]:
        assert written(blocks_of(text)) == wanted


def test_what_is_not_marked_stays_as_it_was_typed() -> None:
    for text, _ in TABLE["plain"]:
        assert plain_text(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("*Bold*, _italic_ and `code`", "Bold, italic and code"),
        (
            "Buy:\n\n- *milk*\n- bread\n\n\n> quoted\nend",
            "Buy:\n\n- milk\n- bread\n\n\nquoted\nend",
        ),
        ("2) a\n```\nx\n```", "2. a\nx"),
        ("\n- a\n", "\n- a\n"),
    ],
)
def test_the_plain_text_has_no_marks(text: str, plain: str) -> None:
    assert plain_text(text) == plain
    assert preview(text) == " ".join(plain.split())


def test_a_preview_is_short_by_what_it_shows() -> None:
    assert preview("*" + "m" * 140 + "*") == "m" * 140


@given(_marked)
def test_no_character_but_marks_is_lost(text: str) -> None:
    """Only marks, fences, blanks beside them, and the form of a list's number may go."""
    signs = str.maketrans("", "", "*_~`>-•.) \n1")
    assert plain_text(text).translate(signs) == text.translate(signs)


def test_a_text_that_is_all_marks_takes_no_longer_than_it_is_long() -> None:
    """In quadratic time, one of these would take more than the test may."""
    for text in hostile_texts(10_000):
        assert plain_text(text) is not None


def test_the_page_gets_no_markup_from_anybody() -> None:
    nasty = "<b>&\"'</b>"
    text = f"*{nasty}* `{nasty}`\n> {nasty}\n- {nasty}\n3. {nasty}\n```\n{nasty}\n```"
    safe = "&lt;b&gt;&amp;&#34;&#39;&lt;/b&gt;"
    assert formatted(text) == (
        f'<p dir="auto"><strong>{safe}</strong> <code>{safe}</code></p>'
        f'<blockquote dir="auto">{safe}</blockquote>'
        f'<ul dir="auto"><li>{safe}</li></ul><ol dir="auto"><li value="3">{safe}</li></ol>'
        f'<pre dir="ltr"><code>{safe}</code></pre>'
    )


def test_a_long_text_is_folded() -> None:
    assert [is_long("x" * 1024), is_long("x" * 1025)] == [False, True]
    assert [is_long("\n" * 19 + "x"), is_long("\n" * 20 + "x")] == [False, True]
