"""What is done without a network, or while the service is down, waits on disk until it is stored."""

import re

from playwright.sync_api import Route, expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.test_offline import has_copied
from tests.browser.test_reactions import THUMB, chip, open_menu, said
from tests.browser.test_row_menu import choose
from tests.browser.test_sending import lose_the_answer

SERVICE_WORKERS = "allow"  # without a network it opens the page

_WAITS = "Your change waits for a connection"
_API = re.compile(r"/api/(?!events)")
_REACTIONS = re.compile(r"/reactions/")
_KEPT = """() => new Promise((resolve) => {
  indexedDB.open("cruddur").onsuccess = ({ target: { result } }) => {
    const count = result.transaction("changes").objectStore("changes").count();
    count.onsuccess = () => resolve(count.result) ?? result.close();
  };
})"""


def _two(people: People) -> tuple[Person, Person, str]:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One", "Two")
    maya.writes_in(group, "Wrogn")
    maya.awaits_rows()
    return maya, tomas, group


def _react(screen: Screen, text: str) -> None:
    open_menu(screen, text).get_by_role("button", name=f"React with {THUMB}").click()
    expect(chip(screen, text, THUMB)).to_have_attribute("aria-pressed", "true")


def _edit(screen: Screen, text: str, to: str) -> None:
    screen.act(text, "Edit message")
    screen.composer.fill(to)
    screen.composer.press("Enter")
    expect(said(screen, to)).to_be_visible()


def test_changes_survive_a_reload_and_the_end_of_the_last_tab(
    people: People, window: Windows
) -> None:
    maya, _, group = _two(people)
    screen = window(maya, f"/c/{group}")
    with screen.unreachable(_API):
        _react(screen, "One")
        _edit(screen, "Wrogn", "Wrong")
        expect(said(screen, "One").get_by_text(_WAITS)).to_be_attached()
        expect(said(screen, "Wrong").get_by_text(_WAITS)).to_be_attached()
        screen.reload()
        expect(said(screen, "Wrong").get_by_text(_WAITS)).to_be_attached()
        expect(chip(screen, "One", THUMB)).to_be_visible()
        screen.page.goto("about:blank")
    assert maya.stored(group)[2] == (3, "Wrogn")
    screen.open("/")
    screen.until(lambda: _changes(maya, group) == 2)
    assert maya.stored(group)[2] == (3, "Wrong")


def _changes(person: Person, group: str) -> int:
    return int(person.ask("GET", f"/api/messages/{group}/changes")["last_change_seq"])


def test_a_reaction_whose_answer_was_lost_is_stored_once(people: People, window: Windows) -> None:
    maya, _, group = _two(people)
    screen = window(maya, f"/c/{group}")
    screen.network_may_fail = True
    screen.page.route(_REACTIONS, lose_the_answer, times=1)
    _react(screen, "One")
    with screen.page.expect_request(_REACTIONS):
        screen.page.evaluate("dispatchEvent(new Event('online'))")
    screen.until(lambda: screen.page.evaluate(_KEPT) == 0)
    expect(chip(screen, "One", THUMB)).to_have_text(f"{THUMB}1")
    assert _changes(maya, group) == 1


def test_another_tab_shows_and_sends_what_a_closed_one_has_left(
    people: People, window: Windows
) -> None:
    maya, _, group = _two(people)
    screen = window(maya, f"/c/{group}")
    beside = window(path=f"/c/{group}", beside=screen)
    beside.is_ready()
    screen.page.route(_API, lambda route: route.abort())
    screen.network_may_fail = True
    with beside.unreachable(_API):
        _react(screen, "One")
        expect(chip(beside, "One", THUMB)).to_be_visible()
        screen.page.close()
    beside.page.evaluate("dispatchEvent(new Event('online'))")
    beside.until(lambda: _changes(maya, group) == 1)
    expect(said(beside, "One").get_by_text(_WAITS)).not_to_be_attached()


def test_without_any_network_what_was_done_is_there_after_a_reload(
    people: People, window: Windows
) -> None:
    maya, _, group = _two(people)
    screen = window(maya, f"/c/{group}")
    has_copied(screen, group, "One", "Two", "Wrogn")
    with screen.offline():
        _react(screen, "One")
        _edit(screen, "Wrogn", "Wrong")
        screen.reload()
        expect(chip(screen, "One", THUMB)).to_have_attribute("aria-pressed", "true")
        expect(said(screen, "Wrong").get_by_text(_WAITS)).to_be_attached()
        expect(screen.row("Tomás")).to_contain_text("Wrong")
    screen.until(lambda: _changes(maya, group) == 2)
    assert maya.stored(group)[2] == (3, "Wrong")


def test_settings_are_shown_as_waiting_and_reach_the_service(
    people: People, window: Windows
) -> None:
    maya, _, group = _two(people)
    screen = window(maya)
    row = screen.row("Tomás")
    with screen.unreachable(_API):
        row.click(button="right")
        choose(screen, "Mute…", "Mute always")
        row.click(button="right")
        choose(screen, "Pin")
        for words in ("change waits for a connection", "muted", "pinned"):
            expect(row.get_by_text(words)).to_be_attached()
        screen.reload()
        expect(row.get_by_text("muted")).to_be_attached()
    screen.page.evaluate("dispatchEvent(new Event('online'))")

    def is_stored() -> bool:
        stored = maya.ask("GET", f"/api/message_groups/{group}")
        return stored["muted_until"] == "always" and stored["pinned_at"] is not None

    screen.until(is_stored)
    expect(row.get_by_text("waits")).not_to_be_attached()


def test_what_is_read_without_a_network_is_read_later(people: People, window: Windows) -> None:
    maya, tomas, group = _two(people)
    tomas.writes_in(group, "New")
    screen = window(maya)
    with screen.unreachable(re.compile(r"/read$")):
        screen.row("Tomás").click()
        expect(screen.badge("Tomás")).to_have_count(0)
        screen.page.goto("about:blank")
    screen.open("/")
    screen.until(lambda: maya.ask("GET", f"/api/message_groups/{group}")["unread"] == 0)


def test_a_message_and_what_is_done_after_it_keep_their_order(
    people: People, window: Windows
) -> None:
    maya, _, group = _two(people)
    screen = window(maya, f"/c/{group}")
    with screen.unreachable(_API):
        screen.say("Last words")
        expect(screen.bubble("Last words").get_by_text("trying again")).to_be_visible()
        screen.page.keyboard.press("Alt+Shift+E")
        expect(screen.row("Tomás")).to_have_count(0)
    screen.page.evaluate("dispatchEvent(new Event('online'))")
    screen.expect_sent("Last words")
    screen.until(lambda: maya.ask("GET", f"/api/message_groups/{group}")["archived_at"])
    expect(screen.row("Tomás")).to_have_count(0)


def test_a_message_that_is_refused_holds_up_no_change(people: People, window: Windows) -> None:
    maya, _, group = _two(people)
    screen = window(maya, f"/c/{group}")
    with screen.unreachable(_API):
        screen.say("Last words")
        expect(screen.bubble("Last words").get_by_text("trying again")).to_be_visible()
        screen.page.keyboard.press("Alt+Shift+E")
        expect(screen.row("Tomás")).to_have_count(0)
        screen.page.route("**/api/messages", _refuse, times=1)
        screen.page.evaluate("dispatchEvent(new Event('online'))")
        expect(screen.bubble("Last words").get_by_text("Not sent: Not this.")).to_be_visible()
    screen.until(lambda: maya.ask("GET", f"/api/message_groups/{group}")["archived_at"])


def _refuse(route: Route) -> None:
    route.fulfill(status=422, json={"detail": "Not this.", "code": "message_blank"})


def test_an_edit_of_what_was_deleted_elsewhere_becomes_a_draft(
    people: People, window: Windows
) -> None:
    maya, _, group = _two(people)
    screen = window(maya, f"/c/{group}")
    with screen.unreachable(_API):
        _edit(screen, "Wrogn", "Wrong, but long")
        maya.ask("DELETE", f"/api/messages/{group}/3")
    screen.page.evaluate("dispatchEvent(new Event('online'))")
    expect(
        screen.page.get_by_text("The message that you were changing was deleted")
    ).to_be_visible()
    expect(screen.composer).to_have_value("Wrong, but long")


def test_who_signs_out_is_asked_about_changes_that_wait(people: People, window: Windows) -> None:
    maya, _, group = _two(people)
    screen = window(maya, f"/c/{group}")
    with screen.unreachable(_REACTIONS):
        _react(screen, "One")
        screen.page.locator("#me-button").click()
        screen.page.get_by_role("button", name="Sign out", exact=True).click()
        question = screen.page.get_by_role("dialog", name="Sign out and lose what you wrote?")
        expect(question).to_contain_text("1 change has not been sent yet.")
        question.get_by_role("button", name="Cancel").click()
    expect(chip(screen, "One", THUMB)).to_be_visible()
