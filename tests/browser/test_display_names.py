"""The settings sheet: another display name, in one's own tabs and on the pages of others."""

import re

from playwright.sync_api import Locator, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows


def _sheet(screen: Screen) -> Locator:
    screen.page.get_by_role("button", name="Your account").click()
    screen.page.get_by_role("button", name="Settings").click()
    sheet = screen.page.get_by_role("dialog", name="Settings")
    expect(sheet).to_be_visible()
    return sheet


def _renames(screen: Screen, name: str) -> Locator:
    sheet = _sheet(screen)
    sheet.get_by_role("textbox", name="Display name").fill(name)
    sheet.get_by_role("textbox", name="Display name").press("Enter")
    return sheet


def test_a_new_name_is_shown_in_all_tabs_and_on_the_pages_of_others(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "Hello")
    here, tab = window(maya), window(maya)
    other, elsewhere = window(tomas, f"/c/{group}"), window(tomas)
    expect(other.header.filter(has_text="Maya")).to_be_visible()
    sheet = _renames(here, "  Inês   Maré ")
    expect(sheet.get_by_text("Your name is changed.")).to_be_visible()
    expect(sheet.get_by_role("textbox", name="Display name")).to_have_value("Inês Maré")
    expect(other.header.filter(has_text="Inês Maré")).to_be_visible()
    expect(other.page).to_have_title(re.compile("Inês Maré"))
    expect(other.composer).to_have_attribute("placeholder", "Message Inês Maré")
    for screen in (other, elsewhere):
        expect(screen.row("Inês Maré")).to_be_visible()
        expect(screen.row("Maya")).to_have_count(0)
    tab.page.get_by_role("button", name="Your account").click()
    expect(tab.page.locator("#me-name")).to_have_text("Inês Maré")
    expect(tab.page.get_by_role("button", name="Inês Maré Your account")).to_be_visible()
    other.reload()
    expect(other.header.filter(has_text="Inês Maré")).to_be_visible()


def test_what_was_typed_stays_beside_an_error_and_goes_with_the_sheet(
    people: People, window: Windows
) -> None:
    screen = window(people("Maya"))
    screen.network_may_fail = True
    sheet = _renames(screen, "x" * 51)
    field = sheet.get_by_role("textbox", name="Display name")
    expect(sheet.get_by_role("alert")).to_have_text(
        "A display name has at most 50 characters; this one has 51."
    )
    expect(field).to_have_value("x" * 51)
    expect(field).to_be_focused()
    screen.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    sheet = _sheet(screen)
    expect(field).to_have_value("Maya")
    expect(sheet.get_by_role("alert")).to_have_count(0)


def test_what_is_being_typed_is_not_overwritten_by_another_tab(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    here, other = window(maya), window(maya)
    sheet = _sheet(other)
    sheet.get_by_role("textbox", name="Display name").fill("Half")
    expect(_renames(here, "Inês").get_by_text("Your name is changed.")).to_be_visible()
    other.page.keyboard.press("Escape")
    other.page.get_by_role("button", name="Your account").click()
    expect(other.page.locator("#me-name")).to_have_text("Inês")
    here.reload()
    expect(_sheet(here).get_by_role("textbox", name="Display name")).to_have_value("Inês")


def test_in_a_group_the_message_keeps_its_name_and_the_next_has_the_new_one(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.starts_group("The lake", tomas)
    maya.writes_in(group, "Before")
    other = window(tomas, f"/c/{group}")
    expect(other.bubble("Before")).to_be_visible()
    maya.ask("PATCH", "/api/me", {"display_name": "Inês"})
    maya.writes_in(group, "After")
    expect(other.row("The lake")).to_contain_text("Inês: After")
    expect(other.articles.filter(has_text="Before")).to_contain_text("Maya")
    other.page.get_by_role("button", name="People and settings").click()
    dialog = other.page.get_by_role("dialog", name="People and settings")
    expect(dialog.get_by_role("list").get_by_text("Inês", exact=True)).to_be_visible()
