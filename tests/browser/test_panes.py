"""The edge between the panes, the date over the messages, and what is said about the connection."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, expect
from tests.browser.conftest import EMPTY
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

_DESK = {"viewport": {"width": 1280, "height": 800}}


def _edge(screen: Screen) -> Locator:
    return screen.page.get_by_role("separator")


def _moved_by_keys(screen: Screen) -> Locator:
    """The edge, when what moves it has come. It is fetched when the focus comes to the edge."""
    edge = _edge(screen)

    def is_moved() -> bool:
        edge.press("Home")
        return edge.get_attribute("aria-valuenow") == "240"

    screen.until(is_moved)
    return edge


def _width(screen: Screen) -> float:
    box = screen.inbox.bounding_box()
    assert box is not None
    return box["width"]


def test_the_edge_is_dragged_and_moved_by_keys_and_the_next_first_paint_knows(
    people: People, window: Windows
) -> None:
    screen = window(people("Maya"), **_DESK)
    mouse = screen.page.mouse
    assert _width(screen) == 360
    edge = _moved_by_keys(screen)
    assert _width(screen) == 240
    mouse.move(240, 300)
    mouse.down()
    mouse.move(430, 300, steps=4)
    mouse.up()
    expect(edge).to_have_attribute("aria-valuenow", "432")
    assert _width(screen) == 432
    edge.press("ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", "456")
    edge.press("End")
    edge.press("ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", "528")
    beside = window(beside=screen, path="/")
    expect(beside.page.locator("html")).to_have_attribute("data-pane", "12")
    assert _width(beside) == 528
    screen.page.set_viewport_size({"width": 760, "height": 800})
    assert _width(screen) == 360  # the messages need the room
    edge.dblclick()
    expect(edge).to_have_attribute("aria-valuenow", "360")


def test_from_right_to_left_the_edge_follows_the_pointer(people: People, window: Windows) -> None:
    screen = window(people("Maya"), **_DESK)
    screen.page.locator("html").evaluate("html => void (html.dir = 'rtl')")
    edge = _moved_by_keys(screen)
    edge.press("ArrowLeft")
    expect(edge).to_have_attribute("aria-valuenow", "264")
    box = edge.bounding_box()
    assert box is not None
    assert abs(1280 - 264 - box["x"]) < 9
    screen.page.mouse.move(1280 - 264, 300)
    screen.page.mouse.down()
    screen.page.mouse.move(1280 - 312, 300, steps=3)
    screen.page.mouse.up()
    expect(edge).to_have_attribute("aria-valuenow", "312")


def test_the_date_lies_over_the_messages_only_while_one_scrolls(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, *[f"Message {number}" for number in range(1, 61)])
    maya.reads(group, 60)
    screen = window(maya, f"/c/{group}", **_DESK)
    date = screen.log.locator(".day-line")
    expect(date).to_have_css("opacity", "0")
    screen.log.evaluate("log => log.scrollBy(0, -300)")
    expect(date).to_have_css("opacity", "1")
    expect(date).to_be_in_viewport()
    expect(date).to_have_css("opacity", "0")
    screen.page.set_viewport_size({"width": 1280, "height": 4000})
    expect(date).to_have_css("opacity", "1")  # at its own place it stays


def test_a_lost_connection_is_told_over_the_page_and_tried_again_by_a_press(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    screen = window(maya, EMPTY, **_DESK)
    screen.page.clock.install()
    screen.open(f"/c/{group}")
    tomas.writes(maya, "Are you awake?")
    expect(screen.bubble("Are you awake?")).to_be_visible()  # it is connected
    heading = screen.header.bounding_box()
    now = screen.page.get_by_role("button", name="Reconnect now", include_hidden=True)
    with screen.unreachable("**/api/events*"):
        screen.page.evaluate("dispatchEvent(new Event('offline'))")
        expect(screen.page.get_by_text(re.compile(r"^Reconnecting in \d+ s$"))).to_be_visible()
        assert screen.header.bounding_box() == heading
        said = screen.page.get_by_role("status").filter(has_text="Reconnecting")
        assert said.inner_text() == "Reconnecting"  # a screen reader is not told each second
        # From now on it never tries again by itself.
        screen.page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
        tomas.writes(maya, "Are you there?")

    def is_heard() -> bool:
        now.dispatch_event("click")
        return screen.bubble("Are you there?").is_visible()

    screen.until(is_heard)
    expect(now).to_be_hidden()
