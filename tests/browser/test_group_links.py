"""A link to a group, from one person's dialog to another's inbox, and coming back by consent."""

import time

from playwright.sync_api import expect
from tests.browser.people import People
from tests.browser.screen import Windows


def test_a_link_that_asks_the_admins_lets_somebody_in(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.starts_group("The lake", people("Inês"))
    one = window(maya, f"/c/{group}")
    one.page.get_by_role("button", name="People and settings").click()
    dialog = one.page.get_by_role("dialog", name="People and settings")
    dialog.get_by_label("An admin lets each person in").check()
    dialog.get_by_label("For").select_option("1 person")
    dialog.get_by_label("Ends in").select_option("30 days")
    dialog.get_by_role("button", name="Make a link").click()
    expect(dialog.get_by_text("1 more person can use it until")).to_be_visible()
    invite = maya.ask("GET", f"/api/message_groups/{group}/invite")
    assert invite["expires_at"] > time.time() + 29 * 86_400
    link = dialog.locator("#link-text")
    expect(link).to_contain_text("/join/")
    other = window(tomas)
    other.page.goto(link.inner_text())
    expect(other.page.get_by_role("heading", name="The lake")).to_be_visible()
    other.page.get_by_role("button", name="Ask to join").click()
    expect(other.page.get_by_text("The admins were asked.")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    one.page.get_by_role("button", name="People and settings").click()
    dialog.get_by_role("button", name="Let in: Tomás").click()
    expect(dialog.get_by_role("list", name="3 people").get_by_text("Tomás")).to_be_visible()
    other.page.get_by_role("link", name="To your conversations").click()
    expect(other.row("The lake")).to_contain_text("Maya added Tomás")


def test_whoever_has_left_is_asked_and_comes_back(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.starts_group("The lake", tomas)
    tomas.ask("POST", f"/api/message_groups/{group}/leave")
    other = window(tomas)
    maya.ask("POST", f"/api/message_groups/{group}/members", {"handles": [tomas.handle]})
    words = other.page.get_by_text("Maya asks you to come back into “The lake”.")
    expect(words).to_be_visible()
    expect(other.row("The lake")).to_have_count(0)
    other.reload()
    expect(words).to_be_visible()
    other.page.get_by_role("button", name="Accept").click()
    expect(other.header.filter(has_text="The lake")).to_be_visible()
    expect(words).to_have_count(0)
