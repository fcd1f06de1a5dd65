"""Chromium, the service, and people in front of windows. Each test has people of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.browser.accounts import Accounts
from tests.browser.chromium import PATIENCE_MS, running_browser
from tests.browser.host_site import HostSite, running_site
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.service import running_service

from cruddur.web.http.auth import COOKIE

EMPTY = "about:blank"
"""A window that has opened no page of the service yet."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


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
def accounts(address: str, data: Path) -> Iterator[Accounts]:
    with Accounts.beside(data) as accounts:
        yield accounts


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

    A test fails on whatever its windows' consoles complain about. Only pages of a module with
    `SERVICE_WORKERS = "allow"` have a service worker: it takes a quarter of the CPU of a new window, and
    with one in control a request may pass by what holds it back in a test.
    """
    workers = getattr(request.module, "SERVICE_WORKERS", "block")
    screens: list[Screen] = []
    contexts = []

    def open_window(
        person: Person | None = None, path: str = "/", beside: Screen | None = None, **options: Any
    ) -> Screen:
        if beside is None:
            given = {"service_workers": workers, **options}
            context = browser.new_context(base_url=address, **given)
            context.set_default_timeout(PATIENCE_MS)
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
