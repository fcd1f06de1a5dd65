"""Conversations of many."""

from playwright.sync_api import expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows


def _choose(screen: Screen, person: Person, label: str) -> None:
    screen.page.get_by_role("combobox", name=label, exact=True).fill(person.handle)
    screen.option(person.display_name).click()
    remove = screen.page.get_by_role("button", name=f"Remove {person.display_name}")
    expect(remove).to_be_visible()


def test_a_group_is_started_and_its_people_talk(people: People, window: Windows) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    one, other = window(maya), window(tomas)
    dialog = one.new_group()
    dialog.get_by_role("button", name="Create group").click()
    expect(dialog.get_by_text("Choose at least one person.")).to_be_visible()
    dialog.get_by_role("textbox", name="Name of the group").fill("The lake")
    _choose(one, tomas, "People")
    _choose(one, ines, "People")
    dialog.get_by_role("button", name="Create group").click()
    expect(dialog).to_be_hidden()
    one.say("Who drives?")
    other.row("The lake").click()
    expect(other.bubble("Who drives?").get_by_text("Maya", exact=True)).to_be_visible()
    expect(other.page.get_by_text("3 people")).to_be_visible()
    other.say("I do")
    one.expect_all_sent(2)


def test_a_group_is_renamed_and_grows_and_shrinks(people: People, window: Windows) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    group = maya.starts_group("The lake", tomas)
    maya.writes_in(group, "Before Inês")
    one, other, third = window(maya, f"/c/{group}"), window(tomas, f"/c/{group}"), window(ines)
    one.page.get_by_role("button", name="People and settings").click()
    dialog = one.page.get_by_role("dialog", name="People and settings")
    dialog.get_by_role("textbox", name="Name of the group").fill("The sea")
    dialog.get_by_role("button", name="Rename").click()
    expect(other.header.filter(has_text="The sea")).to_be_visible()
    _choose(one, ines, "Add people")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_role("list", name="3 people").get_by_text("Inês")).to_be_visible()
    third.row("The sea").click()
    expect(third.header.filter(has_text="The sea")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    one.say("Welcome")
    expect(third.bubble("Welcome")).to_be_visible()
    expect(third.bubble("Before Inês")).to_have_count(0)


def test_a_newcomer_is_not_told_that_a_message_was_deleted_before_they_came(
    people: People, window: Windows
) -> None:
    maya, ines = people("Maya"), people("Inês")
    group = maya.starts_group("The lake", people("Tomás"))
    maya.writes_in(group, "Before Inês")
    maya.ask("POST", f"/api/message_groups/{group}/members", {"handles": [ines.handle]})
    bare, screen = window(ines, java_script_enabled=False), window(ines)
    expect(screen.row("The lake")).to_contain_text("Maya added Inês")
    expect(bare.row("The lake")).not_to_contain_text("deleted")
    maya.ask("DELETE", f"/api/messages/{group}/2")
    maya.writes_in(group, "Welcome")
    expect(screen.row("The lake")).to_contain_text("Welcome")


def test_who_leaves_a_group_hears_no_more_of_it(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.starts_group("The lake", tomas)
    maya.writes_in(group, "Hello")
    tomas.writes(maya, "Just us two")
    one, other = window(maya, f"/c/{group}"), window(tomas, f"/c/{group}")
    other.page.get_by_role("button", name="People and settings").click()
    other.page.get_by_role("button", name="Leave group").click()
    question = other.page.get_by_role("dialog", name="Leave this group?")
    question.get_by_role("button", name="Leave").click()
    expect(other.row("The lake")).to_have_count(0)
    expect(other.row("Maya")).to_be_visible()
    expect(one.page.get_by_text("1 person")).to_be_visible()
    one.say("Alone now")
    one.expect_sent("Alone now")
    other.reload()
    expect(other.row("Maya")).to_be_visible()
    expect(other.row("The lake")).to_have_count(0)


def test_a_change_of_a_group_is_shown_without_asking_for_it(
    people: People, window: Windows
) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    group = maya.starts_group("The lake", tomas)
    screen = window(tomas, f"/c/{group}")
    maya.writes_in(group, "Hello")
    expect(screen.bubble("Hello")).to_be_visible()  # so the stream is open
    with screen.unreachable(f"**/api/message_groups/{group}"):
        maya.ask("PATCH", f"/api/message_groups/{group}", {"title": "The sea"})
        maya.ask("POST", f"/api/message_groups/{group}/members", {"handles": [ines.handle]})
        expect(screen.header.filter(has_text="The sea")).to_be_visible()
        expect(screen.page.get_by_text("3 people")).to_be_visible()
