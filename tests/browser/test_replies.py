"""A message answers another: by menu, by key, by swipe. Its quote shows that one as it is now."""

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows

ANYBODYS = ["Reply", "Copy", "Forward", "Select"]
OTHERS = ["About the person", "Block or unblock…", "Report…"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def said(screen: Screen, text: str) -> Locator:
    """The message whose own text this is, and not that of its quote."""
    own = screen.page.locator(".said .text").get_by_text(text, exact=True)
    return screen.articles.filter(has=own)


def quote(screen: Screen, text: str) -> Locator:
    return said(screen, text).locator(".quote")


def answering(screen: Screen) -> Locator:
    return screen.page.locator("[data-part=reply]")


def answers(person: Person, group: str, seq: int, text: str) -> None:
    body = {"message_group_uuid": group, "message": text, "reply_to_seq": seq}
    person.ask("POST", "/api/messages", body)


def test_an_answer_shows_who_and_what_and_follows_edits_and_deletions(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "Lunch?", "At one?")
    one, other = window(maya, f"/c/{group}"), window(tomas, f"/c/{group}")
    other.act("Lunch?", "Reply")
    expect(answering(other)).to_contain_text("Answering Maya")
    expect(answering(other)).to_contain_text("Lunch?")
    expect(other.composer).to_be_focused()
    other.say("Yes, please")
    expect(answering(other)).to_be_hidden()
    expect(quote(one, "Yes, please")).to_contain_text("YouLunch?")
    maya.ask("PATCH", f"/api/messages/{group}/1", {"message": "Breakfast?"})
    for screen in (one, other):
        expect(quote(screen, "Yes, please")).to_contain_text("Breakfast?")
    maya.ask("DELETE", f"/api/messages/{group}/1")
    for screen in (one, other):
        expect(quote(screen, "Yes, please")).to_contain_text("Message deleted")
    other.reload()
    expect(quote(other, "Yes, please")).to_contain_text("MayaMessage deleted")


def test_by_keys_one_answers_and_drops_it(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One", "Two")
    screen = window(maya, f"/c/{group}")
    screen.bubble("Two").focus()
    screen.page.keyboard.press("ArrowUp")
    expect(screen.bubble("One")).to_be_focused()
    screen.page.keyboard.press("r")
    expect(answering(screen)).to_contain_text("One")
    expect(screen.composer).to_be_focused()
    screen.page.keyboard.press("Escape")
    expect(answering(screen)).to_be_hidden()
    screen.say("No answer")
    screen.expect_sent("No answer")
    expect(quote(screen, "No answer")).to_have_count(0)


def test_by_a_swipe_on_a_phone(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One", "Two")
    screen = window(maya, f"/c/{group}", **PHONE)
    swipe(screen, "One", 40)
    expect(answering(screen)).to_be_hidden()
    swipe(screen, "One", 90)
    expect(answering(screen)).to_contain_text("One")
    # Not by another touch: the browser takes one that follows a swipe at once for the end of a fling.
    screen.page.get_by_role("button", name="Answer nothing").click()
    expect(answering(screen)).to_be_hidden()
    assert not screen.bubble("One").get_attribute("style")


def swipe(screen: Screen, text: str, pixels: int) -> None:
    """A finger that touches a message, moves to the right, and lets go."""
    box = screen.bubble(text).bounding_box()
    assert box
    session = screen.page.context.new_cdp_session(screen.page)
    x, y = box["x"] + 60, box["y"] + box["height"] / 2

    def touch(kind: str, by: int) -> None:
        points = [] if kind == "touchEnd" else [{"x": x + by, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0)
    for by in range(0, pixels + 1, 10):
        touch("touchMove", by)
    touch("touchEnd", pixels)


def test_what_is_answered_is_kept_with_the_draft(people: People, window: Windows) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    group = tomas.writes(maya, "One")
    ines.writes(maya, "Hello")
    screen = window(maya, f"/c/{group}")
    screen.act("One", "Reply")
    screen.composer.fill("Half an ans")
    screen.row("Inês").click()
    expect(screen.header.filter(has_text="Inês")).to_be_visible()
    expect(answering(screen)).to_be_hidden()
    screen.row("Tomás").click()
    expect(answering(screen)).to_contain_text("One")
    screen.reload()
    expect(answering(screen)).to_contain_text("One")
    screen.say("An answer")
    expect(quote(screen, "An answer")).to_contain_text("TomásOne")
    screen.expect_sent("An answer")
    screen.reload()
    expect(answering(screen)).to_be_hidden()


def test_what_is_written_without_a_network_is_an_answer_when_it_comes_back(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One")
    screen = window(maya, f"/c/{group}")
    with screen.offline():
        screen.act("One", "Reply")
        screen.say("Later")
        expect(said(screen, "Later")).to_have_attribute("data-state", "waiting")
        expect(quote(screen, "Later")).to_contain_text("One")
    expect(said(screen, "Later")).to_have_attribute("data-state", "sent")
    stored = maya.ask("GET", f"/api/messages/{group}")
    assert [one["reply_to_seq"] for one in stored] == [None, 1]


def test_a_press_leads_to_a_message_far_away_and_back(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, *(f"Number {number}" for number in range(1, 151)))
    answers(maya, group, 3, "That one")
    screen = window(maya, f"/c/{group}")
    expect(quote(screen, "That one")).to_contain_text("Number 3")
    quote(screen, "That one").click()
    expect(screen.bubble("Number 3")).to_be_focused()
    expect(screen.bubble("Number 3")).to_be_in_viewport()
    expect(said(screen, "That one")).to_have_count(0)
    screen.page.get_by_role("button", name="Back to the answer").click()
    expect(said(screen, "That one")).to_be_focused()
    expect(said(screen, "That one")).to_be_in_viewport()
    expect(screen.page.get_by_role("button", name="Back to the answer")).to_be_hidden()
    screen.page.keyboard.press("g")
    expect(screen.bubble("Number 3")).to_be_focused()
    screen.page.keyboard.press("b")
    expect(said(screen, "That one")).to_be_focused()
    screen.say("Still here")
    expect(said(screen, "Still here")).to_be_in_viewport()


def test_an_edit_of_a_message_far_away_reaches_its_quote(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "The first", *(f"Number {number}" for number in range(60)))
    answers(maya, group, 1, "That one")
    screen = window(maya, f"/c/{group}")
    expect(quote(screen, "That one")).to_contain_text("The first")
    with screen.offline():
        tomas.ask("PATCH", f"/api/messages/{group}/1", {"message": "The second"})
    expect(quote(screen, "That one")).to_contain_text("The second")


def test_a_newcomer_sees_nothing_of_what_an_answer_answers(people: People, window: Windows) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    group = maya.starts_group("The lake", tomas)
    maya.writes_in(group, "A secret")
    body = {"handles": [ines.handle]}
    maya.ask("POST", f"/api/message_groups/{group}/members", body)
    answers(tomas, group, 2, "Indeed")
    screen = window(ines, f"/c/{group}")
    _expect_nothing_of_it(quote(screen, "Indeed"))
    screen.open("/")
    screen.row("The lake").click()
    _expect_nothing_of_it(quote(screen, "Indeed"))


def _expect_nothing_of_it(quote: Locator) -> None:
    expect(quote).to_have_text("Answers A message that you cannot see")
    expect(quote).to_be_disabled()


@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, {"width": 390, "height": 844}])
def test_the_menu_stays_in_the_window(
    people: People, window: Windows, size: dict[str, int]
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Theirs")
    maya.writes(tomas, "Mine " * 40)
    screen = window(maya, f"/c/{group}", viewport=size)
    for article in screen.articles.all():
        article.hover()
        article.get_by_role("button", name="Message actions").click()
        menu = screen.page.locator("#message-menu")
        expect(menu).to_be_in_viewport(ratio=1)
        screen.page.keyboard.press("Escape")
        expect(menu).to_be_hidden()


def test_the_menu_offers_what_one_may_do(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Theirs")
    maya.writes(tomas, "Mine")
    screen = window(maya, f"/c/{group}")
    menu = screen.page.locator("#message-menu")
    for text, offered in (
        ("Theirs", [*ANYBODYS, "Delete for me", *OTHERS]),
        ("Mine", [*ANYBODYS, "Edit", "Delete for me", "Delete for everybody", "Read by"]),
    ):
        toggle = screen.bubble(text).get_by_role("button", name="Message actions")
        toggle.click()
        expect(menu.get_by_role("button").first).to_be_focused()
        assert menu.locator(":scope > button >> visible=true").all_inner_texts() == offered
        toggle.click()
        expect(menu).to_be_hidden()
