"""Push from the message to the notification: the whole service, and a real service worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.accounts import Accounts
from tests.browser.people import Person
from tests.browser.push_service import PushService, Worker, push_service
from tests.browser.screen import Screen
from tests.browser.service import running_service

CHROMIUM = Path("/usr/bin/chromium")
"""The smaller one without windows denies all notifications."""

PASSWORD = "correct horse battery"


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


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    with running_service(tmp_path, "--outbound-allow", "127.0.0.0/8") as address:
        yield address


@pytest.fixture
def tomas(service: str, tmp_path: Path) -> Iterator[Person]:
    person = Person(service, *Accounts.beside(tmp_path).make("Tomás"))
    yield person
    person.close()


@pytest.fixture
def screen(chromium: Browser, service: str, pushes: PushService) -> Iterator[Screen]:
    """Maya, who has just made an account, in a browser that allows notifications."""
    context = chromium.new_context(base_url=service, locale="en-GB")
    context.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    context.grant_permissions(["notifications"], origin=service)
    context.add_init_script(pushes.script)
    screen = Screen(context.new_page())
    _sign(screen.page, "sign-up", handle="maya", display_name="Maya", password=PASSWORD)
    screen.is_ready()
    yield screen
    errors = screen.errors
    context.close()
    assert errors == []


def _sign(page: Page, way: str, **values: str) -> None:
    page.goto(f"/{way}")
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("form[data-account] [type=submit]").click()
    page.wait_for_url("**/")


def _open_settings(page: Page) -> None:
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Settings").click()


def _turn_on(page: Page) -> None:
    _open_settings(page)
    page.get_by_role("checkbox", name="Notify me of new messages").check()
    expect(page.locator("#notify-devices li")).to_have_count(1)
    page.keyboard.press("Escape")


class Maya:
    """Others write to her."""

    handle = "maya"


def test_a_message_reaches_a_browser_without_a_page_and_a_press_opens_it(
    screen: Screen, service: str, pushes: PushService, tomas: Person
) -> None:
    page = screen.page
    _turn_on(page)
    worker = Worker(page, service)
    worker.leave(page)
    group = tomas.writes(Maya, "Are you there?")  # type: ignore[arg-type]
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


def test_a_page_in_front_makes_no_notification_of_a_push(screen: Screen, service: str) -> None:
    worker = Worker(screen.page, service)
    told = {"group": "g", "seq": 1, "title": "Tomás", "body": "Hello", "unread": 1}
    screen.page.bring_to_front()
    worker.push(screen.page, told)
    worker.leave(screen.page)
    worker.push(screen.page, {**told, "group": "h", "body": "Later"})
    screen.until(lambda: worker.shown() == [["Tomás", "Later"]])


def test_a_push_that_nobody_can_read_is_shown_all_the_same(screen: Screen, service: str) -> None:
    worker = Worker(screen.page, service)
    worker.leave(screen.page)
    worker.push(screen.page, ["not", "ours"])  # type: ignore[arg-type]
    screen.until(lambda: worker.shown() == [["Cruddur", "New message"]])


def test_a_message_that_is_read_closes_its_notification(
    screen: Screen, service: str, pushes: PushService, tomas: Person
) -> None:
    page = screen.page
    _turn_on(page)
    worker = Worker(page, service)
    worker.leave(page)
    group = tomas.writes(Maya, "Are you there?")  # type: ignore[arg-type]
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


def test_signing_out_ends_it_in_the_browser_too(screen: Screen) -> None:
    page = screen.page
    _turn_on(page)
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    screen.until(lambda: page.evaluate("localStorage.getItem('fake-subscription')") is None)
    _sign(page, "sign-in", handle="maya", password=PASSWORD)
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
