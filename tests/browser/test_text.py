"""Marks in texts: typed, put there by keys, shown, copied, and long texts that are folded."""

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.people import People
from tests.browser.screen import Windows

_LINES = "*Bold* and _italic_\n- ~struck~\n- `a*b*c`\n> quoted\n```\nx = 1\n```"


def _html(screen_text: Locator) -> str:
    return str(screen_text.evaluate("(text) => text.innerHTML"))


def test_what_is_typed_with_marks_is_shown_without_them(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "Hello")
    screen, other = window(maya, f"/c/{group}"), window(tomas)
    screen.composer.fill(_LINES)
    screen.composer.press("Enter")
    screen.expect_all_sent(2)
    text = screen.articles.last.locator(".text")
    assert _html(text) == (
        '<p dir="auto"><strong>Bold</strong> and <em>italic</em></p>'
        '<ul dir="auto"><li><s>struck</s></li><li><code>a*b*c</code></li></ul>'
        '<blockquote dir="auto">quoted</blockquote><pre dir="ltr"><code>x = 1</code></pre>'
    )
    assert maya.stored(group)[1] == (2, _LINES)
    shown = "Bold and italic - struck - a*b*c quoted x = 1"
    expect(other.row("Maya").locator(".row-preview")).to_have_text(shown)
    expect(screen.row("Tomás").locator(".row-preview")).to_have_text(f"You: {shown}")
    screen.act("quoted", "Reply")
    expect(screen.page.locator("[data-part=reply-text]")).to_have_text(shown)
    text.evaluate("(one) => getSelection().selectAllChildren(one)")
    copied = screen.page.evaluate("getSelection().toString()")
    assert copied.split() == ["Bold", "and", "italic", "struck", "a*b*c", "quoted", "x", "=", "1"]


def test_keys_put_marks_around_what_is_selected(people: People, window: Windows) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    screen.composer.press_sequentially("one two three four")
    for key, word in (
        ("Control+b", "four"),
        ("Control+i", "three"),
        ("Control+Shift+X", "two"),
        ("Control+e", "one"),
    ):
        at = screen.composer.input_value().index(word)
        place = f"(field) => field.setSelectionRange({at}, {at + len(word)})"
        screen.composer.evaluate(place)
        screen.composer.press(key)
    expect(screen.composer).to_have_value("`one` ~two~ _three_ *four*")
    screen.composer.press("Control+z")
    expect(screen.composer).to_have_value("one ~two~ _three_ *four*")
    screen.composer.press("Enter")
    screen.expect_all_sent(2)
    screen.composer.press("ArrowUp")
    screen.composer.press("Control+a")
    screen.composer.press("Control+b")
    expect(screen.composer).to_have_value("*one ~two~ _three_ *four**")
    screen.reload()
    expect(screen.composer).to_have_value("*one ~two~ _three_ *four**")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_long_message_is_folded_and_stays_in_place_when_it_unfolds(
    people: People, window: Windows, width: int
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    text = f"First https://a.example/ {'word ' * 500}see https://b.example/ last"
    group = maya.writes(tomas, *["Hello"] * 20, text, "End")
    screen = window(tomas, f"/c/{group}", viewport={"width": width, "height": 800})
    long = screen.articles.filter(has_text="First").locator(".text")
    more = screen.page.get_by_role("button", name="Show more")
    expect(more).to_have_attribute("aria-expanded", "false")
    more.scroll_into_view_if_needed()
    before = _height(long)
    top = _top(long)
    more.click()
    assert abs(_top(long) - top) <= 1
    assert _height(long) > before
    less = screen.page.get_by_role("button", name="Show less")
    less.click()
    assert _height(long) == before
    expect(more).to_be_in_viewport()
    screen.page.get_by_role("link", name="https://b.example/").focus()
    expect(less).to_be_visible()


def _top(element: Locator) -> float:
    return float(element.evaluate("(one) => one.getBoundingClientRect().top"))


def _height(element: Locator) -> float:
    return float(element.evaluate("(one) => one.getBoundingClientRect().height"))
