"""Marking a conversation as unread, by menu, finger and key, until it is opened."""

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows
from tests.browser.test_row_menu import PHONE, Two, choose
from tests.browser.touch import Finger


@pytest.fixture
def two(people: People) -> Two:
    """Maya has read what Tomás wrote."""
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    maya.reads(group, 1)
    maya.awaits_rows()
    return Two(maya, tomas, group)


def mark(screen: Screen) -> Locator:
    return screen.row("Tomás").get_by_text("marked as unread")


def test_a_mark_stays_until_the_conversation_is_opened(two: Two, window: Windows) -> None:
    here, elsewhere = window(two.maya), window(two.maya)
    here.row("Tomás").click(button="right")
    choose(here, "Mark as unread")
    for screen in (here, elsewhere):
        expect(mark(screen)).to_be_attached()
    here.reload()
    expect(mark(here)).to_be_attached()
    here.row("Tomás").click()
    for screen in (here, elsewhere):
        expect(mark(screen)).not_to_be_attached()


def test_by_the_key_there_and_back(two: Two, window: Windows) -> None:
    screen = window(two.maya)
    screen.row("Tomás").focus()
    screen.page.keyboard.press("Alt+Shift+U")
    expect(mark(screen)).to_be_attached()
    screen.page.keyboard.press("Alt+Shift+U")
    expect(mark(screen)).not_to_be_attached()


def test_by_a_swipe_to_the_right(two: Two, window: Windows) -> None:
    phone = window(two.maya, **PHONE)
    finger = Finger(phone.page)
    finger.swipe(phone.row("Tomás"), 120)
    expect(mark(phone)).to_be_attached()
    two.tomas.writes_in(two.group, "Are you there?")
    expect(phone.badge("Tomás")).to_have_text("1 unread")
    finger.swipe(phone.row("Tomás"), 120)
    expect(phone.badge("Tomás")).not_to_be_attached()
    expect(phone.inbox).to_be_visible()
