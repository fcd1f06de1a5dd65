"""Pinning by menu, key, finger and drag; clearing for oneself; and the list of what is unread."""

import pytest
from playwright.sync_api import expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.test_archive import show
from tests.browser.test_row_menu import PHONE, choose
from tests.browser.touch import Finger

Known = tuple[Person, Person, str]


@pytest.fixture
def known(people: People) -> Known:
    """Maya, to whom three people have written, the first of them, and the conversation with him."""
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One", "Two")
    for name in ("Inês", "Rui"):
        people(name).writes(maya, "Hello")
    maya.awaits_rows()
    return maya, tomas, group


def expect_order(screen: Screen, *names: str) -> None:
    expect(screen.inbox.locator(".rows .row-name")).to_have_text(list(names))


def test_pins_move_by_menu_keys_and_drag_and_every_tab_follows(
    known: Known, window: Windows
) -> None:
    elsewhere, here = window(known[0]), window(known[0])
    expect_order(here, "Rui", "Inês", "Tomás")
    here.row("Tomás").click(button="right")
    choose(here, "Pin")
    expect(here.row("Tomás").get_by_text("pinned")).to_be_attached()
    here.row("Inês").focus()
    here.page.keyboard.press("Alt+Shift+P")
    for screen in (here, elsewhere):
        expect_order(screen, "Tomás", "Inês", "Rui")
    here.page.keyboard.press("Alt+Shift+ArrowUp")
    for screen in (here, elsewhere):
        expect_order(screen, "Inês", "Tomás", "Rui")
    expect(here.row("Inês")).to_be_focused()
    expect(here.page.get_by_text("Inês is number 1 of what is pinned.")).to_be_attached()
    here.row("Tomás").hover()
    here.page.mouse.down()
    box = here.row("Inês").bounding_box()
    assert box is not None
    here.page.mouse.move(box["x"] + 40, box["y"] + 5, steps=3)
    here.page.mouse.up()
    for screen in (here, elsewhere):
        expect_order(screen, "Tomás", "Inês", "Rui")
    expect(here.header.filter(has_text="Tomás")).to_be_hidden()
    here.reload()
    expect_order(here, "Tomás", "Inês", "Rui")
    here.row("Inês").click(button="right")
    choose(here, "Unpin")
    expect_order(elsewhere, "Tomás", "Rui", "Inês")


def test_a_finger_pins_by_a_far_swipe(known: Known, window: Windows) -> None:
    phone = window(known[0], **PHONE)
    Finger(phone.page).swipe(phone.row("Tomás"), 180)
    expect_order(phone, "Tomás", "Rui", "Inês")
    expect(phone.row("Tomás").get_by_text("marked as unread")).not_to_be_attached()


def test_what_is_cleared_is_gone_on_every_device_and_new_messages_come(
    known: Known, window: Windows
) -> None:
    maya, tomas, group = known
    here, elsewhere = window(maya, f"/c/{group}"), window(maya, f"/c/{group}")
    tomas.ask(
        "POST",
        "/api/messages",
        {"message_group_uuid": group, "message": "Three", "reply_to_seq": 1},
    )
    for screen in (here, elsewhere):
        expect(screen.bubble("Three")).to_be_visible()
    here.page.keyboard.press("Alt+Shift+X")
    dialog = here.page.get_by_role("dialog", name="Clear Tomás?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(here.articles).to_have_count(3)
    here.row("Tomás").click(button="right")
    choose(here, "Clear…")
    dialog.get_by_role("button", name="Clear").click()
    for screen in (here, elsewhere):
        expect(screen.articles).to_have_count(0)
        expect(screen.row("Tomás")).to_contain_text("Cleared")
        expect(screen.page.get_by_text("All messages here were cleared.")).to_be_visible()
    tomas.ask(
        "POST", "/api/messages", {"message_group_uuid": group, "message": "Four", "reply_to_seq": 1}
    )
    for screen in (here, elsewhere):
        expect(screen.bubble("Four")).to_contain_text("A message that you cannot see")
        expect(screen.articles).to_have_count(1)
    here.reload()
    expect(here.articles).to_have_count(1)
    expect(here.bubble("Four")).to_contain_text("A message that you cannot see")
    assert [text for _, text in tomas.stored(group)] == ["One", "Two", "Three", "Four"]


def test_only_what_is_unread_is_shown_and_the_open_one_stays(known: Known, window: Windows) -> None:
    maya, _, group = known
    maya.reads(group, 2)
    screen = window(maya)
    show(screen, "Unread")
    expect_order(screen, "Rui", "Inês")
    screen.row("Inês").click()
    expect(screen.badge("Inês")).not_to_be_attached()
    expect_order(screen, "Rui", "Inês")
    screen.row("Rui").click()
    expect_order(screen, "Rui")
    show(screen, "Inbox")
    expect_order(screen, "Rui", "Inês", "Tomás")
