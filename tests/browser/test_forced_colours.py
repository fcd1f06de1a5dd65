"""The page where the system chooses the colours: what has the focus, and what is chosen, can be seen."""

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows
from tests.browser.test_accessibility import expect_no_findings

_THUMB = "\U0001f44d"
_AROUND = 8  # pixels, for an outline
_BOX = """() => {
  const { x, y, width, height } = document.activeElement.getBoundingClientRect();
  return { x, y, width, height };
}"""
_CHANGE = """(one, [name, value]) =>
  value === null ? one.removeAttribute(name) : one.setAttribute(name, value)"""
_NAME = "document.activeElement.id || document.activeElement.className"


@pytest.fixture
def screen(people: People, window: Windows) -> Screen:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello", "And again")
    maya.ask("PUT", f"/api/messages/{group}/1/reactions/{_THUMB}")
    screen = window(maya, f"/c/{group}", reduced_motion="reduce", forced_colors="active")
    expect(screen.page.locator(".reaction")).to_be_visible()
    return screen


def test_texts_have_the_contrast_of_the_systems_colours(screen: Screen) -> None:
    expect_no_findings(screen)


def test_what_has_the_focus_can_be_seen(screen: Screen) -> None:
    seen = []
    for _ in range(16):
        screen.page.keyboard.press("Tab")
        name, box = screen.page.evaluate(_NAME), screen.page.evaluate(_BOX)
        if name == "desk":
            continue  # the way leads from the last one to the first through the page itself
        focused = _picture(screen.page, box)
        one = screen.page.evaluate_handle("document.activeElement")
        one.evaluate("one => one.blur()")
        assert _picture(screen.page, box) != focused, name
        one.evaluate("one => one.focus()")
        seen.append(name)
    assert len(set(seen)) > 8


def test_what_is_chosen_can_be_seen(screen: Screen) -> None:
    page = screen.page
    _differs(page.get_by_role("button", name="Inbox"), "aria-pressed", "false")
    _differs(page.locator(".reaction"), "aria-pressed", "false")
    _differs(screen.row("Tomás"), "aria-current", None)
    screen.act("Hello", "Select")
    _differs(screen.articles.first, "class", "message first")


def _differs(one: Locator, attribute: str, other: str | None) -> None:
    """It looks another way with another value of the attribute that says its state."""
    chosen = _picture_of(one)
    was = one.get_attribute(attribute)
    assert was not in (None, other)
    one.evaluate(_CHANGE, [attribute, other])
    assert _picture_of(one) != chosen, attribute
    one.evaluate(_CHANGE, [attribute, was])


def _picture_of(one: Locator) -> bytes:
    box = one.bounding_box()
    assert box
    return _picture(one.page, box)


def _picture(page: Page, box: FloatRect) -> bytes:
    x, y = max(0, box["x"] - _AROUND), max(0, box["y"] - _AROUND)
    size = {"width": box["width"] + 2 * _AROUND, "height": box["height"] + 2 * _AROUND}
    return page.screenshot(clip={"x": x, "y": y, "width": size["width"], "height": size["height"]})
