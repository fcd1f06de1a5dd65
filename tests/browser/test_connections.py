"""One stream for all tabs of a browser; and what happens when it goes away or does not get through."""

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect
from tests.browser.chromium import LAN
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows

from cruddur.web.http.auth import COOKIE

_EVENTS = "**/api/events*"


def _on_the_lan(browser: Browser, address: str, person: Person) -> BrowserContext:
    """A browser that has opened the service by plain HTTP, where a page can have no locks."""
    there = address.replace("127.0.0.1", LAN)
    context = browser.new_context(base_url=there)
    context.add_cookies([{"name": COOKIE, "value": person.token, "url": there}])
    return context


def test_ten_tabs_of_plain_http_load_and_hear_and_send(
    people: People, browser: Browser, address: str
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    context = _on_the_lan(browser, address, maya)
    tabs = []
    for _ in range(10):
        tabs.append(Screen(context.new_page()))
        tabs[-1].open(f"/c/{group}")
    assert not tabs[0].page.evaluate("isSecureContext")
    tomas.writes(maya, "Are you there?")
    for tab in tabs:
        expect(tab.bubble("Are you there?")).to_be_attached()
    tabs[3].say("Yes")
    for tab in tabs:
        tab.expect_sent("Yes")
    context.close()
    errors = [error for tab in tabs for error in tab.errors]
    assert [error for error in errors if "Cross-Origin-Opener-Policy" not in error] == []


def _close(page: Page) -> None:
    page.close()


def _crash(page: Page) -> None:
    with suppress(Error):  # who asks for it gets no answer
        page.goto("chrome://crash")


def _leave(page: Page) -> None:
    page.goto("about:blank")


@pytest.mark.parametrize("end", [_close, _crash, _leave])
def test_another_tab_takes_over_when_the_one_with_the_stream_ends(
    people: People, window: Windows, end: Callable[[Page], None]
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    first = window(maya, f"/c/{group}")
    tomas.writes(maya, "One")
    expect(first.bubble("One")).to_be_visible()  # it has the stream
    other = window(maya, f"/c/{group}", beside=first)
    tomas.writes(maya, "Two")
    expect(other.bubble("Two")).to_be_visible()
    end(first.page)
    tomas.writes(maya, "Three")
    expect(other.bubble("Three")).to_be_visible()
    tomas.writes(maya, "Four")
    expect(other.bubble("Four")).to_be_visible()
    assert other.shown() == maya.stored(group)


def test_a_new_tab_sees_at_once_who_is_online(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    first = window(maya, f"/c/{group}")
    window(tomas)
    expect(first.page.locator("#conversation-line")).to_have_text("online")
    other = window(maya, f"/c/{group}", beside=first)
    expect(other.page.locator("#conversation-line")).to_have_text("online")


def _hold_back(_: Route) -> None:
    """As a proxy does that waits for the end of an answer that has none."""


def _refuse(route: Route) -> None:
    route.fulfill(status=429, headers={"Retry-After": "1"}, body="{}")


@pytest.mark.parametrize("meddle", [_hold_back, _refuse])
def test_where_streams_do_not_get_through_the_page_asks_every_few_seconds(
    people: People, window: Windows, meddle: Callable[[Route], None]
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    screen = window(maya)
    screen.network_may_fail = True
    screen.page.clock.install()
    screen.page.route(_EVENTS, meddle)
    screen.open(f"/c/{group}")
    screen.page.clock.fast_forward(11_000)
    quiet_line = screen.page.get_by_text(re.compile("checked for every few seconds"))
    expect(quiet_line).to_be_visible()
    tomas.writes(maya, "Are you there?")
    people("Inês").writes(maya, "And you?")
    screen.page.clock.fast_forward(6000)
    expect(screen.bubble("Are you there?")).to_be_visible()
    expect(screen.row("Inês")).to_contain_text("And you?")
    tomas.ask("DELETE", f"/api/messages/{group}/1")
    screen.page.clock.fast_forward(6000)
    expect(screen.bubble("Message deleted")).to_be_visible()
    screen.page.unroute(_EVENTS)
    screen.page.clock.fast_forward(31_000)
    expect(quiet_line).to_be_hidden()
    tomas.writes(maya, "Live again")
    expect(screen.bubble("Live again")).to_be_visible()
