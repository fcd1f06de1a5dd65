"""Going back closes what lies over the page, and only then leaves the page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

Opens = Callable[[Page], None]


def _button(name: str) -> Opens:
    return lambda page: page.get_by_role("button", name=name, exact=True).click()


def _shortcuts(page: Page) -> None:
    page.get_by_role("log").focus()
    page.keyboard.press("?")


def _forwarding(page: Page) -> None:
    _button("Message actions")(page)
    page.get_by_role("button", name="Forward").click()


def _new_group(page: Page) -> None:
    _button("New message or group")(page)
    _button("New group")(page)


_LAYERS: dict[str, tuple[Opens, str]] = {
    "new group": (_new_group, "#new-group"),
    "people": (_button("People and settings"), "#people"),
    "shortcuts": (_shortcuts, "#shortcuts"),
    "forwarding": (_forwarding, "#forward"),
    "not sent": (_button("1 message was not sent"), "#unsent"),
    "account": (_button("Maya Your account"), "#me-menu"),
    "pencil": (_button("New message or group"), "#new-menu"),
    "message": (_button("Message actions"), "#message-menu"),
}
_INBOX = re.compile(r"//[^/]+/$")
_CONVERSATION = re.compile("/c/")


def _refuse(route: Route) -> None:
    route.fulfill(status=422, json={"detail": "Not this.", "code": "message_blank"})


def _open(screen: Screen, layer: str) -> Locator:
    opens, selector = _LAYERS[layer]
    opens(screen.page)
    opened = screen.page.locator(f"{selector} >> visible=true")
    expect(opened).to_be_visible()
    # The browser tells the page of an open menu a task later than it shows it.
    screen.until(lambda: bool(screen.page.evaluate("history.state?.layers > 0")))
    return opened


@pytest.fixture
def screen(people: People, window: Windows) -> Screen:
    """A group that was opened from the inbox, with a message, and another that was left unsent."""
    maya = people("Maya")
    gone = maya.starts_group("Gone", people("Tomás"))
    maya.writes_in(maya.starts_group("The lake", people("Inês")), "Hello")
    screen = window(maya)
    screen.row("Gone").click()
    screen.network_may_fail = True
    screen.page.route("**/api/messages", _refuse, times=1)
    screen.say("Never sent")
    expect(screen.bubble("Never sent").get_by_text("Not sent: Not this.")).to_be_visible()
    maya.ask("POST", f"/api/message_groups/{gone}/leave")
    expect(screen.row("Gone")).to_have_count(0)
    screen.open("/")
    screen.row("The lake").click()
    expect(screen.bubble("Hello")).to_be_visible()
    return screen


def test_going_back_closes_what_is_open_and_only_then_leaves(screen: Screen) -> None:
    for layer in _LAYERS:
        opened = _open(screen, layer)
        screen.page.go_back()
        expect(opened).to_be_hidden()
        expect(screen.page).to_have_url(_CONVERSATION)
        expect(screen.bubble("Hello")).to_be_visible()
        screen.page.go_back()
        expect(screen.page).to_have_url(_INBOX)
        expect(screen.bubble("Hello")).to_be_hidden()
        screen.row("The lake").click()
        expect(screen.bubble("Hello")).to_be_visible()


def test_what_was_closed_by_other_means_is_not_in_the_way_back(screen: Screen) -> None:
    for layer in _LAYERS:
        for _ in range(2):
            opened = _open(screen, layer)
            screen.page.keyboard.press("Escape")
            expect(opened).to_be_hidden()
        screen.page.go_back()
        expect(screen.page).to_have_url(_INBOX)
        screen.page.go_forward()
        expect(screen.bubble("Hello")).to_be_visible()


def test_a_question_over_a_dialog_is_closed_first(screen: Screen) -> None:
    people = _open(screen, "people")
    _button("Leave group")(screen.page)
    question = screen.page.get_by_role("dialog", name="Leave this group?")
    for _ in range(2):  # a question that was answered leaves no step of its own
        question.get_by_role("button", name="Cancel").click()
        expect(question).to_be_hidden()
        _button("Leave group")(screen.page)
    screen.page.go_back()
    expect(question).to_be_hidden()
    expect(people).to_be_visible()
    _button("Leave group")(screen.page)
    question.get_by_role("button", name="Cancel").click()
    screen.page.go_back()
    expect(people).to_be_hidden()
    expect(screen.page).to_have_url(_CONVERSATION)
    screen.page.go_back()
    expect(screen.page).to_have_url(_INBOX)


def test_the_way_back_is_as_short_after_a_reload_with_a_dialog_open(screen: Screen) -> None:
    _open(screen, "people")
    screen.reload()
    screen.page.go_back()
    expect(screen.page).to_have_url(_INBOX)


def test_the_next_conversation_takes_the_step_of_a_dialog_that_was_closed(
    people: People, screen: Screen
) -> None:
    dialog = screen.new_group()
    dialog.get_by_role("textbox", name="Name of the group").fill("The sea")
    ines = people("Inês")
    dialog.get_by_role("combobox").fill(ines.handle)
    screen.option(ines.display_name).click()
    dialog.get_by_role("button", name="Create group").click()
    expect(screen.header.filter(has_text="The sea")).to_be_visible()
    screen.page.go_back()
    expect(screen.header.filter(has_text="The lake")).to_be_visible()
    screen.page.go_back()
    expect(screen.page).to_have_url(_INBOX)


def test_a_dialog_stays_open_when_its_page_gives_way(people: People, window: Windows) -> None:
    maya = people("Maya")
    group = maya.starts_group("The lake", people("Tomás"))
    screen = window(maya)
    screen.row("The lake").click()
    expect(screen.header.filter(has_text="The lake")).to_be_visible()
    dialog = screen.new_group()
    screen.network_may_fail = True  # the page may be reading the group while it is left
    maya.ask("POST", f"/api/message_groups/{group}/leave")
    expect(screen.page).to_have_url(_INBOX)
    screen.page.go_back()
    expect(dialog).to_be_hidden()
    expect(screen.page).to_have_url(_INBOX)


def test_the_arrow_leads_from_a_link_past_a_dialog_to_the_inbox(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.starts_group("The lake", people("Tomás"))
    phone = window(maya, f"/c/{group}", viewport={"width": 390, "height": 844})
    before = phone.page.evaluate("history.length")
    people_sheet = phone.page.locator("#people")
    _button("People and settings")(phone.page)
    expect(people_sheet).to_be_visible()
    phone.page.keyboard.press("Escape")
    expect(people_sheet).to_be_hidden()
    phone.page.get_by_role("link", name="Back to conversations").click()
    expect(phone.inbox).to_be_visible()
    expect(phone.page).to_have_url(_INBOX)
    phone.page.go_back()  # to the empty page of a new window, and not to the conversation
    expect(phone.page).to_have_url("about:blank")
    assert before == 2
