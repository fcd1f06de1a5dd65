"""Search, the keys that work everywhere, and what one sees while something is on its way."""

import re

import pytest
from playwright.sync_api import Route, expect
from tests.browser.people import People
from tests.browser.screen import Windows


@pytest.mark.parametrize("query", ["ynes", "MOREAU", "yn mor", "Ynês"])
def test_a_stranger_is_found_by_words_of_their_name(
    people: People, window: Windows, query: str
) -> None:
    ines = people("Ynês Moreau")  # nobody else here has this name, or the first ten would be they
    screen = window(people("Maya"))
    screen.search.fill(query)
    expect(screen.option(f"@{ines.handle}")).to_be_visible()


def test_a_conversation_far_down_the_inbox_is_found(people: People, window: Windows) -> None:
    maya, ines = people("Maya"), people("Zoé Über")
    ines.writes(maya, "Hello")
    group = maya.starts_group("Fête at the lake", ines)
    for number in range(30):
        people(f"Person {number}").writes(maya, "Hello")
    screen = window(maya, viewport={"width": 1280, "height": 500})
    expect(screen.row("Fête at the lake")).to_have_count(0)  # not loaded
    for query, name in (("zoe ub", "Zoé Über"), ("lake", "Fête at the lake")):
        screen.search.fill(query)
        expect(screen.option(name)).to_have_count(1)
    screen.option("Fête at the lake").click()
    expect(screen.header).to_have_text("Fête at the lake")
    expect(screen.page).to_have_url(re.compile(group))


def test_what_is_typed_anywhere_goes_into_the_composer(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = window(maya, f"/c/{tomas.writes(maya, 'Hello')}")
    screen.log.focus()
    screen.page.keyboard.type("Hi there?")
    expect(screen.composer).to_have_value("Hi there?")
    screen.search.focus()
    screen.page.keyboard.type("zoe")
    expect(screen.composer).to_have_value("Hi there?")
    expect(screen.search).to_have_value("zoe")


def test_page_up_and_down_turn_the_log_while_one_writes(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, *[f"Message {number}" for number in range(1, 51)])
    screen = window(maya, f"/c/{group}")
    screen.composer.fill("Half a thought")
    screen.page.keyboard.press("PageUp")
    expect(screen.bubble("Message 50")).not_to_be_in_viewport()
    screen.page.keyboard.press("PageDown")
    expect(screen.bubble("Message 50")).to_be_in_viewport()
    expect(screen.composer).to_be_focused()


def test_the_date_of_what_is_in_view_stays_in_view(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, *[f"Message {number}" for number in range(1, 61)])
    screen = window(maya, f"/c/{group}")
    for text in ("Message 60", "Message 30"):
        screen.bubble(text).scroll_into_view_if_needed()
        expect(screen.log.get_by_text("Today")).to_be_in_viewport()


def test_an_error_goes_when_the_server_is_back(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    screen = window(maya)
    with screen.unreachable(f"**/api/messages/{group}*"):
        screen.row("Tomás").click()
        expect(screen.page.get_by_role("button", name="Try again")).to_be_visible()
    expect(screen.bubble("Hello")).to_be_visible()  # without anybody's doing
    expect(screen.page.get_by_role("button", name="Try again")).to_be_hidden()


def test_one_sees_that_a_conversation_is_on_its_way(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    screen = window(maya)
    held: list[Route] = []
    is_held = [True]

    def hold(route: Route) -> None:
        held.append(route) if is_held[0] else route.continue_()

    screen.page.route(f"**/api/messages/{group}*", hold)
    screen.row("Tomás").click()
    expect(screen.page.locator(".skeleton")).to_be_visible()
    expect(screen.log).to_have_attribute("aria-busy", "true")
    is_held[0] = False
    for route in held:
        route.continue_()
    expect(screen.bubble("Hello")).to_be_visible()
    expect(screen.page.locator(".skeleton")).to_be_hidden()


def test_a_time_is_never_shown_in_another_zone_than_it_says(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    options = {"timezone_id": "Asia/Kolkata", "locale": "en-GB"}
    read = window(maya, f"/c/{group}", java_script_enabled=False, **options)
    time = read.bubble("Hello").locator("time")
    expect(time).to_have_text(re.compile(r"^\d\d:\d\d UTC$"))
    waiting = window(maya, **options)
    waiting.page.route("**/static/js/main.*.js", lambda route: None)
    waiting.page.goto(f"/c/{group}", wait_until="commit")
    expect(waiting.bubble("Hello").locator("time")).to_be_hidden()
