"""People react: by menu, chip, key, finger and picker. It shows at once, and is stored once."""

from playwright.sync_api import Locator, expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
THUMB, HEART, PARTY = "\U0001f44d", "\u2764\ufe0f", "\U0001f389"
FINGER = 44


def said(screen: Screen, text: str) -> Locator:
    """The message whose own text this is."""
    own = screen.page.locator(".said .text").get_by_text(text, exact=True)
    return screen.articles.filter(has=own)


def chip(screen: Screen, text: str, emoji: str) -> Locator:
    return said(screen, text).locator(f".reaction[data-emoji='{emoji}']")


def picker(screen: Screen) -> Locator:
    return screen.page.get_by_role("dialog", name="React with an emoji")


def open_menu(screen: Screen, text: str) -> Locator:
    said(screen, text).hover()
    said(screen, text).get_by_role("button", name="Message actions").click()
    return screen.page.locator("#message-menu")


def reacts(person: Person, group: str, emoji: str, method: str = "PUT") -> None:
    person.ask(method, f"/api/messages/{group}/1/reactions/{emoji}")


def reactions(person: Person, group: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = person.ask("GET", f"/api/messages/{group}")[0]["reactions"]
    return found


def test_a_reaction_is_seen_by_both_given_by_a_press_and_taken_back(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "Lunch?", "\U0001f35d")
    one, other = window(maya, f"/c/{group}"), window(tomas, f"/c/{group}")
    open_menu(other, "Lunch?").get_by_role("button", name=f"React with {THUMB}").click()
    for screen, name in ((other, "You"), (one, "Tomás")):
        expect(chip(screen, "Lunch?", THUMB)).to_have_text(f"{THUMB}1")
        expect(chip(screen, "Lunch?", THUMB)).to_have_attribute("title", name)
    chip(one, "Lunch?", THUMB).click()
    for screen, names in ((other, "You and Maya"), (one, "You and Tomás")):
        expect(chip(screen, "Lunch?", THUMB)).to_have_text(f"{THUMB}2")
        expect(chip(screen, "Lunch?", THUMB)).to_have_attribute("title", names)
    other.reload()
    expect(chip(other, "Lunch?", THUMB)).to_have_attribute("aria-pressed", "true")
    pressed = open_menu(other, "Lunch?").get_by_role("button", name=f"React with {THUMB}")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    pressed.click()
    for screen in (one, other):
        expect(chip(screen, "Lunch?", THUMB)).to_have_text(f"{THUMB}1")
        expect(said(screen, "\U0001f35d").locator(".big-emoji")).to_be_visible()
    maya.ask("DELETE", f"/api/messages/{group}/1")
    expect(other.log.locator(".reaction")).to_have_count(0)


def test_without_a_network_it_shows_at_once_and_is_stored_once(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One")
    screen, other = window(maya, f"/c/{group}"), window(maya, f"/c/{group}")
    with screen.offline():
        open_menu(screen, "One").get_by_role("button", name=f"React with {THUMB}").click()
        expect(chip(screen, "One", THUMB)).to_have_attribute("aria-pressed", "true")
        reacts(tomas, group, HEART)
    for one in (screen, other):
        expect(chip(one, "One", THUMB)).to_have_text(f"{THUMB}1")
        expect(chip(one, "One", HEART)).to_have_text(f"{HEART}1")
    assert maya.ask("GET", f"/api/messages/{group}/changes")["last_change_seq"] == 2


def test_a_refusal_takes_it_away_and_says_why(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One")
    for code in range(0x1F600, 0x1F60C):
        reacts(tomas, group, chr(code))
    screen = window(maya, f"/c/{group}")
    screen.network_may_fail = True
    open_menu(screen, "One").get_by_role("button", name=f"React with {THUMB}").click()
    expect(screen.page.get_by_text("was not stored. A message takes 12 different")).to_be_visible()
    expect(chip(screen, "One", THUMB)).to_have_count(0)
    expect(said(screen, "One").locator(".reaction")).to_have_count(12)
