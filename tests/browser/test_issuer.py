"""Signing in and out by an OpenID Connect issuer: npm's oidc-provider, which checks PKCE and nonce."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect
from tests.browser.screen import Screen, Windows
from tests.browser.service import running_service
from tests.engines import ROOT

PROVIDER = Path(__file__).with_name("oidc_provider.js")
PACKAGE = ROOT / "node_modules/oidc-provider"
BUTTON = "Continue with the house"


class Place(NamedTuple):
    """Where the service and its issuer are."""

    service: str
    issuer: str


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The service starts first, while its issuer is down."""
    if not PACKAGE.exists() or shutil.which("node") is None:
        reason = "npm's oidc-provider is missing: bin/install-page-tools"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    port = _free_port()
    flags = ["--oidc-issuer", f"http://127.0.0.1:{port}", "--oidc-client-id", "cruddur-messages"]
    flags += ["--oidc-label", BUTTON]
    with running_service(tmp_path_factory.mktemp("issuer"), *flags) as service:
        addresses = [f"{service}/sign-in/sso/callback", f"{service}/sign-in"]
        command = ["node", str(PROVIDER), str(port), *addresses]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout is not None
        with process, process.stdout:
            assert process.stdout.readline() == "ready\n"
            yield Place(service, f"http://127.0.0.1:{port}")
            process.terminate()


@pytest.fixture
def screen(place: Place, window: Windows) -> Screen:
    return _opened(place, window)


def _opened(place: Place, window: Windows) -> Screen:
    screen = window(path=f"{place.service}/sign-in")
    screen.network_may_fail = True  # the issuer's page asks for a font from elsewhere
    return screen


def _signs_in(screen: Screen, name: str) -> None:
    page = screen.page
    page.get_by_role("link", name=BUTTON).click()
    page.get_by_placeholder("Enter any login").fill(name)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_a_person_signs_in_and_out_there_too(place: Place, screen: Screen) -> None:
    page = screen.page
    _signs_in(screen, "maya")
    screen.is_ready()
    assert page.url == f"{place.service}/"
    page.get_by_role("button", name="Your account").click()
    expect(page.locator("#me-menu").get_by_text("@maya", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page.get_by_role("heading", name="Sign in to Cruddur")).to_be_visible()
    assert page.url == f"{place.service}/sign-in"
    page.get_by_role("link", name=BUTTON).click()
    expect(page.get_by_placeholder("Enter any login")).to_be_visible()  # they are nobody there


def test_somebody_whom_the_issuer_knows_comes_to_where_they_wanted(
    place: Place, screen: Screen
) -> None:
    page = screen.page
    _signs_in(screen, "tomas")
    screen.is_ready()
    page.goto("about:blank")  # the page itself would leave when it learns that its session is gone
    page.context.clear_cookies(name="cruddur_session")
    page.goto(f"{place.service}/@tomas")
    page.get_by_role("link", name=BUTTON).click()
    page.wait_for_url(re.compile(f"{place.service}/(c/|@tomas)"))
    # By now a service worker serves the page: each step must reach the service once, and no more.
    page.goto(f"{place.service}/")
    screen.is_ready()
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Yes, sign me out")).to_be_visible()


def test_a_person_who_cancels_there_is_told_so(place: Place, screen: Screen) -> None:
    page = screen.page
    page.get_by_role("link", name=BUTTON).click()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("alert").filter(has_text="it was cancelled")).to_be_visible()
    expect(page.get_by_role("heading", name="Sign in to Cruddur")).to_be_visible()


def test_an_answer_to_another_browser_signs_nobody_in(place: Place, screen: Screen) -> None:
    page = screen.page
    with page.expect_request(re.compile("/sign-in/sso/callback")) as caught:
        _signs_in(screen, "mallory")
    screen.is_ready()
    victim = page.context.browser.new_context()  # type: ignore[union-attr]
    other = victim.new_page()
    other.goto(caught.value.url)
    expect(other.get_by_role("alert").filter(has_text="another browser")).to_be_visible()
    assert [one["name"] for one in victim.cookies()] == []
    victim.close()


def test_keys_that_change_lock_nobody_out(place: Place, window: Windows) -> None:
    for name in ("before", "after"):
        screen = _opened(place, window)
        _signs_in(screen, name)
        screen.is_ready()
        with urlopen(Request(f"{place.issuer}/rotate", method="POST")) as answer:
            assert answer.status == 200
