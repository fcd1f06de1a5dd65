"""The sheets about a person and a group: opened from everywhere, by mouse, keyboard and touch."""

from playwright.sync_api import Locator, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows
from tests.browser.test_accessibility import expect_no_findings
from tests.browser.test_blocking import answer
from tests.browser.test_row_menu import PHONE

_STILL = {"reduced_motion": "reduce"}


def sheet(screen: Screen, name: str) -> Locator:
    return screen.page.get_by_role("dialog", name=f"Profile {name}")


def about(screen: Screen, name: str) -> Locator:
    return screen.page.get_by_role("button", name=f"About {name}", exact=True)


def test_a_person_by_the_header_of_their_conversation(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group, lake = tomas.writes(maya, "Hello"), tomas.starts_group("Lake", maya)
    tomas.starts_group("Without her", people("Inês"))
    maya.awaits_rows()
    here = window(maya, f"/c/{group}", **_STILL)
    about(here, "Tomás").focus()
    here.page.keyboard.press("Enter")
    opened = sheet(here, "Tomás")
    expect(opened.get_by_text(f"@{tomas.handle}")).to_be_visible()
    expect(opened.get_by_text("Here since")).to_be_visible()
    expect(opened.get_by_role("link")).to_have_text(["LLake"])
    expect(opened.get_by_role("button", name="Message", exact=True)).to_be_hidden()
    expect_no_findings(here)
    opened.get_by_role("button", name="Mute…").click()
    opened.get_by_role("button", name="Mute always").press("Enter")
    expect(opened.get_by_role("button", name="Unmute")).to_be_visible()
    here.until(lambda: maya.ask("GET", f"/api/message_groups/{group}")["muted_until"] == "always")
    opened.get_by_role("button", name="Block…").click()
    answer(here, "Block Tomás?", "Block")
    expect(opened.get_by_text("You blocked them on")).to_be_visible()
    opened.get_by_role("button", name="Unblock…").click()
    answer(here, "Unblock Tomás?", "Unblock")
    expect(opened.get_by_role("button", name="Block…")).to_be_visible()
    opened.get_by_role("button", name="Report their last message…").click()
    reported = here.page.get_by_role("dialog", name="Report this message")
    expect(reported.get_by_text("Hello", exact=True)).to_be_visible()
    here.page.keyboard.press("Escape")
    about(here, "Tomás").click()
    opened.get_by_role("link", name="Lake").click()
    expect(opened).to_be_hidden()
    expect(here.header.filter(has_text="Lake")).to_be_visible()
    assert here.page.url.endswith(lake)


def test_a_group_and_its_people_on_a_phone(people: People, window: Windows) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    lake = tomas.starts_group("Lake", maya, ines)
    tomas.writes_in(lake, "From Tomás")
    ines.writes_in(lake, "From Inês")
    phone = window(maya, f"/c/{lake}", **PHONE, **_STILL)
    about(phone, "Lake").tap()
    group = phone.page.get_by_role("dialog", name="People and settings")
    expect(group.get_by_role("button", name="Archive")).to_be_visible()
    expect_no_findings(phone)
    group.get_by_role("button", name="Inês").tap()
    expect(sheet(phone, "Inês").get_by_text("Here since")).to_be_visible()
    expect_no_findings(phone)
    for one in (sheet(phone, "Inês"), group):
        phone.page.go_back()
        expect(one).to_be_hidden()
    phone.bubble("From Tomás").locator(".avatar").tap()
    sheet(phone, "Tomás").get_by_role("button", name="Message", exact=True).tap()
    expect(phone.header.filter(has_text="Tomás")).to_be_visible()
    expect(phone.composer).to_be_visible()


def test_by_the_menu_of_a_message_and_without_a_network(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    lake = tomas.starts_group("Lake", maya)
    tomas.writes_in(lake, "Hello")
    here = window(maya, f"/c/{lake}", **_STILL)
    here.act("Hello", "About the person")
    opened = sheet(here, "Tomás")
    expect(opened.get_by_text("Here since")).to_be_visible()
    opened.get_by_role("button", name="Close").click()
    with here.unreachable("**/api/people/*"):
        here.page.locator(".author").get_by_text("Tomás").click()
        expect(opened.get_by_text("The server cannot be reached.")).to_be_visible()
        expect(opened.get_by_text(f"@{tomas.handle}")).to_be_visible()
