"""Chromium, the service, and people in front of windows. Each test has people of its own."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from tests.browser.accounts import Accounts
from tests.browser.host_site import HostSite, running_site
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.service import running_service

from cruddur.web.http.auth import COOKIE

BROWSERS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
"""The first that is there is taken. One engine is in both; without windows it takes half of the CPU."""

EMPTY = "about:blank"
"""A window that has opened no page of the service yet."""

LAN = "lan.test"
"""Another name of this machine, which no browser takes for a secure one."""

_FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    f"--host-resolver-rules=MAP {LAN} 127.0.0.1",
]
_PATIENCE_MS = 30_000  # for a machine with other things to do; nothing takes this long


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = next((path for path in BROWSERS if path.exists()), None)
    if chromium is None:
        reason = f"{BROWSERS[0]} is missing: apt-get install {BROWSERS[0].name}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def site() -> Iterator[HostSite]:
    """A product on another origin."""
    with running_site() as site:
        yield site


@pytest.fixture(scope="package")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the service keeps everything."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="package")
def address(data: Path) -> Iterator[str]:
    with running_service(data) as address:
        yield address


@pytest.fixture(scope="package")
def accounts(address: str, data: Path) -> Accounts:
    return Accounts.beside(data)


@pytest.fixture
def people(address: str, accounts: Accounts) -> Iterator[People]:
    """Makes an account."""
    known: list[Person] = []

    def make(display_name: str) -> Person:
        known.append(Person(address, *accounts.make(display_name)))
        return known[-1]

    yield make
    for person in known:
        person.close()


@pytest.fixture
def window(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Windows]:
    """Opens a window, of its own browser profile, or beside another one in the same profile.

    A test fails on whatever its windows' consoles complain about. Pages of a module with
    `SERVICE_WORKERS = "block"` have no service worker.
    """
    workers = getattr(request.module, "SERVICE_WORKERS", "allow")
    screens: list[Screen] = []
    contexts = []

    def open_window(
        person: Person | None = None, path: str = "/", beside: Screen | None = None, **options: Any
    ) -> Screen:
        if beside is None:
            given = {"service_workers": workers, **options}
            context = browser.new_context(base_url=address, **given)
            context.set_default_timeout(_PATIENCE_MS)
            contexts.append(context)
        else:
            context = beside.page.context
        if person:
            context.add_cookies([{"name": COOKIE, "value": person.token, "url": address}])
        screens.append(Screen(context.new_page()))
        screens[-1].page.goto(path)
        if person and path != EMPTY and options.get("java_script_enabled", True):
            screens[-1].is_ready()
        return screens[-1]

    yield open_window
    errors = [error for screen in screens for error in screen.errors]
    for context in contexts:
        context.close()
    assert errors == []
