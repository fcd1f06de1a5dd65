"""The line below a conversation's name: drafts, and what waits to be sent."""

from playwright.sync_api import expect
from tests.browser.people import People
from tests.browser.screen import Windows


def test_a_draft_is_shown_once_another_conversation_is_open(
    people: People, window: Windows
) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    ines.writes(maya, "And you?")
    screen = window(maya, f"/c/{tomas.writes(maya, 'Hello')}")
    screen.composer.fill("I think  that\nwe")
    expect(screen.row("Tomás")).not_to_contain_text("Draft")
    screen.row("Inês").click()
    expect(screen.row("Tomás")).to_contain_text("Draft: I think that we")
    screen.reload()
    expect(screen.row("Tomás")).to_contain_text("Draft: I think that we")
    screen.row("Tomás").click()
    expect(screen.composer).to_have_value("I think  that\nwe")
    expect(screen.row("Tomás")).to_contain_text("Hello")
    screen.composer.fill("")
    screen.row("Inês").click()
    expect(screen.row("Tomás")).not_to_contain_text("Draft")


def test_a_draft_of_another_open_tab_is_shown_when_that_is_closed(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    first = window(maya, f"/c/{tomas.writes(maya, 'Hello')}")
    beside = window(path="/", beside=first)
    beside.is_ready()
    first.composer.fill("I think")
    tomas.writes(maya, "Are you there?")
    expect(beside.row("Tomás")).to_contain_text("Are you there?")
    first.page.close()
    tomas.writes(maya, "Hm")
    expect(beside.row("Tomás")).to_contain_text("Draft: I think")


def test_what_waits_is_shown_until_it_is_sent(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = window(maya, f"/c/{tomas.writes(maya, 'Hello')}")
    with screen.offline():
        screen.say("One", "Two")
        expect(screen.row("Tomás")).to_contain_text("Waiting: Two")
    expect(screen.row("Tomás")).to_contain_text("You: Two")
    screen.expect_all_sent(3)
