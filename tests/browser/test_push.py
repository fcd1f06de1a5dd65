"""Push from the message to the notification: the whole service, and a real service worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.accounts import PASSWORD, Accounts
from tests.browser.people import People, Person
from tests.browser.push_service import PushService, Worker, push_service
from tests.browser.screen import Screen
from tests.browser.service import running_service

from cruddur.web.http.auth import COOKIE

CHROMIUM = Path("/usr/bin/chromium")
"""The smaller one without windows denies all notifications."""


@pytest.fixture(scope="module")
def chromium(browser: Browser) -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing")
    whole = browser.browser_type.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield whole
    whole.close()


@pytest.fixture
def pushes() -> Iterator[PushService]:
    with push_service() as service:
        yield service


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("push")


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    """A service that may call what is on this machine."""
    with running_service(data, "--outbound-allow", "127.0.0.0/8") as address:
        yield address


@pytest.fixture(scope="module")
def accounts(address: str, data: Path) -> Iterator[Accounts]:
    with Accounts.beside(data) as accounts:
        yield accounts


@pytest.fixture
def maya(people: People) -> Person:
    return people("Maya")


@pytest.fixture
def tomas(people: People) -> Person:
    return people("Tomás")


@pytest.fixture
def screen(
    chromium: Browser, address: str, accounts: Accounts, pushes: PushService, maya: Person
) -> Iterator[Screen]:
    """Maya, who is signed in, in a browser that allows notifications."""
    context = chromium.new_context(base_url=address, locale="en-GB")
    context.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    context.grant_permissions(["notifications"], origin=address)
    context.add_init_script(pushes.script)
    context.add_cookies([{"name": COOKIE, "value": accounts.session_of(maya.uuid), "url": address}])
    screen = Screen(context.new_page())
    screen.open("/")
    yield screen
    errors = screen.errors
    context.close()
    assert errors == []


def _open_settings(page: Page) -> None:
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Settings").click()


def _turn_on(page: Page) -> None:
    _open_settings(page)
    page.get_by_role("checkbox", name="Notify me of new messages").check()
    expect(page.locator("#notify-devices li")).to_have_count(1)
    page.keyboard.press("Escape")


def test_a_message_reaches_a_browser_without_a_page_and_a_press_opens_it(
    screen: Screen, address: str, pushes: PushService, maya: Person, tomas: Person
) -> None:
    page = screen.page
    _turn_on(page)
    worker = Worker(page, address)
    worker.leave(page)
    group = tomas.writes(maya, "Are you there?")
    told = pushes.take()
    assert told["group"] == group
    worker.push(page, told)
    screen.until(lambda: worker.shown() == [["Tomás", "Are you there?"]])
    tomas.writes_in(group, "Hello?")
    worker.push(page, pushes.take())
    screen.until(lambda: worker.shown() == [["Tomás (2)", "Hello?"]])
    worker.push(page, told)  # an older one that comes late
    page.goto("/")
    screen.is_ready()
    worker.press()
    expect(screen.bubble("Hello?")).to_be_visible()
    screen.until(lambda: worker.shown() == [])


def test_a_page_in_front_makes_no_notification_of_a_push_and_without_one_all_are_shown(
    screen: Screen, address: str
) -> None:
    worker = Worker(screen.page, address)
    told = {"group": "g", "seq": 1, "title": "Tomás", "body": "Hello", "unread": 1}
    screen.page.bring_to_front()
    worker.push(screen.page, told)
    worker.leave(screen.page)
    worker.push(screen.page, {**told, "group": "h", "body": "Later"})
    screen.until(lambda: worker.shown() == [["Tomás", "Later"]])
    worker.push(screen.page, ["not", "ours"])  # type: ignore[arg-type]
    both = [["Cruddur", "New message"], ["Tomás", "Later"]]
    screen.until(lambda: sorted(worker.shown()) == both)


def test_a_message_that_is_read_closes_its_notification(
    screen: Screen, address: str, pushes: PushService, maya: Person, tomas: Person
) -> None:
    page = screen.page
    _turn_on(page)
    worker = Worker(page, address)
    worker.leave(page)
    group = tomas.writes(maya, "Are you there?")
    worker.push(page, pushes.take())
    screen.until(lambda: len(worker.shown()) == 1)
    screen.open(f"/c/{group}")
    expect(screen.bubble("Are you there?")).to_be_visible()
    page.mouse.click(600, 300)
    screen.until(lambda: worker.shown() == [])


def test_the_sheet_shows_the_browser_keeps_quiet_hours_and_stops(screen: Screen) -> None:
    page = screen.page
    _turn_on(page)
    _open_settings(page)
    expect(page.locator("#notify-devices")).to_contain_text("This browser")
    page.get_by_role("checkbox", name="Quiet hours").check()
    page.get_by_label("From", exact=True).fill("21:30")
    page.get_by_label("until", exact=True).fill("06:15")
    page.get_by_role("checkbox", name="Show who wrote").uncheck()
    screen.until(
        lambda: (
            page.evaluate("fetch('/api/push').then(one => one.json()).then(one => one.choices)")
            == {"texts": False, "quiet_from": 21 * 60 + 30, "quiet_until": 6 * 60 + 15}
        )
    )
    screen.reload()
    _open_settings(page)
    expect(page.get_by_label("From", exact=True)).to_have_value("21:30")
    expect(page.get_by_role("checkbox", name="Show who wrote")).not_to_be_checked()
    page.get_by_role("button", name="Stop notifying").click()
    expect(page.get_by_text("No device.")).to_be_visible()


def test_signing_out_ends_it_in_the_browser_too(screen: Screen, maya: Person) -> None:
    page = screen.page
    _turn_on(page)
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    screen.until(lambda: page.evaluate("localStorage.getItem('fake-subscription')") is None)
    page.get_by_role("textbox", name="Handle").fill(maya.handle)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    screen.is_ready()
    listed = page.evaluate("fetch('/api/push').then(one => one.json()).then(one => one.devices)")
    assert listed == []


def test_after_a_day_the_page_renews_it_with_the_key_of_the_service(screen: Screen) -> None:
    page = screen.page
    _turn_on(page)
    first = page.evaluate("localStorage.getItem('fake-subscription')")
    # The browser has another key than the service, as after a rotation.
    page.evaluate("""() => {
      localStorage.setItem("fake-subscription", "BAAA");
      const name = Object.keys(localStorage).find((one) => one.startsWith("cruddur-notifications/"));
      const settings = JSON.parse(localStorage.getItem(name));
      localStorage.setItem(name, JSON.stringify({ ...settings, pushed: 0 }));
    }""")
    screen.reload()
    screen.until(lambda: page.evaluate("localStorage.getItem('fake-subscription')") == first)
