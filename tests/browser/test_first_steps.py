"""What a newcomer sees before the first message: a link to share, and a greeting."""

from playwright.sync_api import expect
from tests.browser.people import People
from tests.browser.screen import Windows

_KEEP_COPIES = """
globalThis.copied = [];
navigator.clipboard.writeText = async (text) => void copied.push(text);
undefined;
"""


def test_a_newcomers_link_leads_a_friend_to_them(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = window(maya)
    screen.page.evaluate(_KEEP_COPIES)
    screen.page.get_by_role("button", name="Copy link").click()
    expect(screen.page.get_by_role("button", name="Copied")).to_be_visible()
    (link,) = screen.page.evaluate("copied")
    expect(screen.page.get_by_text(link)).to_be_visible()
    friend = window(tomas, link)
    friend.page.get_by_role("button", name="Say hello").click()
    expect(friend.composer).to_be_focused()
    friend.composer.press("Enter")
    friend.expect_sent("Hello 👋")
    expect(friend.page.get_by_text("Nobody has written here yet.")).to_be_hidden()
    screen.row("Tomás").click()
    expect(screen.bubble("Hello 👋")).to_be_visible()


def test_a_greeting_takes_the_place_of_nothing_that_was_written(
    people: People, window: Windows
) -> None:
    screen = window(people("Maya"), f"/@{people('Tomás').handle}")
    screen.composer.fill("Do you remember me?")
    screen.page.get_by_role("button", name="Say hello").click()
    expect(screen.composer).to_have_value("Do you remember me?\nHello 👋")


def test_an_empty_conversation_is_named_and_one_with_messages_is_not(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/@{people('Inês').handle}")
    hint = screen.page.get_by_text("Nobody has written here yet.")
    expect(hint).to_be_visible()
    expect(screen.page.locator("#empty-name")).to_have_text("Inês")
    screen.row("Tomás").click()
    expect(screen.bubble("Hello")).to_be_visible()
    expect(hint).to_be_hidden()
