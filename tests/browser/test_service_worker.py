"""The service worker comes after the page, and leaves with the service that no longer has it."""

import socket
from pathlib import Path

from playwright.sync_api import Browser
from tests.browser.older_service import older_service
from tests.browser.people import People
from tests.browser.screen import Screen, Windows
from tests.browser.service import running_service

SERVICE_WORKERS = "allow"  # it is what is tested

_WORKS = "navigator.serviceWorker.getRegistration().then((found) => Boolean(found?.active))"
_REGISTERED = "navigator.serviceWorker.getRegistrations().then(all => all.map(one => one.scope))"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def has_worker(screen: Screen) -> None:
    """Waits until one serves the pages. Where none may, `ready` would be awaited for ever."""
    screen.until(lambda: screen.page.evaluate(_WORKS))


def test_a_page_registers_it_for_all_pages(people: People, window: Windows, address: str) -> None:
    screen = window(people("Maya"), "/")
    has_worker(screen)
    assert screen.page.evaluate(_REGISTERED) == [f"{address}/"]


def test_it_leaves_when_the_service_no_longer_has_it(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    screen = Screen(browser.new_page())
    with running_service(tmp_path, "--port", str(port)) as address:
        # The page to sign in registers nothing, so that this stands for any page.
        screen.page.goto(f"{address}/sign-in")
        screen.page.evaluate("navigator.serviceWorker.register('/service-worker.js')")
        has_worker(screen)
    with older_service(port):
        screen.page.goto(f"{address}/")
        screen.until(lambda: screen.page.evaluate(_REGISTERED) == [])
    screen.page.close()
