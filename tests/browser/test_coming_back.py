"""What a page has again after a time without events, and changes that came at a bad moment."""

import re

import pytest
from playwright.sync_api import Route, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows, scroll_up_without_a_jump


def test_after_an_absence_the_whole_inbox_that_was_loaded_is_current(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    others = [people(f"Person {number}") for number in range(1, 46)]
    groups = [other.writes(maya, "Hello") for other in others]
    screen = window(maya)
    rows = screen.inbox.get_by_role("listitem")
    _scroll_to_the_end(screen, 45)
    with screen.offline():
        for other in others[:25]:
            other.writes(maya, "Are you there?")
        others[30].ask("DELETE", f"/api/messages/{groups[30]}/1")
        maya.reads(groups[40], 1)
    expect(rows.first).to_have_text(re.compile("Person 25.*Are you there?.*2"))
    expect(screen.row("Person 1")).to_contain_text("Are you there?")
    expect(screen.row("Person 31")).to_contain_text("Message deleted")
    expect(screen.badge("Person 41")).to_have_count(0)
    expect(screen.page).to_have_title("(69) Cruddur")


def test_conversations_that_wrote_during_an_absence_come_with_their_place(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    others = [people(f"Person {number}") for number in range(1, 46)]
    for other in others:
        other.writes(maya, "Hello")
    screen = window(maya, viewport={"width": 1280, "height": 500})
    expect(screen.page).to_have_title("(20+) Cruddur")  # 25 others were not loaded
    with screen.offline():
        for other in others[:25]:
            other.writes(maya, "Are you there?")
    expect(screen.row("Person 25")).to_contain_text("Are you there?")
    _scroll_to_the_end(screen, 45)
    names = [*range(25, 0, -1), *range(45, 25, -1)]
    expect(screen.inbox.locator(".row-name")).to_have_text([f"Person {name}" for name in names])
    expect(screen.page).to_have_title("(70) Cruddur")


def _scroll_to_the_end(screen: Screen, count: int) -> None:
    """Scrolls the inbox until so many conversations are there."""
    rows = screen.inbox.get_by_role("listitem")
    while (loaded := rows.count()) < count:
        rows.last.evaluate(
            "row => row.scrollIntoView()"
        )  # at once: an event may draw the list anew
        expect(rows.nth(loaded)).to_be_attached()


def test_a_group_says_in_the_inbox_who_wrote_last(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.starts_group("The lake", tomas, people("Inês"))
    tomas.writes_in(group, "The ferry goes at nine")
    screen = window(maya)
    expect(screen.row("The lake")).to_contain_text("Tomás: The ferry goes at nine")
    maya.writes_in(group, "Nobody is awake at nine")
    expect(screen.row("The lake")).to_contain_text("You: Nobody is awake at nine")
    tomas.writes_in(group, "I am")
    expect(screen.row("The lake")).to_contain_text("Tomás: I am")


@pytest.mark.parametrize("action", ["edit", "delete"])
def test_a_change_to_an_old_message_is_fetched_after_an_absence(
    people: People, window: Windows, action: str
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, *[f"Message {number}" for number in range(1, 121)])
    maya.reads(group, 120)
    screen = window(maya, f"/c/{group}")
    while screen.shown()[0][0] > 1:
        scroll_up_without_a_jump(screen)
    with screen.offline():
        if action == "edit":
            tomas.ask("PATCH", f"/api/messages/{group}/5", {"message": "Message deleted"})
        else:
            tomas.ask("DELETE", f"/api/messages/{group}/5")
    expect(screen.bubble("Message deleted")).to_have_attribute("data-seq", "5")


def test_a_change_while_the_page_of_its_message_is_fetched_is_not_lost(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, *[f"Message {number}" for number in range(1, 121)])
    maya.reads(group, 120)
    screen = window(maya)
    tomas.writes(maya, "Listening")
    expect(screen.row("Tomás")).to_contain_text("Listening")  # so the stream is open

    def answer_late(route: Route) -> None:
        answer = route.fetch()
        tomas.ask("DELETE", f"/api/messages/{group}/121")
        expect(screen.row("Tomás")).to_contain_text("Message deleted")
        route.fulfill(response=answer)

    screen.page.route("**/api/messages/*?limit=50", answer_late, times=1)
    screen.row("Tomás").click()
    expect(screen.bubble("Message 120")).to_be_in_viewport()
    expect(screen.bubble("Message deleted")).to_have_attribute("data-seq", "121")
