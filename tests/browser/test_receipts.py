"""Ticks in a conversation of two, the list of a group, and the switch for both."""

import pytest
from playwright.sync_api import Request, expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows

Two = tuple[Person, Person, str]


@pytest.fixture
def two(people: People) -> Two:
    maya, tomas = people("Maya"), people("Tomás")
    return maya, tomas, maya.writes(tomas, "One", "Two")


def expect_state(screen: Screen, text: str, state: str) -> None:
    expect(screen.bubble(text).locator(".state")).to_have_text(state)


def test_ticks_follow_what_the_other_person_has_on_the_screen(two: Two, window: Windows) -> None:
    maya, tomas, group = two
    tomas.reads(group, 1)
    here = window(maya, f"/c/{group}")
    expect_state(here, "One", "Read")
    expect_state(here, "Two", "Sent")
    window(tomas, f"/c/{group}")
    expect_state(here, "Two", "Read")
    asked: list[str] = []

    def sent(request: Request) -> None:
        asked.append(request.url)

    here.page.on("request", sent)
    here.reload()
    expect_state(here, "Two", "Read")
    assert sum("receipts" in url for url in asked if "/api/" in url) == 1
    here.act("Two", "Read by")
    dialog = here.page.get_by_role("dialog", name="Read by")
    expect(dialog.get_by_role("listitem")).to_contain_text("Tomás")


def test_switched_off_nobody_sees_any_and_the_choice_stays(two: Two, window: Windows) -> None:
    maya, tomas, group = two
    tomas.reads(group, 2)
    here = window(maya, f"/c/{group}")
    expect_state(here, "Two", "Read")
    here.page.get_by_role("button", name="Your account").click()
    here.page.get_by_role("button", name="Settings").click()
    box = here.page.get_by_role("checkbox", name="Show others what I have read")
    expect(box).to_be_checked()
    box.uncheck()
    here.page.get_by_role("dialog", name="Settings").get_by_role("button", name="Close").click()
    expect_state(here, "Two", "Sent")
    here.reload()
    expect_state(here, "Two", "Sent")
    assert tomas.ask("GET", f"/api/messages/{group}/receipts") == []


def test_a_group_lists_who_has_read_a_message(people: People, two: Two, window: Windows) -> None:
    maya, tomas, _ = two
    ines = people("Inês")
    group = maya.starts_group("Lake", tomas, ines)
    maya.writes_in(group, "Hello")
    tomas.reads(group, 2)
    here = window(maya, f"/c/{group}")
    here.act("Hello", "Read by")
    dialog = here.page.get_by_role("dialog", name="Read by")
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    expect(dialog.get_by_role("listitem")).to_contain_text("Tomás")
