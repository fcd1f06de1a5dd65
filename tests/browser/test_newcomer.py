"""Somebody who has nothing but a link finds what they look for, by few presses on words in view."""

import uuid

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

_DESK = {"viewport": {"width": 1280, "height": 800}}
_PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MOST_PRESSES = 3

# A menu moves while it opens, so that a press would meet its neighbour.
_AT_REST = """() => Promise.allSettled(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime !== Infinity).map((one) => one.finished))"""


class Newcomer:
    """Presses only on words that are in view, and counts."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.presses = 0

    def press(self, *words: str) -> None:
        for word in words:
            self.press_on(self.screen.page.get_by_text(word, exact=True).locator("visible=true"))

    def press_on(self, seen: Locator) -> None:
        expect(seen).to_be_in_viewport()
        seen.evaluate(_AT_REST)
        box = seen.bounding_box()
        assert box is not None
        self.presses += 1
        self.screen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def has_found(self, control: Locator) -> None:
        """It is in view, and not too many presses led there. The next way begins at the same page."""
        expect(control).to_be_in_viewport(ratio=1)
        assert self.presses <= MOST_PRESSES
        self.presses = 0
        while self.screen.page.locator("dialog[open]").count():
            self.screen.page.keyboard.press("Escape")


def _signed_up(window: Windows, link: str, options: dict[str, object]) -> Screen:
    """Makes an account on the way that the link leads."""
    screen = window(path=link, **options)
    screen.network_may_fail = True
    screen.page.get_by_text("Create an account").click()
    page = screen.page
    page.get_by_role("textbox", name="Handle").fill(f"n{uuid.uuid4().hex[:10]}")
    page.get_by_role("textbox", name="Display name").fill("Nina")
    page.get_by_role("textbox", name="Password").fill("a long walk by the lake")
    page.get_by_role("button", name="Create account").click()
    screen.is_ready()
    return screen


@pytest.mark.parametrize("options", [_DESK, _PHONE], ids=["desk", "phone"])
def test_a_newcomer_finds_friend_mute_notifications_and_name(
    people: People, window: Windows, options: dict[str, object]
) -> None:
    maya = people("Maya Lindqvist")
    screen = _signed_up(window, f"/@{maya.handle}", options)
    newcomer, page = Newcomer(screen), screen.page
    newcomer.press("Say hello")  # the link has led to the friend
    newcomer.has_found(screen.composer)
    screen.composer.press("Enter")
    if options is _PHONE:
        page.get_by_role("button", name="Send").tap()
    screen.expect_sent("Hello \N{WAVING HAND SIGN}")
    newcomer.press_on(screen.header.filter(has_text="Maya Lindqvist"))
    newcomer.press("Mute…")
    newcomer.has_found(page.get_by_role("button", name="Always"))
    for item, control in (
        ("Notifications", page.get_by_role("checkbox", name="Notify me of new messages")),
        ("Name and settings", page.get_by_role("textbox", name="Display name")),
    ):
        if newcomer.screen.inbox.is_hidden():
            newcomer.press_on(page.get_by_role("link", name="Back to conversations"))
        newcomer.press("Nina", item)
        newcomer.has_found(control)
    page.get_by_role("combobox", name="Search people").click()
    newcomer.screen.search.fill(maya.handle)
    newcomer.has_found(screen.option("Maya Lindqvist").first)
