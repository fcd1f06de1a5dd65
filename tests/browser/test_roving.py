"""Each list is one stop for the Tab key, and the arrow keys, Home and End lead through it."""

from playwright.sync_api import expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

_STOP = """() => {
  const { activeElement: it } = document;
  return it.closest("article, a.row, .composer, .conversation-top")?.className ?? it.id;
}"""


def _stops_until_the_composer(screen: Screen) -> list[str]:
    stops: list[str] = []
    screen.search.focus()
    while not stops or "composer" not in stops[-1]:
        screen.page.keyboard.press("Tab")
        stops.append(screen.page.evaluate(_STOP))
    return stops


def test_however_long_the_lists_are_the_composer_is_near(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    for name in ("Inês", "Zoë", "Bayko", "Londo"):
        people(name).writes(maya, "Hello")
    texts = [f"https://a.example/{number}" for number in range(12)]
    group = maya.writes(tomas, *texts)
    screen = window(maya, f"/c/{group}")
    screen.expect_all_sent(12)
    stops = _stops_until_the_composer(screen)
    assert sum("row" in stop for stop in stops) == 1
    assert sum("message" in stop for stop in stops) == 3  # itself, its actions, its link
    assert len(stops) <= 8  # with the edge of the panes and the header, which opens a sheet


def test_the_arrow_keys_home_and_end_lead_through_the_messages(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "One", "Two", "Three")
    screen = window(maya, f"/c/{group}")
    screen.expect_all_sent(3)
    keyboard = screen.page.keyboard
    screen.composer.focus()
    for _ in range(2):
        keyboard.press("Shift+Tab")
    expect(screen.bubble("Three")).to_be_focused()
    for key, text in (("ArrowUp", "Two"), ("Home", "One"), ("ArrowDown", "Two"), ("End", "Three")):
        keyboard.press(key)
        expect(screen.bubble(text)).to_be_focused()
    keyboard.press("ArrowUp")
    keyboard.press("Tab")
    actions = screen.bubble("Two").get_by_role("button", name="Message actions")
    expect(actions).to_be_focused()
    maya.writes_in(group, "Four")
    expect(screen.bubble("Four")).to_be_visible()
    expect(actions).to_be_focused()
    screen.composer.focus()
    maya.writes_in(group, "Five")
    expect(screen.bubble("Five")).to_have_attribute("tabindex", "0")


def test_home_and_end_lead_through_the_conversations(people: People, window: Windows) -> None:
    maya = people("Maya")
    names = ["Inês", "Zoë", "Bayko"]
    for name in names:
        people(name).writes(maya, "Hello")
    screen = window(maya)
    screen.search.focus()
    screen.page.keyboard.press("Tab")
    for key, part in (("ArrowRight", "Unread"), ("Home", "Inbox")):
        screen.page.keyboard.press(key)
        expect(screen.inbox.get_by_role("button", name=part, exact=True)).to_be_focused()
    screen.page.keyboard.press("Tab")
    expect(screen.row("Bayko")).to_be_focused()
    for key, name in (("End", "Inês"), ("ArrowUp", "Zoë"), ("Home", "Bayko"), ("ArrowDown", "Zoë")):
        screen.page.keyboard.press(key)
        expect(screen.row(name)).to_be_focused()
    people("Londo").writes(maya, "Hello")
    expect(screen.row("Londo")).to_be_visible()
    expect(screen.row("Zoë")).to_be_focused()
