"""People react: by menu, chip, key, finger and picker. It shows at once, and is stored once."""

from playwright.sync_api import Locator, expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.touch import Finger

SERVICE_WORKERS = "allow"  # without a network it has the parts that come on demand

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
    return screen.open_menu(said(screen, text))


def reacts(person: Person, group: str, emoji: str, seq: int = 1) -> None:
    person.ask("PUT", f"/api/messages/{group}/{seq}/reactions/{emoji}")


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


def test_by_keys_one_reacts_searches_and_comes_back_to_the_message(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One")
    screen = window(maya, f"/c/{group}")
    keys = screen.page.keyboard
    said(screen, "One").focus()
    keys.press("e")
    expect(screen.page.get_by_role("button", name=f"React with {THUMB}")).to_be_focused()
    screen.page.get_by_role("button", name="React with another emoji").press("Enter")
    expect(picker(screen).get_by_role("searchbox")).to_be_focused()
    keys.type("party pop")
    expect(picker(screen).locator(".emoji-grid button")).to_have_count(1)
    keys.press("Enter")
    expect(picker(screen)).to_be_hidden()
    expect(chip(screen, "One", PARTY)).to_have_text(f"{PARTY}1")
    expect(said(screen, "One")).to_be_focused()
    keys.press("e")
    screen.page.get_by_role("button", name="React with another emoji").press("Enter")
    expect(picker(screen).get_by_role("heading", name="Recent")).to_be_visible()
    picker(screen).get_by_role("button", name="Medium", exact=True).click()
    picker(screen).get_by_role("searchbox").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp"):
        keys.press(key)
    expect(picker(screen).locator(".emoji-grid button").first).to_be_focused()
    picker(screen).get_by_role("searchbox").fill("thumbs up")
    keys.press("Enter")
    expect(chip(screen, "One", THUMB + "\U0001f3fd")).to_be_visible()
    keys.press("e")
    toned = f"React with {THUMB}\U0001f3fd"
    expect(screen.page.get_by_role("button", name=toned)).to_be_visible()


def test_on_a_phone_a_finger_reacts_and_sees_who_did(people: People, window: Windows) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    group = maya.starts_group("The lake", tomas, ines)
    maya.writes_in(group, "Who comes?")
    for person in (tomas, ines):
        reacts(person, group, THUMB, 2)
    reacts(ines, group, HEART, 2)
    screen = window(maya, f"/c/{group}", **PHONE)
    expect(chip(screen, "Who comes?", THUMB)).to_have_text(f"{THUMB}2")
    finger = Finger(screen.page)
    finger.rest(chip(screen, "Who comes?", THUMB))
    expect(chip(screen, "Who comes?", THUMB)).to_have_attribute("data-held", "")
    finger.lift()
    who = screen.page.get_by_role("dialog", name="Who reacted")
    expect(who.get_by_role("list", name=f"With {THUMB}").get_by_role("listitem")).to_have_count(2)
    expect(who.get_by_role("list", name=f"With {HEART}")).to_contain_text("Inês")
    who.get_by_role("button", name="Close").click()
    chip(screen, "Who comes?", HEART).tap()
    expect(chip(screen, "Who comes?", HEART)).to_have_text(f"{HEART}2")
    menu = open_menu(screen, "Who comes?")
    expect(menu).to_be_in_viewport(ratio=1)
    for button in menu.get_by_role("button").all():
        box = button.bounding_box()
        assert box is None or min(box["width"], box["height"]) >= FINGER
    menu.get_by_role("button", name="Who reacted").tap()
    expect(who).to_contain_text("You")


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


def test_a_reaction_to_a_message_far_back_is_seen_after_an_absence(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "The first", *(f"Number {number}" for number in range(60)))
    screen = window(maya, f"/c/{group}")
    with screen.offline():
        reacts(tomas, group, THUMB)
    screen.log.evaluate("log => { log.scrollTop = -log.scrollHeight; }")
    expect(chip(screen, "The first", THUMB)).to_have_text(f"{THUMB}1")
