"""A message that could not be sent goes back to where it was written."""

from playwright.sync_api import Route, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

_SEND = "**/api/messages"


def _refuse(route: Route) -> None:
    route.fulfill(status=422, json={"detail": "Not this.", "code": "message_blank"})


def _say_what_is_refused(screen: Screen, text: str) -> None:
    screen.network_may_fail = True
    screen.page.route(_SEND, _refuse, times=1)
    screen.say(text)
    expect(screen.bubble(text).get_by_text("Not sent: Not this.")).to_be_visible()


def _take_back(screen: Screen, text: str) -> None:
    screen.bubble(text).get_by_role("button", name="Edit").click()


def test_what_is_taken_back_joins_the_draft_and_not_the_message_that_is_being_edited(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    _say_what_is_refused(screen, "Refused")
    screen.composer.fill("A draft")
    screen.act("Hello", "Edit message")
    screen.composer.fill("Hello, you")
    _take_back(screen, "Refused")
    expect(screen.page.get_by_text("Editing your message")).to_be_hidden()
    expect(screen.composer).to_have_value("A draft\nRefused")
    screen.act("Hello", "Edit message")
    expect(screen.composer).to_have_value("Hello, you")
    screen.composer.press("Escape")
    screen.reload()
    expect(screen.composer).to_have_value("A draft\nRefused")
    assert maya.stored(group) == [(1, "Hello")]


def test_what_is_taken_back_goes_to_its_own_conversation_although_another_is_open_by_then(
    people: People, window: Windows
) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    maya.writes(ines, "Hello")
    screen = window(maya, f"/c/{maya.writes(tomas, 'Hello')}")
    _say_what_is_refused(screen, "Refused")

    def answer_when_the_other_is_open(route: Route) -> None:
        _take_back(screen, "Refused")
        screen.row("Inês").click()
        expect(screen.header.filter(has_text="Inês")).to_be_visible()
        route.continue_()

    screen.page.route(_SEND, answer_when_the_other_is_open, times=1)
    screen.say("This one goes")
    expect(screen.row("Tomás")).not_to_contain_text("Not sent")
    expect(screen.composer).to_have_value("")
    screen.row("Tomás").click()
    expect(screen.composer).to_have_value("Refused")
    screen.expect_all_sent(2)
