"""The rights in a group, what its log says, and what a member sees who is removed."""

from playwright.sync_api import Locator, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows


def opened(screen: Screen) -> Locator:
    screen.page.get_by_role("button", name="People and settings").click()
    return screen.page.get_by_role("dialog", name="People and settings")


def test_an_owner_makes_an_admin_closes_the_group_and_gives_it_a_picture(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.starts_group("The lake", tomas)
    one, other = window(maya, f"/c/{group}"), window(tomas, f"/c/{group}")
    expect(other.page.get_by_text("Maya made the group “The lake”").first).to_be_visible()
    dialog = opened(one)
    dialog.get_by_label("Only admins write").check()
    expect(other.page.get_by_text("Only the admins write in this group.")).to_be_visible()
    dialog.get_by_role("button", name="Make admin: Tomás").click()
    expect(dialog.get_by_text("· admin")).to_be_visible()
    dialog.get_by_label("Emoji").fill("🛶")
    dialog.get_by_label("Colour 6").check()
    expect(other.row("The lake").get_by_text("🛶")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    other.say("Now I can")
    line = one.page.locator("article.event", has_text="Maya changed the picture of the group").first
    expect(line).to_be_visible()
    expect(line.get_by_role("button")).to_have_count(0)
    expect(one.bubble("Now I can")).to_be_visible()


def test_a_removed_member_is_told_and_loses_the_conversation_on_each_device(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.starts_group("The lake", tomas)
    one = window(maya, f"/c/{group}")
    theirs = [window(tomas, f"/c/{group}"), window(tomas)]
    dialog = opened(one)
    dialog.get_by_role("button", name="Remove: Tomás").click()
    one.page.get_by_role("dialog", name="Remove Tomás?").get_by_role(
        "button", name="Remove"
    ).click()
    for screen in theirs:
        expect(screen.page.get_by_text("You were removed from “The lake”.")).to_be_visible()
        expect(screen.row("The lake")).to_have_count(0)
    dialog.get_by_role("button", name="Close").click()
    expect(one.page.locator("article.event", has_text="Maya removed Tomás").first).to_be_visible()
    one.say("Alone")
    one.expect_all_sent(1)


def test_an_owner_lets_messages_go_and_a_member_reads_that(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.starts_group("The lake", tomas)
    one, other = window(maya, f"/c/{group}"), window(tomas, f"/c/{group}")
    rule = opened(one).get_by_label("Messages are removed")
    expect(rule.locator("option:checked")).to_have_text("As everywhere here: never")
    asked = one.page.get_by_role("dialog", name="Remove messages after 7 days?")
    rule.select_option("after 7 days")
    asked.get_by_role("button", name="Cancel").click()
    expect(rule).to_have_value("")
    rule.select_option("after 7 days")
    asked.get_by_role("button", name="Remove older messages").click()
    line = other.page.locator("article.event", has_text="Maya lets messages go after 7 days")
    expect(line.first).to_be_visible()
    expect(rule).to_have_value("7")
    theirs = opened(other).get_by_label("Messages are removed")
    expect(theirs).to_have_value("7")
    expect(theirs).to_be_disabled()
