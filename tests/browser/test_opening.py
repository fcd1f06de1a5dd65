"""What happens between a page and its event stream is on the page, which reads nothing twice for it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect
from tests.browser.conftest import EMPTY
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows

_EVENTS = "**/api/events*"
_INBOX = "/api/message_groups?"
_AHEAD = """
globalThis.ahead = 0;
const began = Date.now();
Date.now = () => began + ahead;
"""
"""The clock of one tab stands, and can be set forward. Playwright's is that of all tabs."""


def inbox_reads(screen: Screen) -> list[str]:
    """Fills with the window's requests for the inbox."""
    found: list[str] = []
    screen.page.on("request", lambda one: found.append(one.url) if _INBOX in one.url else None)
    return found


class Meanwhile:
    """Three conversations of one person, and what happens in them while a page is on its way."""

    def __init__(self, people: People) -> None:
        self.maya, self.tomas, self.ines = people("Maya"), people("Tomás"), people("Inês")
        self.group = self.tomas.writes(self.maya, "Hello", "Is it late?")
        self.other = self.ines.writes(self.maya, "Good morning")
        self.newcomer: Person = people("Noor")

    def happens(self) -> None:
        self.tomas.writes(self.maya, "Meanwhile")
        self.tomas.ask("PATCH", f"/api/messages/{self.group}/1", {"message": "Hello, Maya"})
        self.maya.reads(self.other, 1)
        self.newcomer.writes(self.maya, "A first word")

    def is_shown(self, screen: Screen) -> None:
        expect(screen.bubble("Meanwhile")).to_be_visible()
        expect(screen.bubble("Hello, Maya")).to_be_visible()
        expect(screen.badge("Inês")).to_have_count(0)
        expect(screen.row("Noor")).to_contain_text("A first word")
        assert screen.shown() == self.maya.stored(self.group)


@pytest.fixture
def meanwhile(people: People) -> Meanwhile:
    return Meanwhile(people)


def _as_it_is(url: str) -> str:
    return url


def _of_another_process(url: str) -> str:
    """As if the stream were opened with a process that did not make the page."""
    return url.replace("page=", "page=no-")


@pytest.mark.parametrize(("change", "reads"), [(_as_it_is, 0), (_of_another_process, 1)])
def test_what_happens_before_the_stream_is_open_is_shown(
    window: Windows, meanwhile: Meanwhile, change: Callable[[str], str], reads: int
) -> None:
    screen = window(meanwhile.maya, EMPTY)  # a page before it would have a late stream of its own

    def open_late(route: Route) -> None:
        meanwhile.happens()
        route.continue_(url=change(route.request.url))

    screen.page.route(_EVENTS, open_late, times=1)
    read = inbox_reads(screen)
    screen.open(f"/c/{meanwhile.group}")
    meanwhile.is_shown(screen)
    meanwhile.tomas.writes(meanwhile.maya, "Live")
    expect(screen.bubble("Live")).to_be_visible()
    assert len(read) == reads


@pytest.mark.parametrize("is_old", [True, False], ids=["old", "young"])
def test_what_happens_while_a_second_tab_is_on_its_way_is_shown_there(
    window: Windows, meanwhile: Meanwhile, is_old: bool
) -> None:
    # A worker would answer the second tab, and the test could not hold its answer back.
    first = window(meanwhile.maya, service_workers="block")
    first.page.add_init_script(_AHEAD)
    first.reload()
    meanwhile.ines.writes(meanwhile.maya, "Are you up?")
    expect(first.badge("Inês")).to_contain_text("2")  # so it has the stream
    if is_old:
        first.page.evaluate("ahead = 60_000")  # it has had all events for longer than rows may lag
    second = window(None, EMPTY, beside=first)

    def arrive_late(route: Route) -> None:
        answer = route.fetch()
        meanwhile.happens()
        meanwhile.maya.reads(meanwhile.other, 2)
        expect(first.row("Noor")).to_contain_text("A first word")
        route.fulfill(response=answer)

    second.page.route("**/c/*", arrive_late, times=1)
    read = inbox_reads(second)
    second.open(f"/c/{meanwhile.group}")
    meanwhile.is_shown(second)
    if is_old:
        assert read == []
    else:
        second.until(lambda: bool(read))


def test_a_page_that_needs_long_reads_its_messages_again(
    window: Windows, meanwhile: Meanwhile
) -> None:
    screen = window(meanwhile.maya, EMPTY)
    screen.page.clock.install()

    def open_very_late(route: Route) -> None:
        screen.page.clock.fast_forward(9 * 60_000)
        meanwhile.happens()
        route.continue_(url=_of_another_process(route.request.url))

    screen.page.route(_EVENTS, open_very_late, times=1)
    screen.open(f"/c/{meanwhile.group}")
    meanwhile.is_shown(screen)
