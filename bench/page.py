"""How much a browser fetches to show a conversation, and how long it takes on a phone's network."""

import argparse
import itertools
import re
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import uvloop
from bench.client import Connection
from bench.figures import Row, percentile, show
from bench.people import Pair, make_pairs, make_people
from bench.service import Service
from playwright.async_api import Browser, CDPSession, async_playwright

from cruddur.web.http.auth import COOKIE

CHROMIUM = "/usr/bin/chromium"
MESSAGES = 50
"""Of each of two people, so that the page shows its first 20 to 50."""
_PATIENCE_MS = 180_000

FAST_3G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
"""As Lighthouse simulates a slow phone: round trips in ms, throughput in bytes a second."""

_SHIFTS = """
  globalThis.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


_REST = re.compile(r"/static/(js|css)/later\.|/static/dialogs\.")
"""What the page asks for when all is there that it takes to read, type and send."""
_ICON = "/static/icons/cruddur."
"""A browser asks for the window's icon at some moment of its own. The one for unread messages comes with
the rest."""


class Visit(NamedTuple):
    """One visit of the page. Times are in ms since the address was entered."""

    requests: float
    size: float
    rest_size: float
    painted: float
    ready: float
    whole: float
    shifted: float


async def _measure(folder: Path, times: int) -> None:
    people = await make_people(folder / "service", 2)
    service = await Service.start(folder / "service")
    try:
        (pair,) = await make_pairs(service.url, people)
        await talk(service.url, pair)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox"]
            )
            url = f"{service.url}/c/{pair.message_group_uuid}"
            visits = [await _visit_twice(browser, url, pair.people[0].token) for _ in range(times)]
            await browser.close()
    finally:
        await service.kill()
    for number, title in enumerate(("First visit", "Second visit, with what the browser kept")):
        show(title, _rows([visit[number] for visit in visits]))


async def talk(url: str, pair: Pair) -> None:
    """Each of the two writes MESSAGES to the other."""
    for person in pair.people:
        connection = await Connection.open(url, person.token)
        for number in range(MESSAGES):
            text = {
                "message": f"Shall we say {number} past nine?",
                "message_group_uuid": pair.message_group_uuid,
            }
            await connection.json("POST", "/api/messages", text)
        connection.close()


async def _visit_twice(browser: Browser, url: str, token: str) -> list[Visit]:
    context = await browser.new_context()
    await context.add_cookies(
        [{"name": COOKIE, "value": token, "domain": "127.0.0.1", "path": "/"}]
    )
    await context.add_init_script(_SHIFTS)
    page = await context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", FAST_3G)
    visits = []
    for _ in range(2):
        sizes = _watch(session)
        await page.goto(url)
        await page.wait_for_selector("body[data-ready=true]")
        ready, painted = await page.evaluate(f"[performance.now(), {_PAINTED}]")
        await page.wait_for_selector("body[data-whole=true]")
        whole, shifted = await page.evaluate("[performance.now(), shifted]")
        await page.goto("about:blank")
        first = {*itertools.takewhile(lambda url: not _REST.search(url), sizes)}
        first |= {url for url in sizes if _ICON in url}
        first_size = sum(sizes[url] for url in first)
        rest_size = sum(size for url, size in sizes.items() if _REST.search(url))
        visits.append(Visit(len(first), first_size, rest_size, painted, ready, whole, shifted))
    await context.close()
    return visits


def _watch(session: CDPSession) -> dict[str, int]:
    """Returns the compressed sizes by address, in the order of the requests, as the page loads."""
    sizes: dict[str, int] = {}
    addresses: dict[str, str] = {}

    def sent(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            addresses[event["requestId"]] = event["request"]["url"]
            sizes[event["request"]["url"]] = 0

    def kept(event: dict[str, Any]) -> None:
        sizes.pop(addresses.pop(event["requestId"], ""), None)

    def finished(event: dict[str, Any]) -> None:
        if address := addresses.get(event["requestId"]):
            sizes[address] = int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.requestServedFromCache", kept)
    session.on("Network.loadingFinished", finished)
    return sizes


def _rows(visits: list[Visit]) -> list[Row]:
    middle = Visit(*(percentile(values, 0.5) for values in zip(*visits, strict=True)))
    return [
        (
            "first view: requests, compressed size",
            f"{middle.requests:.0f}, {middle.size / 1000:.1f} KB",
        ),
        ("first paint, usable, on fast 3G", f"{middle.painted:.0f}, {middle.ready:.0f} ms"),
        ("then the rest: compressed size", f"{middle.rest_size / 1000:.1f} KB"),
        ("all of the page is there", f"{middle.whole:.0f} ms"),
        ("layout shift", f"{middle.shifted:.3f}"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/page", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="of each visit (default: 5)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cruddur-bench-") as folder:
        uvloop.run(_measure(Path(folder), given.times))


if __name__ == "__main__":
    main()
