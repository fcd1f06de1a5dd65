"""What is new, what was read, and what lies further up."""

import json
import re

import pytest
from playwright.sync_api import Route, expect
from tests.browser.conftest import EMPTY
from tests.browser.people import People, Person
from tests.browser.screen import (
    Screen,
    Windows,
    scroll_down_without_a_jump,
    scroll_up_without_a_jump,
)

_AFTER = re.compile("/api/messages/.*after=")


def test_unread_messages_are_counted_and_a_line_stands_before_the_first(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Known", "New", "Newer")
    maya.reads(group, 1)
    screen = window(maya)
    expect(screen.badge("Tomás")).to_have_text("2 unread")
    expect(screen.page).to_have_title("(2) Cruddur")
    screen.row("Tomás").click()
    line = screen.log.get_by_text("New messages")
    expect(line).to_be_visible()
    assert line.evaluate("line => line.parentElement.nextElementSibling.dataset.seq") == "2"
    expect(screen.badge("Tomás")).to_have_count(0)
    expect(screen.page).to_have_title("Tomás · Cruddur")


def test_what_is_read_in_one_tab_is_read_in_the_other(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One", "Two")
    one = window(maya)
    expect(one.badge("Tomás")).to_have_text("2 unread")
    two = window(maya, f"/c/{group}", beside=one)
    expect(one.badge("Tomás")).to_have_count(0)
    expect(one.page).to_have_title("Cruddur")
    two.open("/")
    tomas.writes(maya, "Three")
    expect(one.badge("Tomás")).to_have_text("1 unread")
    expect(two.badge("Tomás")).to_have_text("1 unread")


def test_a_message_moves_its_conversation_to_the_top_of_the_inbox(
    people: People, window: Windows
) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    tomas.writes(maya, "First")
    ines.writes(maya, "Second")
    screen = window(maya)
    rows = screen.inbox.get_by_role("listitem")
    expect(rows).to_have_text([re.compile("Inês.*Second"), re.compile("Tomás.*First")])
    tomas.writes(maya, "Third")
    expect(rows).to_have_text([re.compile("Tomás.*Third.*2"), re.compile("Inês.*Second.*1")])
    people("Zoë").writes(maya, "A stranger")
    expect(rows.first).to_have_text(re.compile("Zoë.*A stranger"))


def test_what_happens_while_the_server_is_asked_for_a_row_is_not_lost(
    people: People, window: Windows
) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    ines.writes(maya, "Hello")
    screen = window(maya)
    ines.writes(maya, "Are you there?")
    expect(screen.row("Inês")).to_contain_text("Are you there?")  # so the stream is open

    def answer_late(route: Route) -> None:
        answer = route.fetch()
        group = tomas.writes(maya, "Two", "Thre")
        tomas.ask("PATCH", f"/api/messages/{group}/3", {"message": "Three"})
        ines.writes(maya, "After them")
        expect(screen.row("Inês")).to_contain_text("After them")
        route.fulfill(response=answer)

    screen.page.route("**/api/message_groups/*", answer_late, times=1)
    tomas.writes(maya, "One")
    expect(screen.row("Tomás")).to_contain_text("Three")
    expect(screen.badge("Tomás")).to_have_text("3 unread")


def test_older_messages_come_on_scrolling_up_without_a_jump(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    texts = [f"Message {number}" for number in range(1, 301)]
    group = maya.writes(tomas, *texts)
    screen = window(maya, f"/c/{group}")
    expect(screen.bubble("Message 300")).to_be_in_viewport()
    while screen.shown()[0][0] > 1:
        scroll_up_without_a_jump(screen)
    assert screen.shown() == list(enumerate(texts, start=1))


def test_a_long_log_is_cut_at_its_end_and_comes_again_on_scrolling_up(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    texts = [f"Message {number}" for number in range(1, 211)]
    screen = window(maya, f"/c/{maya.writes(tomas, *texts)}")
    for _ in range(2):
        while screen.shown()[0][0] > 1:
            scroll_up_without_a_jump(screen)
        assert screen.shown() == list(enumerate(texts, start=1))
        screen.page.get_by_role("button", name="Go to the newest").click()
        screen.expect_all_sent(100)
        expect(screen.bubble("Message 210")).to_be_in_viewport()


def test_a_long_log_is_not_cut_below_the_line_before_the_new_ones(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, *[f"Message {number}" for number in range(1, 211)])
    maya.reads(group, 5)
    screen = window(maya, f"/c/{group}")
    while screen.shown()[-1][0] < 210:
        scroll_down_without_a_jump(screen)
    screen.bubble("Message 210").scroll_into_view_if_needed()
    expect(screen.page.get_by_role("button", name="Go to the newest")).to_be_hidden()
    tomas.writes(maya, "One more")
    expect(screen.bubble("One more")).to_be_in_viewport()
    line = screen.log.get_by_text("New messages")
    assert line.evaluate("line => line.parentElement.nextElementSibling.dataset.seq") == "6"
    assert screen.shown()[0][0] == 6


@pytest.mark.parametrize("way", ["link", "handle", "row"])
def test_a_conversation_opens_at_the_first_unread_and_what_was_not_seen_stays_unread(
    people: People, window: Windows, way: str
) -> None:
    maya = people("Maya")
    screen = window(maya, "/" if way == "row" else EMPTY)
    for name, unread in (("Tomás", 30), ("Inês", 120)):
        other = people(name)
        group = other.writes(maya, *[f"Message {number}" for number in range(1, unread + 21)])
        maya.reads(group, 20)
        with screen.page.expect_response("**/read"):
            if way == "row":
                screen.row(name).click()
            else:
                screen.open({"link": f"/c/{group}", "handle": f"/@{other.handle}"}[way])
        expect(screen.bubble("Message 21")).to_be_in_viewport()
        expect(screen.log.get_by_text("New messages")).to_be_in_viewport()
        _expect_the_pill_to_lead_to_the_end(screen, maya, group, unread + 20)
        expect(screen.badge(name)).to_have_count(0)


def _expect_the_pill_to_lead_to_the_end(
    screen: Screen, reader: Person, group: str, last: int
) -> None:
    """It says how many were not seen yet."""
    pill = screen.page.get_by_role("button", name="Go to the newest")
    expect(pill).to_be_visible()

    def says_what_is_left() -> bool:
        read = reader.ask("GET", f"/api/message_groups/{group}")["read_seq"]
        assert 20 < read < last
        return pill.inner_text().startswith(f"{last - read} ")

    screen.until(says_what_is_left)  # more may be read as more is laid out
    pill.click()
    expect(screen.bubble(f"Message {last}")).to_be_in_viewport()


def test_what_came_during_an_absence_is_not_marked_read_by_coming_back(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Message 1")
    screen = window(maya, f"/c/{group}")
    expect(screen.badge("Tomás")).to_have_count(0)
    with screen.offline():
        tomas.writes(maya, *[f"Message {number}" for number in range(2, 62)])
    expect(screen.log.get_by_text("New messages")).to_be_in_viewport()
    expect(screen.bubble("Message 2")).to_be_in_viewport()
    expect(screen.bubble("Message 61")).not_to_be_in_viewport()
    expect(screen.badge("Tomás")).to_be_visible()


def test_a_reader_scrolls_from_the_first_unread_to_the_last_without_a_gap(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    texts = [f"Message {number}" for number in range(1, 241)]
    group = tomas.writes(maya, *texts)
    maya.reads(group, 60)
    screen = window(maya, f"/c/{group}")
    assert screen.shown()[0][0] == 43
    tomas.writes(maya, "Meanwhile")
    while screen.shown()[-1][0] < 241:
        scroll_down_without_a_jump(screen)
    scroll_up_without_a_jump(screen)
    numbers = [seq for seq, _ in screen.shown()]
    assert numbers == list(range(numbers[0], 242))
    screen.say("I have read it")
    expect(screen.bubble("I have read it")).to_be_in_viewport()
    expect(screen.badge("Tomás")).to_have_count(0)


def test_an_answer_from_among_the_unread_jumps_to_the_end(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, *[f"Message {number}" for number in range(1, 151)])
    maya.reads(group, 20)
    screen = window(maya, f"/c/{group}")
    expect(screen.bubble("Message 21")).to_be_in_viewport()
    screen.say("Wait")
    screen.expect_sent("Wait")
    expect(screen.bubble("Wait")).to_be_in_viewport()
    expect(screen.bubble("Message 150")).to_be_in_viewport()
    expect(screen.badge("Tomás")).to_have_count(0)


def test_the_conversations_that_were_opened_last_are_kept(people: People, window: Windows) -> None:
    open_eleven = """async () => {
      const { Timelines } = await import("/static/js/timelines.js");
      const timelines = new Timelines(() => {});
      for (const uuid of "abcdefghijak") timelines.open(uuid);
      return [..."abcdefghijk"].filter((uuid) => timelines.get(uuid)).join("");
    }"""
    assert window(people("Maya")).page.evaluate(open_eleven) == "acdefghijk"


def test_the_pill_counts_what_comes_while_one_reads_further_up(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, *[f"Message {number}" for number in range(1, 61)])
    maya.reads(group, 60)
    screen = window(maya, f"/c/{group}")
    screen.bubble("Message 30").scroll_into_view_if_needed()
    expect(screen.page.get_by_role("button", name="Go to the newest", exact=True)).to_be_visible()
    tomas.writes(maya, "One more", "And another")
    pill = screen.page.get_by_role("button", name="Go to the newest, 2 new messages")
    expect(pill).to_be_visible()
    expect(screen.bubble("Message 30")).to_be_in_viewport()
    expect(screen.badge("Tomás")).to_have_text("2 unread")
    pill.click()
    expect(screen.bubble("And another")).to_be_in_viewport()
    expect(screen.log.get_by_text("New messages")).to_be_visible()
    expect(screen.badge("Tomás")).to_have_count(0)


def test_messages_whose_events_were_lost_are_fetched_however_many(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Message 1")
    screen = window(maya)
    with screen.unreachable("**/api/events*"):
        screen.open(f"/c/{group}")
        tomas.writes(maya, *[f"Message {number}" for number in range(2, 123)])
        expect(screen.page.get_by_text("Connecting")).to_be_visible()
    screen.expect_all_sent(122)
    assert screen.shown() == tomas.stored(group)


def test_an_edit_that_was_missed_is_fetched(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Wrogn", "Oops")
    screen = window(maya)
    with screen.unreachable("**/api/events*"):
        screen.open(f"/c/{group}")
        tomas.ask("PATCH", f"/api/messages/{group}/1", {"message": "Wrong"})
        tomas.ask("DELETE", f"/api/messages/{group}/2")
    expect(screen.bubble("Wrong")).to_be_visible()
    expect(screen.bubble("Message deleted")).to_be_visible()


def test_a_number_that_jumps_shows_what_lies_between(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One")
    screen = window(maya)
    with screen.unreachable("**/api/events*"):
        screen.open(f"/c/{group}")
        tomas.writes(maya, "Two", "Three", "Four")
        last = json.dumps(tomas.ask("GET", f"/api/messages/{group}?limit=1")[0])
        event = {"body": f"event: message\ndata: {last}\n\n", "content_type": "text/event-stream"}
        screen.page.route("**/api/events*", lambda route: route.fulfill(**event), times=1)
        screen.expect_all_sent(4)
        assert screen.shown() == tomas.stored(group)


def test_a_gap_is_filled_although_the_first_try_fails(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One")
    screen = window(maya)
    with screen.unreachable("**/api/events*"):
        screen.open(f"/c/{group}")
        tomas.writes(maya, "Two", "Three")
        screen.page.route(_AFTER, lambda route: route.abort(), times=1)
        screen.say("Four")  # its number says that two are missing
        screen.expect_all_sent(4)
        assert screen.shown() == tomas.stored(group)


def test_ones_own_message_stays_in_view_while_what_came_before_it_is_missing(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One")
    screen = window(maya)
    with screen.unreachable("**/api/events*"):
        screen.open(f"/c/{group}")
        tomas.writes(maya, "Two", "Three")
        with screen.unreachable(_AFTER):
            screen.say("Four")
            screen.expect_all_sent(2)
            assert screen.shown() == [(1, "One"), (4, "Four")]
        screen.expect_all_sent(4)
        assert screen.shown() == tomas.stored(group)


def test_a_refused_stream_is_asked_for_again_when_the_server_said(
    people: People, window: Windows
) -> None:
    screen = window(people("Maya"))
    screen.network_may_fail = True
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=429, headers={"Retry-After": "300"}, body="{}")

    screen.page.clock.install()
    screen.page.route("**/api/events*", refuse)
    with screen.page.expect_response("**/api/events*"):
        screen.page.evaluate("dispatchEvent(new Event('online'))")
    screen.page.clock.run_for(140_000)
    for event in ("online", "offline", "focus"):
        screen.page.evaluate(f"dispatchEvent(new Event('{event}'))")
    screen.page.clock.run_for(140_000)
    assert len(asked) == 1
    with screen.page.expect_request("**/api/events*"):
        screen.page.clock.run_for(60_000)
