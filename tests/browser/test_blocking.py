"""Somebody blocks a person by the menus of a conversation and of a message, and ends that."""

from playwright.sync_api import expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows
from tests.browser.test_accessibility import expect_no_findings
from tests.browser.test_row_menu import choose


def answer(screen: Screen, question: str, button: str) -> None:
    dialog = screen.page.get_by_role("dialog", name=question)
    dialog.get_by_role("button", name=button, exact=True).click()
    expect(dialog).to_be_hidden()


def test_by_the_menus_of_a_row_and_of_a_message(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    maya.awaits_rows()
    screen = window(maya, f"/c/{group}")
    screen.row("Tomás").click(button="right")
    choose(screen, "Block or unblock…")
    with screen.page.expect_response("**/api/blocks/*") as blocked:
        answer(screen, "Block Tomás?", "Block")
    assert blocked.value.status == 204
    tomas.writes_in(group, "Can you read this?")
    assert [text for _, text in maya.stored(group)] == ["Hello"]
    bubble = screen.bubble("Hello")
    bubble.hover()
    bubble.get_by_role("button", name="Message actions").click()
    screen.page.locator("#message-menu").get_by_text("Block or unblock…").click()
    with screen.page.expect_response("**/api/blocks/*") as ended:
        answer(screen, "Unblock Tomás?", "Unblock")
    assert ended.value.status == 204
    tomas.writes_in(group, "And this?")
    expect(screen.bubble("And this?")).to_be_visible()
    expect(screen.page.get_by_text("Can you read this?")).not_to_be_attached()


def test_what_they_write_in_groups_is_folded(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    lake = maya.starts_group("Lake", tomas)
    tomas.writes_in(lake, "Here I am")
    maya.writes_in(lake, "My own")
    screen = window(maya, f"/c/{lake}")
    beside = window(path=f"/c/{lake}", beside=screen)
    beside.is_ready()
    screen.act("Here I am", "Block or unblock…")
    answer(screen, "Block Tomás?", "Block")
    tomas.writes_in(lake, "And still here")
    for one in (screen, beside):
        folded = one.page.get_by_text("Message from somebody you blocked.")
        expect(folded).to_have_count(2)
        expect(one.log.get_by_text("And still here")).to_be_hidden()
        expect(one.bubble("My own")).to_be_visible()
    screen.reload()
    screen.page.get_by_role("button", name="Show").first.press("Enter")
    expect(screen.log.get_by_text("Here I am")).to_be_visible()
    expect(screen.page.get_by_text("From somebody you blocked.", exact=True)).to_be_visible()
    expect(screen.log.get_by_text("And still here")).to_be_hidden()
    expect_no_findings(screen)
    maya.ask("DELETE", f"/api/blocks/{tomas.uuid}")
    for one in (screen, beside):
        expect(one.bubble("And still here")).to_be_visible()
        expect(one.page.locator(".blocked-note")).to_have_count(0)
