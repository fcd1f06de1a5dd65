"""Archiving a conversation, by mouse, by finger and by key, and how it comes back."""

import pytest
from playwright.sync_api import expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.test_row_menu import PHONE, choose
from tests.browser.touch import Finger

Three = tuple[Person, Person, str]


@pytest.fixture
def three(people: People) -> Three:
    """Maya, to whom Tomás and then Inês have written, and the conversation with Tomás."""
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    people("Inês").writes(maya, "And you?")
    maya.awaits_rows()
    return maya, tomas, group


def show(screen: Screen, part: str) -> None:
    screen.inbox.get_by_role("button", name=part, exact=True).click()


def test_by_the_menu_into_the_archive_and_back(three: Three, window: Windows) -> None:
    screen = window(three[0])
    expect(screen.page).to_have_title("(2) Cruddur")
    screen.row("Tomás").click(button="right")
    choose(screen, "Archive")
    expect(screen.row("Tomás")).to_be_hidden()
    expect(screen.page).to_have_title("(1) Cruddur")
    show(screen, "Archive")
    expect(screen.row("Inês")).to_be_hidden()
    screen.row("Tomás").click(button="right")
    choose(screen, "Move to the inbox")
    expect(screen.inbox.get_by_text("Nothing is archived.")).to_be_visible()
    show(screen, "Inbox")
    expect(screen.row("Tomás")).to_be_visible()


def test_a_new_message_brings_it_back_unless_it_is_muted(three: Three, window: Windows) -> None:
    maya, tomas, group = three
    path = f"/api/message_groups/{group}/settings"
    maya.ask("PATCH", path, {"archived": True, "muted_until": "always"})
    screen = window(maya)
    show(screen, "Archive")
    expect(screen.row("Tomás")).to_be_visible()
    tomas.writes_in(group, "Are you there?")
    expect(screen.badge("Tomás")).to_have_text("2 unread")
    maya.ask("PATCH", path, {"muted_until": None})
    expect(screen.row("Tomás").get_by_text("muted")).not_to_be_attached()
    tomas.writes_in(group, "Hm")
    expect(screen.inbox.get_by_text("Nothing is archived.")).to_be_visible()
    show(screen, "Inbox")
    expect(screen.badge("Tomás")).to_have_text("3 unread")
    screen.reload()
    expect(screen.badge("Tomás")).to_have_text("3 unread")


def test_by_a_far_swipe(three: Three, window: Windows) -> None:
    phone = window(three[0], **PHONE)
    Finger(phone.page).swipe(phone.row("Tomás"), -180)
    expect(phone.row("Tomás")).to_be_hidden()
    expect(phone.row("Inês")).to_be_visible()
    show(phone, "Archive")
    expect(phone.row("Tomás")).to_be_visible()
    Finger(phone.page).swipe(phone.row("Tomás"), -180)
    expect(phone.inbox.get_by_text("Nothing is archived.")).to_be_visible()


def test_by_the_key_and_the_focus_goes_on(three: Three, window: Windows) -> None:
    screen = window(three[0])
    screen.row("Inês").focus()
    screen.page.keyboard.press("Alt+Shift+E")
    expect(screen.row("Inês")).to_be_hidden()
    expect(screen.row("Tomás")).to_be_focused()


def test_an_open_one_stays_open_and_other_tabs_follow(three: Three, window: Windows) -> None:
    maya, _, group = three
    here = window(maya, f"/c/{group}")
    beside = window(path="/", beside=here)
    beside.is_ready()
    expect(beside.row("Tomás")).to_be_visible()
    here.page.keyboard.press("Alt+Shift+E")
    for screen in (here, beside):
        expect(screen.row("Tomás")).to_be_hidden()
    expect(here.bubble("Hello")).to_be_visible()
    here.say("One more thing")
    for screen in (here, beside):
        expect(screen.row("Tomás")).to_contain_text("One more thing")


def test_the_archive_is_there_after_an_absence(three: Three, window: Windows) -> None:
    maya, _, group = three
    screen = window(maya)
    show(screen, "Archive")
    expect(screen.inbox.get_by_text("Nothing is archived.")).to_be_visible()
    with screen.offline():
        maya.ask("PATCH", f"/api/message_groups/{group}/settings", {"archived": True})
    expect(screen.row("Tomás")).to_be_visible()
    show(screen, "Inbox")
    expect(screen.row("Tomás")).to_be_hidden()
