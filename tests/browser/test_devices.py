"""The page on a phone, in the dark, without motion, and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.people import People
from tests.browser.screen import Windows

_PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
_LONG = "An unbreakable " + "word" * 60


def _expect_no_sideways_scrolling(page: Page) -> None:
    expect(page.locator("html")).to_have_js_property("scrollWidth", 360)


def test_a_phone_shows_one_pane_at_a_time_and_back_leads_back(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás " + "long" * 10)
    tomas.writes(maya, _LONG, "https://a.example/" + "x" * 200)
    phone = window(maya, **_PHONE)
    expect(phone.log).to_be_hidden()
    _expect_no_sideways_scrolling(phone.page)
    phone.row(tomas.display_name).tap()
    expect(phone.bubble(_LONG)).to_be_visible()
    expect(phone.inbox).to_be_hidden()
    _expect_no_sideways_scrolling(phone.page)
    phone.page.get_by_role("link", name="Back to conversations").tap()
    expect(phone.inbox).to_be_visible()
    expect(phone.log).to_be_hidden()
    phone.page.go_forward()  # the way back led back, and did not make the way longer
    expect(phone.bubble(_LONG)).to_be_visible()


def test_the_way_back_from_a_link_leads_to_the_inbox(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    phone = window(maya, f"/c/{tomas.writes(maya, 'Hello')}", **_PHONE)
    length = phone.page.evaluate("history.length")
    phone.page.get_by_role("link", name="Back to conversations").tap()
    expect(phone.inbox).to_be_visible()
    expect(phone.page).to_have_url(re.compile("/$"))
    assert phone.page.evaluate("history.length") == length


def test_on_a_phone_enter_breaks_the_line_and_the_button_sends(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    phone = window(maya, f"/c/{group}", **_PHONE)
    phone.composer.press_sequentially("One\nTwo")
    phone.page.get_by_role("button", name="Send").tap()
    phone.expect_all_sent(2)
    assert maya.stored(group)[1] == (2, "One\nTwo")


def test_what_comes_while_the_list_hides_the_conversation_is_not_read(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    narrow = window(maya, f"/c/{group}", viewport={"width": 390, "height": 844})
    expect(narrow.page).to_have_title("Tomás · Cruddur")  # read
    narrow.page.keyboard.press("Control+k")
    expect(narrow.log).to_be_hidden()
    tomas.writes(maya, "Are you there?", "Hm")
    expect(narrow.badge("Tomás")).to_have_text("2 unread")
    narrow.row("Tomás").click()
    expect(narrow.log.get_by_text("New messages")).to_be_visible()
    expect(narrow.page).to_have_title("Tomás · Cruddur")


def test_the_list_stays_in_view_when_the_connection_comes_back(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    narrow = window(maya, f"/c/{group}", viewport={"width": 390, "height": 844})
    narrow.page.keyboard.press("Control+k")
    with narrow.page.expect_response("**/api/messages/**"):
        narrow.page.evaluate("dispatchEvent(new Event('online'))")
    tomas.writes(maya, "Are you there?")
    expect(narrow.row("Tomás")).to_contain_text("Are you there?")
    expect(narrow.log).to_be_hidden()
    expect(narrow.search).to_be_focused()


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
def test_the_doors_fit_a_phone(window: Windows, path: str) -> None:
    _expect_no_sideways_scrolling(window(path=path, **_PHONE).page)


def test_the_page_is_light_by_day_and_dark_by_night(people: People, window: Windows) -> None:
    screen = window(people("Maya"))
    brightness = (
        "Number(getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0])"
    )
    screen.page.emulate_media(color_scheme="light")
    assert screen.page.evaluate(brightness) > 200
    screen.page.emulate_media(color_scheme="dark")
    assert screen.page.evaluate(brightness) < 60


def test_nothing_moves_for_who_wants_no_motion(people: People, window: Windows) -> None:
    maya = people("Maya")
    texts = [f"Message {number}" for number in range(1, 41)]
    screen = window(maya, f"/c/{maya.writes(people('Tomás'), *texts)}")
    pill = screen.page.get_by_role("button", name="Go to the newest")
    press = "pill => { pill.click(); return document.querySelector('[role=log]').scrollTop; }"
    for calm in (False, True):
        screen.page.emulate_media(reduced_motion="reduce" if calm else "no-preference")
        screen.bubble("Message 15").scroll_into_view_if_needed()
        expect(pill).to_be_visible()
        assert (pill.evaluate(press) == 0) is calm
        expect(screen.bubble("Message 40")).to_be_in_viewport()
        expect(pill).to_be_hidden()


def test_without_scripts_the_messages_can_be_read(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "<b>Hello</b>", "Are you there?")
    screen = window(tomas, f"/c/{group}", java_script_enabled=False)
    expect(screen.bubble("<b>Hello</b>")).to_be_visible()
    expect(screen.bubble("Are you there?")).to_be_visible()
    expect(screen.row("Maya")).to_be_visible()
