"""Texts and names that would turn round, spill over, or pass for another's."""

import re

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.accounts import Accounts
from tests.browser.people import People
from tests.browser.screen import Windows

_EVIL = "https://evil.example/?moc.elgoog//:sptth"
_TURNED = {
    "an override": f"\u202e {_EVIL}",
    "an embedding": f"\u202b {_EVIL} \u05d0",
    "an isolate that does not end": f"\u2067 {_EVIL}",
    "Hebrew around it": f"\u05d0\u05d1 {_EVIL} \u05d2",
    "an override behind it": f"{_EVIL}\u202emoc.elgoog",
}
_HEBREW = "\u05e9\u05dc\u05d5\u05dd \u05d0\u05dc\u05d9"
_PILE = "\u0315\u0300\u0301\u0302\u0303\u0304" * 90

# The left edges of each character of an element's text, in the order in which it was written.
_LEFT_EDGES = """element => {
  const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
  return [...text.data].map((_, at) => {
    const range = new Range();
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return range.getBoundingClientRect().left;
  });
}"""

# How high marks are piled is up to the fonts of a machine. A shadow is ink beside its letters as well.
_INK = """(body, shadow) => {
  for (const one of body.querySelectorAll(":not(:has(*))"))
    if (/\\p{M}{9}/u.test(one.textContent)) one.style.textShadow = shadow;
}"""
_LEFT_EDGE_OF_EACH = """all => all.map(one => {
  const range = new Range();
  range.selectNodeContents(one);
  return range.getBoundingClientRect().left;
})"""


@pytest.mark.parametrize("kind", _TURNED)
def test_nothing_turns_a_link_round(
    kind: str, people: People, window: Windows, accounts: Accounts
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "placeholder", "Next.")
    accounts.rewrite(group, 1, _TURNED[kind])
    screen = window(tomas, f"/c/{group}")
    link = screen.articles.get_by_role("link")
    expect(link).to_have_text(_EVIL)
    expect(link).to_have_attribute("href", _EVIL)
    assert _is_from_left_to_right(link)
    assert _is_from_left_to_right(screen.bubble("Next.").locator(".text"))


def _is_from_left_to_right(element: Locator) -> bool:
    edges = element.evaluate(_LEFT_EDGES)
    return bool(edges == sorted(edges)) and len(edges) > 1


def test_a_name_from_right_to_left_stands_where_every_name_does(
    people: People, window: Windows
) -> None:
    maya, eli, tomas = people("Maya"), people(_HEBREW), people("Tomás")
    group = maya.starts_group("Lake", eli, tomas)
    for one in (eli, tomas):
        one.writes_in(group, "A text that is a good deal longer than any name here")
        one.writes(maya, _HEBREW)
    screen = window(maya, f"/c/{group}")
    for where, count in {".author": 2, ".row-name": 3, ".row-preview": 3}.items():
        expect(screen.page.locator(where)).to_have_text([re.compile(".")] * count)
        edges = screen.page.locator(where).evaluate_all(_LEFT_EDGE_OF_EACH)
        assert max(edges) - min(edges) < 2, where
    screen.inbox.locator(".row-name").get_by_text(_HEBREW).click()
    expect(screen.header.get_by_text(_HEBREW)).to_be_visible()
    line = screen.page.locator("#conversation-line").evaluate_all(_LEFT_EDGE_OF_EACH)
    name = screen.page.locator("#conversation-name").evaluate_all(_LEFT_EDGE_OF_EACH)
    assert abs(line[0] - name[0]) < 2


def test_piled_marks_stay_in_their_box(people: People, window: Windows) -> None:
    maya, zalgo = people("Maya"), people(f"Z{_PILE[:49]}")
    group = maya.starts_group("Lake", zalgo)
    maya.writes_in(group, "Before")
    zalgo.writes_in(group, f"Z{_PILE}", f"Z{_PILE}")
    maya.writes_in(group, "After")
    people("Tomás").writes(maya, "Hello")
    zalgo.writes(maya, f"Z{_PILE}")
    people("Inês").writes(maya, "Hello")
    maya.awaits_rows()
    screen = window(maya, f"/c/{group}")
    screen.expect_all_sent(4)
    for name in ("Tomás", "Inês"):  # nothing but the ink may change between the two pictures
        expect(screen.badge(name)).to_have_text("1 unread")
    neighbours = [
        screen.bubble("Before"),
        screen.bubble("After"),
        screen.row("Tomás"),
        screen.row("Inês"),
        screen.page.locator(".meta").nth(2),
    ]
    screen.page.locator("body").evaluate(_INK, "none")
    without_ink = [one.screenshot() for one in neighbours]
    screen.page.locator("body").evaluate(_INK, "0 -50px, 0 50px")
    assert [one.screenshot() for one in neighbours] == without_ink


def test_people_with_like_names_are_told_apart_by_handle(people: People, window: Windows) -> None:
    maya, other, tomas = people("Maya Lindqvist"), people("M\u0430ya L1ndqvist"), people("Tomás")
    group = tomas.starts_group("Lake", maya, other)
    maya.writes_in(group, "It is me")
    screen = window(tomas, f"/c/{group}")
    author = screen.bubble("It is me").locator(".author")
    expect(author).to_have_text(f"Maya Lindqvist @{maya.handle}")
    expect(screen.bubble("It is me")).to_have_accessible_name(re.compile(f"@{maya.handle}, "))
    people("Inês").writes(tomas, "Hello")
    screen.row("Inês").click()
    expect(screen.bubble("Hello")).to_be_visible()
    screen.row("Lake").click()
    expect(author).to_have_text(f"Maya Lindqvist @{maya.handle}")
    plain = window(tomas, f"/c/{group}", java_script_enabled=False)
    expect(plain.page.locator(".author")).to_have_text(f"Maya Lindqvist @{maya.handle}")


def test_names_that_differ_are_shown_alone(people: People, window: Windows) -> None:
    maya, ines, tomas = people("Maya"), people("Inês"), people("Tomás")
    group = tomas.starts_group("Lake", maya, ines)
    maya.writes_in(group, "It is me")
    screen = window(tomas, f"/c/{group}")
    expect(screen.bubble("It is me").locator(".author")).to_have_text("Maya")
