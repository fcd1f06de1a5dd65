"""What can be done with a conversation of the inbox: by mouse, by finger, by key, in every tab."""

from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Route, expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.touch import Finger

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class Two(NamedTuple):
    """Two people, and their conversation."""

    maya: Person
    tomas: Person
    group: str


@pytest.fixture
def two(people: People) -> Two:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    maya.awaits_rows()
    return Two(maya, tomas, group)


def choose(screen: Screen, *words: str) -> None:
    for each in words:
        screen.page.get_by_role("menuitem", name=each).click()


def muted(screen: Screen) -> Locator:
    return screen.row("Tomás").get_by_text("muted")


def test_the_button_of_a_row_opens_its_menu(two: Two, window: Windows) -> None:
    screen = window(two.maya)
    screen.row("Tomás").hover()
    screen.page.get_by_role("button", name="Actions for Tomás").click()
    choose(screen, "Mute…", "Mute for 8 hours")
    expect(muted(screen)).to_be_attached()
    expect(screen.page.get_by_role("menu")).to_be_hidden()
    expect(screen.row("Tomás")).to_be_focused()
    screen.row("Tomás").click(button="right")
    choose(screen, "Unmute")
    expect(muted(screen)).not_to_be_attached()


def test_a_muted_conversation_counts_on_its_row_and_not_in_the_title(
    two: Two, window: Windows
) -> None:
    screen = window(two.maya)
    expect(screen.page).to_have_title("(1) Cruddur")
    screen.row("Tomás").click(button="right")
    choose(screen, "Mute…", "Mute always")
    expect(screen.page).to_have_title("Cruddur")
    two.tomas.writes_in(two.group, "Are you there?")
    expect(screen.badge("Tomás")).to_have_text("2 unread")
    expect(screen.page).to_have_title("Cruddur")


def test_the_keys_open_the_menu_and_walk_through_it(two: Two, window: Windows) -> None:
    screen = window(two.maya)
    screen.row("Tomás").focus()
    screen.page.keyboard.press("Shift+F10")
    expect(screen.page.get_by_role("menuitem", name="Archive")).to_be_focused()
    screen.page.keyboard.press("Escape")
    expect(screen.row("Tomás")).to_be_focused()
    screen.page.keyboard.press("Alt+Shift+M")
    expect(screen.page.get_by_role("menuitem", name="Mute for 1 hour")).to_be_focused()
    screen.page.keyboard.press("ArrowDown")
    screen.page.keyboard.press("Enter")
    expect(muted(screen)).to_be_attached()
    screen.page.keyboard.press("Alt+Shift+M")
    expect(muted(screen)).not_to_be_attached()


def test_a_swipe_and_a_long_press_open_it_and_no_conversation(two: Two, window: Windows) -> None:
    phone = window(two.maya, **PHONE)
    finger, row, menu = Finger(phone.page), phone.row("Tomás"), phone.page.get_by_role("menu")
    finger.swipe(row, -120)
    expect(menu).to_be_visible()
    phone.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    finger.rest(row)
    expect(row).to_have_attribute("data-held", "")
    finger.lift()
    choose(phone, "Mute…", "Mute for a week")
    expect(muted(phone)).to_be_attached()
    expect(phone.inbox).to_be_visible()


def test_a_short_swipe_does_nothing(two: Two, window: Windows) -> None:
    phone = window(two.maya, **PHONE)
    Finger(phone.page).swipe(phone.row("Tomás"), -30)
    expect(phone.page.locator("[data-swipe]")).to_have_count(0)
    expect(phone.page.get_by_role("menu")).to_be_hidden()
    expect(phone.inbox).to_be_visible()
    phone.row("Tomás").click()
    expect(phone.bubble("Hello")).to_be_visible()


def test_other_tabs_and_devices_follow(two: Two, window: Windows) -> None:
    here, elsewhere = window(two.maya), window(two.maya)
    beside = window(path="/", beside=here)
    beside.is_ready()
    path = f"/api/message_groups/{two.group}/settings"
    two.maya.ask("PATCH", path, {"muted_until": "always"})
    for screen in (here, beside, elsewhere):
        expect(muted(screen)).to_be_attached()
    here.row("Tomás").click(button="right")
    choose(here, "Unmute")
    for screen in (here, beside, elsewhere):
        expect(muted(screen)).not_to_be_attached()


def _refuse(route: Route) -> None:
    route.fulfill(status=422, json={"detail": "Not this.", "code": "mute_unknown"})


def test_a_change_that_is_refused_says_so(two: Two, window: Windows) -> None:
    screen = window(two.maya)
    screen.network_may_fail = True
    screen.page.route("**/settings", _refuse, times=1)
    screen.row("Tomás").click(button="right")
    choose(screen, "Mute…", "Mute always")
    expect(screen.inbox.get_by_role("alert")).to_contain_text("Tomás: Not this.")
    expect(muted(screen)).not_to_be_attached()
    screen.row("Tomás").click(button="right")
    choose(screen, "Mute…", "Mute always")
    expect(muted(screen)).to_be_attached()
    expect(screen.inbox.get_by_role("alert")).to_be_hidden()
