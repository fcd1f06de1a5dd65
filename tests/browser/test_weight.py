"""How much a browser fetches to show a page, and what it never fetches again."""

import itertools
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page
from tests.browser.conftest import EMPTY
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

from cruddur.web.http.bundles import join_sheets, shorten_sheet

MOST_REQUESTS = 8
MOST_BYTES = 45_000
"""Compressed, with headers: all that a browser fetches until one can read, type and send, and the icon
of the window. `bench/page` prints the present figure, and what the rest of the page takes."""
_ICON = """fetch(document.querySelector("link[rel=icon]").href, { cache: "reload" })
  .then(({ url }) => url)"""
"""A browser without a window fetches none."""

_RULES = """(texts) => texts.map((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  // Custom properties are kept as they are written.
  return [...sheet.cssRules].map(({ cssText }) => cssText.replace(/\\s*([,:])\\s*|\\s+/g, " $1"));
})"""


class Network:
    """What one page fetches, with the bytes of their answers as they came over the network."""

    def __init__(self, page: Page) -> None:
        self.paths: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.on("Network.requestWillBeSent", self._sent)
        self._session.on("Network.loadingFinished", self._finished)
        self._session.send("Network.enable")

    def _sent(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if not url.startswith("data:") and event["request"]["method"] == "GET":
            self.paths[event["requestId"]] = url

    def until(self, path: str) -> dict[str, int]:
        """The sizes of what was asked for before the first file whose address has this in it."""
        first = itertools.takewhile(lambda item: path not in item[1], self.paths.items())
        return {path: self.sizes.get(one, 0) for one, path in first}

    def size_of(self, address: str) -> int:
        """The size of the file that was fetched last from this address; 0 until it is there."""
        found = [one for one, path in self.paths.items() if path == address]
        return self.sizes.get(found[-1], 0) if found else 0

    def _finished(self, event: dict[str, object]) -> None:
        self.sizes[str(event["requestId"])] = int(str(event["encodedDataLength"]))


@pytest.fixture
def screen(people: People, window: Windows) -> Screen:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    for number in range(20):
        tomas.writes(maya, f"And number {number}")
    return window(maya, f"/c/{group}", service_workers="block")


def test_the_first_view_of_a_conversation_is_small(screen: Screen) -> None:
    address = screen.page.url
    screen.page.goto(EMPTY)
    network = Network(screen.page)
    network._session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    with screen.page.expect_request("**/api/presence/*"):  # after all that the first view needs
        screen.open(address)
    # main.js asks for the rest when all is there that it needs to show the page.
    screen.until(lambda: all(network.until("/later.").values()))
    first = network.until("/later.")
    address = screen.page.evaluate(_ICON)
    screen.until(lambda: network.size_of(address) > 0)
    first[address] = network.size_of(address)
    assert len(first) <= MOST_REQUESTS, first
    assert sum(first.values()) <= MOST_BYTES, first


def test_a_file_is_fetched_once(screen: Screen) -> None:
    screen.open("/")
    screen.page.goto(EMPTY)
    network = Network(screen.page)
    screen.open("/")
    fetched = [path for id_, path in network.paths.items() if network.sizes.get(id_)]
    assert fetched
    assert [path for path in fetched if "/static/" in path] == []


@pytest.mark.parametrize("sheet", ["messages", "later", "sign", "schema"])
def test_a_shortened_sheet_has_the_same_rules(sheet: str, window: Windows) -> None:
    page = window(None, EMPTY).page
    whole = join_sheets(sheet)
    rules, same = page.evaluate(_RULES, [whole, shorten_sheet(whole)])
    assert rules == same
    assert len(rules) > 10
