"""Dialogs on a phone: sheets at the foot of the screen, within reach of a thumb."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 760},
    "has_touch": True,
    "is_mobile": True,
}
KEYBOARD = 320
"""What the keyboard of a screen takes of it, in pixels."""

# An animation moves a sheet as it comes.
_PLACE = """async (dialog) => {
  await Promise.all(dialog.getAnimations().map(({ finished }) => finished));
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const isAtFoot = left === 0 && right === innerWidth && Math.abs(bottom - innerHeight) < 1;
  return { isAtFoot, isBelowTop: top >= 40, isClipped: dialog.scrollWidth > dialog.clientWidth };
}"""
_AT_FOOT = {"isAtFoot": True, "isBelowTop": True, "isClipped": False}
_IN_WINDOW = """(element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}"""


@pytest.fixture
def screen(people: People, window: Windows) -> Screen:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.starts_group("The lake", tomas)
    maya.writes_in(group, "Hello")
    return window(maya, f"/c/{group}", **PHONE)


def opened(screen: Screen, button: str) -> Locator:
    """The dialog of a button, whose menu may be in the other view."""
    screen.page.evaluate("id => document.getElementById(id).click()", button)
    dialog = screen.page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    return dialog


@pytest.mark.parametrize(
    "button",
    ["settings-button", "people-button", "new-group-button", "shortcuts-button", "mentions-button"],
)
def test_a_dialog_is_a_sheet_that_can_be_left_from_its_end(screen: Screen, button: str) -> None:
    dialog = opened(screen, button)
    assert dialog.evaluate(_PLACE) == _AT_FOOT
    dialog.evaluate("(dialog) => dialog.scrollTo(0, dialog.scrollHeight)")
    close = dialog.get_by_role("button", name="Close", exact=True)
    assert close.evaluate(_IN_WINDOW)
    close.tap()
    expect(dialog).to_have_count(0)


def test_a_sheet_stands_on_the_keyboard_and_shows_the_field(screen: Screen) -> None:
    dialog = opened(screen, "new-group-button")
    field = dialog.get_by_label("Name of the group")
    field.tap()
    screen.page.set_viewport_size({"width": 390, "height": 760 - KEYBOARD})
    assert dialog.evaluate(_PLACE) == _AT_FOOT
    assert field.evaluate(_IN_WINDOW)
    expect(field).to_be_focused()


def test_on_a_tablet_a_dialog_stands_in_the_middle(people: People, window: Windows) -> None:
    tablet = {"viewport": {"width": 820, "height": 1000}, "has_touch": True, "is_mobile": True}
    screen = window(people("Maya"), "/", **tablet)
    assert not opened(screen, "new-group-button").evaluate(_PLACE)["isAtFoot"]
    screen.page.keyboard.press("Escape")
    # No row of buttons breaks, and nothing tells of keys that are not there.
    tops = screen.page.locator("#inbox-parts button").evaluate_all(
        "(all) => all.map((one) => one.offsetTop)"
    )
    assert len(set(tops)) == 1
    expect(screen.page.get_by_text("for all shortcuts")).to_be_hidden()
