"""What WCAG 2.2 asks beyond what axe sees: size, targets, focus, and what a screen reader is told."""

import pytest
from playwright.sync_api import ViewportSize, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""What 1,280 by 1,024 pixels are at 400 %."""
_LEAST = 24

_SMALL = """least => [...document.querySelectorAll("button, a[href], input, textarea, select")]
  .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .filter((one) => !one.closest(".text")) // a link in a text
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 1 && (width < least || height < least))
  .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 90)} ${width} x ${height}`)"""

_FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const { left, top, width, height } = one.getBoundingClientRect();
  const at = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
  return [one.id || one.className || one.tagName, one.contains(at) || at?.contains(one) || false];
}"""


@pytest.fixture
def screen(people: People, window: Windows) -> Screen:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, *[f"Number {number}" for number in range(12)])
    maya.writes(tomas, "And mine")
    return window(maya, f"/c/{group}")


def test_at_four_times_the_size_one_reads_and_sends_without_scrolling_sideways(
    screen: Screen,
) -> None:
    screen.page.set_viewport_size(ZOOMED)
    screen.say("Large")
    screen.expect_sent("Large")
    expect(screen.bubble("Large")).to_be_in_viewport()
    expect(screen.composer).to_be_in_viewport()
    assert screen.page.evaluate("document.scrollingElement.scrollWidth") <= ZOOMED["width"]


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_pressed_is_large_enough(screen: Screen, width: int) -> None:
    screen.page.set_viewport_size({"width": width, "height": 800})
    assert screen.page.evaluate(_SMALL, _LEAST) == []


def test_what_has_the_focus_is_never_covered(screen: Screen) -> None:
    reached = []
    for _ in range(20):
        screen.page.keyboard.press("Tab")
        reached.append(screen.page.evaluate(_FOCUSED))
    assert [one for one in reached if one and not one[1]] == []
    assert len({one[0] for one in reached if one}) > 6


def test_a_screen_reader_is_told_where_it_is_and_who_wrote_what(screen: Screen) -> None:
    told = screen.page.locator("body").aria_snapshot()
    for line in (
        'heading "Cruddur Messages" [level=1]',
        'navigation "Conversations"',
        'combobox "Search people and conversations"',
        'heading "Tomás" [level=2]',
        'log "Messages with Tomás"',
        'textbox "Message"',
        'button "Send" [disabled]',
    ):
        assert line in told, told
    assert 'article "Tomás, ' in told
    assert 'article "You, ' in told
