"""Mentions: completed while one types, shown as links, on the row, and told in spite of a mute."""

from collections.abc import Callable

from playwright.sync_api import expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.test_notifications import RECORD, SETTINGS_OF, WORDS


def test_a_handle_is_completed_by_keys_and_by_a_press(people: People, window: Windows) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás Ōe"), people("Inês")
    group = maya.starts_group("Lake", tomas, ines)
    screen = window(maya, f"/c/{group}")
    options = screen.page.get_by_role("listbox", name="People to mention").get_by_role("option")
    screen.composer.press_sequentially("Hello @")
    expect(options).to_have_count(2)
    screen.composer.press_sequentially("oe")  # a word of the name
    expect(options).to_have_text([f"TŌTomás Ōe@{tomas.handle}"])
    expect(options.first).to_have_attribute("aria-selected", "true")
    active = screen.composer.get_attribute("aria-activedescendant")
    expect(screen.page.locator(f"#{active}")).to_contain_text("Tomás")
    screen.composer.press("Enter")
    expect(screen.composer).to_have_value(f"Hello @{tomas.handle} ")
    expect(options).to_have_count(0)
    screen.composer.press("Control+z")
    expect(screen.composer).to_have_value("Hello @oe")
    screen.composer.fill("@")
    expect(options).to_have_count(2)
    screen.composer.press("Escape")
    expect(options).to_have_count(0)
    screen.composer.fill("and @")
    screen.composer.press("End")
    screen.composer.press("ArrowDown")
    screen.composer.press("ArrowUp")
    options.filter(has_text="Inês").click()
    expect(screen.composer).to_have_value(f"and @{ines.handle} ")
    expect(screen.composer).to_be_focused()
    screen.composer.press_sequentially("mail@")
    expect(options).to_have_count(0)
    screen.composer.press("Enter")
    screen.expect_all_sent(1)
    link = screen.articles.get_by_role("link", name=f"@{ines.handle}")
    expect(link).to_have_class("mention")
    link.click()
    expect(screen.header.get_by_text("Inês")).to_be_visible()


def test_a_row_shows_a_mention_until_it_is_read(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.starts_group("Lake", maya)
    tomas.writes_in(group, f"Hello @{maya.handle}, `@{maya.handle}` and @nobody")
    maya.awaits_rows()
    screen = window(maya)
    mark = screen.row("Lake").get_by_text("you are mentioned")
    expect(mark).to_be_attached()
    screen.row("Lake").click()
    expect(mark).not_to_be_attached()
    mentions = screen.articles.locator(".mention")
    expect(mentions).to_have_count(1)
    expect(mentions).to_have_class("mention of-me")
    screen.page.goto("/")
    screen.is_ready()
    expect(mark).not_to_be_attached()
    tomas.writes_in(group, "Nothing")
    expect(screen.badge("Lake")).to_have_text("1 unread")
    expect(mark).not_to_be_attached()
    tomas.writes_in(group, f"@{maya.handle}!")
    expect(mark).to_be_attached()


def test_a_muted_group_notifies_of_a_mention_and_of_nothing_else(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.starts_group("Lake", maya)
    tomas.writes_in(group, f"An older @{maya.handle}")
    maya.ask("PATCH", f"/api/message_groups/{group}/settings", {"muted_until": "always"})
    maya.awaits_rows()
    screen = _watched(window, maya)
    screen.page.evaluate("document.hasFocus = () => false")
    tomas.writes_in(group, "Nothing new")
    expect(screen.badge("Lake")).to_have_text("2 unread")
    tomas.writes_in(group, f"*@{maya.handle}*, come!", "Now.")
    screen.until(lambda: len(screen.page.evaluate(WORDS)) == 1)
    assert screen.page.evaluate(WORDS) == [["Lake", "Tomás: Now."]]
    tomas.writes_in(group, "Or not.")
    expect(screen.badge("Lake")).to_have_text("5 unread")
    tomas.writes(maya, "Hello")
    screen.until(lambda: len(screen.page.evaluate(WORDS)) == 2)
    assert ["Lake", "Tomás: Or not."] not in screen.page.evaluate(WORDS)


def test_a_list_of_mentions_leads_to_each_and_marks_the_unread(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.starts_group("Lake", maya)
    tomas.writes_in(group, f"First @{maya.handle}", *(f"Number {n}" for n in range(70)))
    maya.reads(group, 60)
    tomas.writes(maya, f"Not in a group, @{maya.handle}")
    screen = window(maya)
    screen.page.get_by_role("button", name="Mentions").click()
    dialog = screen.page.get_by_role("dialog", name="Mentions")
    links = dialog.get_by_role("link")
    expect(links).to_have_count(2)
    expect(links.first).to_contain_text("unread")
    expect(links.last).not_to_contain_text("unread")
    expect(links.last).to_contain_text("Tomás in Lake")
    links.last.click()
    expect(dialog).to_be_hidden()
    expect(screen.header.get_by_text("Lake")).to_be_visible()
    expect(screen.bubble(f"First @{maya.handle}")).to_be_in_viewport()
    screen.page.keyboard.press("Alt+Shift+A")
    expect(links.first).to_contain_text("Tomás")
    screen.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_in_a_conversation_of_two_the_other_is_completed(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = window(maya, f"/c/{maya.writes(tomas, 'Hello')}")
    screen.composer.press_sequentially("@to")
    options = screen.page.get_by_role("listbox", name="People to mention").get_by_role("option")
    expect(options).to_have_count(1)
    screen.composer.press("Enter")
    expect(screen.composer).to_have_value(f"@{tomas.handle} ")


def _watched(window: Callable[..., Screen], person: Person) -> Screen:
    screen = window(path="/sign-in")
    screen.page.context.add_init_script(RECORD)
    uuid = person.ask("GET", "/api/me")["uuid"]
    screen.page.evaluate(SETTINGS_OF, [uuid, {"shown": True}])
    return window(person, "/", beside=screen)
