"""Notifications of new messages: offered at the right moment, shown once, gone when read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows

# Chromium without windows denies the permission whatever one sets, so this stands in for the
# browser's own class.
RECORD = """
globalThis.told = [];
globalThis.notes = 0;
globalThis.answer = "granted";
globalThis.Notification = class extends EventTarget {
  static permission = "granted";
  static async requestPermission() {
    return (Notification.permission = globalThis.answer);
  }
  constructor(title, options) {
    super();
    this.words = [title, options.body];
    globalThis.told.push(this);
  }
  close() {
    this.isClosed = true;
  }
};
// A window of a test keeps nothing, so Chromium lets it subscribe to no push service.
PushManager.prototype.subscribe = async () => {
  throw new DOMException("no push service", "AbortError");
};
globalThis.OscillatorNode = class extends OscillatorNode {
  start(at) {
    globalThis.notes += 1;
    super.start(at);
  }
};
"""
_QUESTION = "Be notified of new messages"
WORDS = "told.filter((one) => !one.isClosed).map((one) => one.words)"
SETTINGS_OF = """([uuid, settings]) =>
  localStorage.setItem(`cruddur-notifications/${uuid}`, JSON.stringify(settings))"""

Watched = Callable[..., Screen]


@pytest.fixture
def watched(window: Windows) -> Watched:
    """A window whose notifications and notes are recorded, in a browser that allows them."""

    def open_window(person: Person, path: str = "/", **settings: object) -> Screen:
        screen = window(path="/sign-in")
        screen.page.context.add_init_script(RECORD)
        screen.page.evaluate(SETTINGS_OF, [person.ask("GET", "/api/me")["uuid"], settings])
        return window(person, path, beside=screen)

    return open_window


def _look_away(screen: Screen) -> None:
    """The window loses the focus, as if another program had come before it."""
    screen.page.evaluate("document.hasFocus = () => false")


def _told(screen: Screen, *expected: list[str]) -> None:
    screen.until(lambda: screen.page.evaluate(WORDS) == list(expected))


def test_a_message_is_notified_of_and_a_press_opens_it(people: People, watched: Watched) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = watched(maya, shown=True)
    _look_away(screen)
    tomas.writes(maya, "Are you there?")
    _told(screen, ["Tomás", "Are you there?"])
    screen.page.evaluate("told[0].dispatchEvent(new Event('click'))")
    expect(screen.bubble("Are you there?")).to_be_visible()
    _told(screen)


def test_a_muted_conversation_makes_no_notification(people: People, watched: Watched) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    group = tomas.writes(maya, "Hello")
    maya.ask("PATCH", f"/api/message_groups/{group}/settings", {"muted_until": "always"})
    screen = watched(maya, shown=True)
    _look_away(screen)
    tomas.writes_in(group, "Are you there?")
    expect(screen.badge("Tomás")).to_have_text("2 unread")
    ines.writes(maya, "And you?")
    _told(screen, ["Inês", "And you?"])


def test_a_notification_goes_when_its_message_is_read_elsewhere(
    people: People, watched: Watched
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = watched(maya, shown=True)
    _look_away(screen)
    group = tomas.writes(maya, "Are you there?")
    _told(screen, ["Tomás", "Are you there?"])
    maya.reads(group, 1)
    _told(screen)


def test_a_notification_goes_when_its_message_is_deleted(people: People, watched: Watched) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = watched(maya, shown=True)
    _look_away(screen)
    group = tomas.writes(maya, "To somebody else")
    _told(screen, ["Tomás", "To somebody else"])
    tomas.ask("DELETE", f"/api/messages/{group}/1")
    _told(screen)


def test_the_text_can_be_left_out(people: People, watched: Watched) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = watched(maya, shown=True, texts=False)
    _look_away(screen)
    tomas.writes(maya, "Nobody else shall read this")
    _told(screen, ["Cruddur", "New message"])


def test_in_quiet_hours_a_page_is_quiet_too(people: People, watched: Watched) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    screen = watched(maya, shown=True, sound=True, quiet=[0, 24 * 60])
    _look_away(screen)
    tomas.writes(maya, "In the night")
    expect(screen.badge("Tomás")).to_have_text("1 unread")
    screen.page.evaluate(
        """(uuid) => {
      const name = `cruddur-notifications/${uuid}`;
      const settings = JSON.parse(localStorage.getItem(name));
      localStorage.setItem(name, JSON.stringify({ ...settings, quiet: null }));
    }""",
        maya.ask("GET", "/api/me")["uuid"],
    )
    tomas.writes(
        maya, "In the morning"
    )  # it takes the place of the first, which has not settled yet
    ines.writes(maya, "Good morning")
    screen.until(lambda: ["Inês", "Good morning"] in screen.page.evaluate(WORDS))
    assert ["Tomás", "In the night"] not in screen.page.evaluate("told.map((one) => one.words)")


def test_who_wrote_in_a_group_is_said(people: People, watched: Watched) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.starts_group("The lake", maya)
    screen = watched(maya, shown=True)
    _look_away(screen)
    tomas.writes_in(group, "At noon?")
    _told(screen, ["The lake", "Tomás: At noon?"])


def test_two_tabs_tell_once(people: People, watched: Watched, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screens = [watched(maya, shown=True)]
    screens.append(window(maya, beside=screens[0]))
    for screen in screens:
        _look_away(screen)
    tomas.writes(maya, "Are you there?")
    for screen in screens:
        expect(screen.badge("Tomás")).to_have_text("1 unread")
    screens[0].until(lambda: sum(len(one.page.evaluate(WORDS)) for one in screens) == 1)
    tomas.writes(
        maya, "Hello?"
    )  # the next one shows that no second notification of the first is on its way
    words = ["Tomás", "Hello?"]
    screens[0].until(lambda: any(words in one.page.evaluate(WORDS) for one in screens))
    assert sum(len(one.page.evaluate("told")) for one in screens) == 2


def test_a_message_that_is_seen_makes_neither_notification_nor_sound(
    people: People, watched: Watched
) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    screen = watched(maya, f"/c/{tomas.writes(maya, 'Hello')}", shown=True, sound=True)
    expect(screen.bubble("Hello")).to_be_visible()
    screen.page.mouse.click(600, 300)
    tomas.writes(maya, "You see this")
    expect(screen.bubble("You see this")).to_be_visible()
    ines.writes(maya, "But not this")  # settles later, so by then the first has been decided
    screen.until(lambda: screen.page.evaluate("notes") > 0)
    assert screen.page.evaluate("notes") == 2  # one sound has two notes
    assert screen.page.evaluate("told.length") == 0


def test_there_is_no_sound_unless_it_is_wanted(people: People, watched: Watched) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = watched(maya, shown=True)
    screen.page.mouse.click(600, 300)
    _look_away(screen)
    tomas.writes(maya, "Quietly")
    _told(screen, ["Tomás", "Quietly"])
    assert screen.page.evaluate("notes") == 0


@pytest.fixture
def undecided(people: People, watched: Watched) -> tuple[Screen, Person, Person]:
    """A window in a browser that has not been asked yet, and somebody who has written to its user."""
    maya, tomas = people("Maya"), people("Tomás")
    screen = watched(maya)
    screen.page.evaluate("Notification.permission = 'default'")
    expect(screen.page.get_by_role("group", name=_QUESTION)).to_be_hidden()
    _look_away(screen)
    tomas.writes(maya, "Hello")
    return screen, maya, tomas


def test_a_person_is_asked_once_somebody_has_written(
    undecided: tuple[Screen, Person, Person],
) -> None:
    screen, maya, tomas = undecided
    question = screen.page.get_by_role("group", name=_QUESTION)
    question.get_by_role("button", name="Turn on").click()
    expect(question).to_be_hidden()
    tomas.writes(maya, "Are you there?")
    _told(screen, ["Tomás", "Are you there?"])


def test_who_does_not_want_notifications_is_not_asked_again(
    undecided: tuple[Screen, Person, Person],
) -> None:
    screen, maya, tomas = undecided
    question = screen.page.get_by_role("group", name=_QUESTION)
    question.get_by_role("button", name="No, thanks").click()
    tomas.writes(maya, "Hello again")
    expect(screen.badge("Tomás")).to_have_text("2 unread")
    expect(question).to_be_hidden()


def test_the_settings_turn_notifications_off_and_say_what_the_browser_blocks(
    people: People, watched: Watched
) -> None:
    screen = watched(people("Maya"), shown=True)
    switch = screen.page.get_by_role("checkbox", name="Notify me of new messages")
    for is_on in (True, False):
        screen.page.get_by_role("button", name="Your account").click()
        screen.page.get_by_role("button", name="Settings").click()
        expect(switch).to_be_checked(checked=is_on)
        switch.uncheck()
        screen.page.keyboard.press("Escape")
        expect(switch).to_be_hidden()
    screen.page.evaluate("Notification.permission = 'denied'")
    screen.page.get_by_role("button", name="Your account").click()
    screen.page.get_by_role("button", name="Settings").click()
    expect(switch).to_be_disabled()
    expect(screen.page.get_by_text("Your browser blocks notifications")).to_be_visible()


def test_the_tabs_icon_says_that_something_is_unread(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = window(maya)
    icon = screen.page.locator("link[rel=icon]")
    read = icon.get_attribute("data-read") or ""
    expect(icon).to_have_attribute("href", read)
    group = tomas.writes(maya, "Hello")
    expect(icon).to_have_attribute("href", icon.get_attribute("data-unread") or "")
    assert (
        screen.page.evaluate(
            "fetch(document.querySelector('link[rel=icon]').href).then(r => r.status)"
        )
        == 200
    )
    maya.reads(group, 1)
    expect(icon).to_have_attribute("href", read)
