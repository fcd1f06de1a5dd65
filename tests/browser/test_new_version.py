"""The service is replaced by a newer version while a page of the older one is open.

Both run as people start them, on one port and one data folder. The newer has other files, and none
of the older's.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.accounts import Accounts
from tests.browser.chromium import PATIENCE_MS
from tests.browser.newer_service import make_newer
from tests.browser.people import Person
from tests.browser.screen import Screen
from tests.browser.service import running_service
from tests.browser.test_service_worker import free_port

from cruddur.web.http.auth import COOKIE

_VERSION = "document.documentElement.dataset.version ?? 'older'"
_VERSIONS = """async () => {
  const { active, installing, waiting } = await navigator.serviceWorker.ready;
  if (installing || waiting || active.state !== "activated") return 0;
  const names = await caches.keys();
  return names.filter((name) => name.startsWith("cruddur http")).length;
}"""
"""Of how many versions the browser has the files, once its service worker is in force."""
_UPDATE = "navigator.serviceWorker.ready.then((registration) => registration.update())"


class Upgrade:
    """A service that is replaced, and Maya, who has a conversation with Tomás."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self._data, self._newer = folder / "data", make_newer(folder / "newer")
        self._port = str(free_port())
        self._running = ExitStack()
        self._browser = browser
        self._contexts = ExitStack()
        self.address = self._start()
        with Accounts.beside(self._data) as accounts:
            self.maya = Person(self.address, *accounts.make("Maya"))
            tomas = Person(self.address, *accounts.make("Tomás"))
        self.group = tomas.writes(self.maya, "Hello")
        tomas.close()

    def _start(self, **environ: str) -> str:
        running = running_service(self._data, "--port", self._port, **environ)
        return self._running.enter_context(running)

    def stop(self) -> None:
        self._running.close()

    def start_newer(self) -> None:
        self._start(PYTHONPATH=str(self._newer))

    def opens(self, **options: str) -> Screen:
        """Maya's conversation, in a browser of her own."""
        context = self._browser.new_context(base_url=self.address, **options)  # type: ignore[arg-type]
        self._contexts.callback(context.close)
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": COOKIE, "value": self.maya.token, "url": self.address}])
        screen = Screen(context.new_page())
        screen.network_may_fail = True
        screen.open(f"/c/{self.group}")
        return screen

    def close(self) -> None:
        self._contexts.close()
        self.maya.close()
        self._running.close()


@pytest.fixture
def upgrade(browser: Browser, tmp_path: Path) -> Iterator[Upgrade]:
    upgrade = Upgrade(tmp_path, browser)
    yield upgrade
    upgrade.close()


def forget_what_was_fetched(screen: Screen) -> None:
    """As browsers do sooner or later. What a service worker keeps stays."""
    screen.page.context.new_cdp_session(screen.page).send("Network.clearBrowserCache")


def settings_open(screen: Screen) -> None:
    """Presses what is fetched only then."""
    screen.page.get_by_role("button", name="Your account").click()
    screen.page.get_by_role("button", name="Settings").click()
    expect(screen.page.get_by_role("dialog", name="Settings")).to_be_visible()


def test_a_page_of_the_older_version_stays_whole_and_sends_what_waited(upgrade: Upgrade) -> None:
    older = upgrade.opens()
    older.until(lambda: older.page.evaluate(_VERSIONS) == 1)
    upgrade.stop()
    older.say("Written in between")
    older.composer.fill("Half a thought")
    upgrade.start_newer()
    newer = Screen(older.page.context.new_page())
    newer.open("/")
    assert newer.page.evaluate(_VERSION) == "newer"
    newer.page.evaluate(_UPDATE)
    newer.until(lambda: newer.page.evaluate(_VERSIONS) == 2)
    settings_open(newer)
    forget_what_was_fetched(older)
    older.expect_sent("Written in between")
    expect(older.composer).to_have_value("Half a thought")
    settings_open(older)
    assert older.page.evaluate(_VERSION) == "older"
    assert upgrade.maya.stored(upgrade.group) == [(1, "Hello"), (2, "Written in between")]
    assert older.errors + newer.errors == []


def test_without_a_service_worker_one_is_asked_to_reload_and_the_draft_stays(
    upgrade: Upgrade,
) -> None:
    screen = upgrade.opens(service_workers="block")
    screen.composer.fill("Half a thought")
    upgrade.stop()
    upgrade.start_newer()
    screen.page.get_by_role("button", name="Your account").click()
    screen.page.get_by_role("button", name="Settings").click()
    question = screen.page.get_by_role("dialog", name="This part of the page did not load")
    question.get_by_role("button", name="Reload").click()
    expect(screen.page.locator("html")).to_have_attribute("data-rest", "newer")
    screen.is_ready()
    expect(screen.composer).to_have_value("Half a thought")
    settings_open(screen)


def test_after_the_upgrade_the_newer_page_opens_without_a_network(upgrade: Upgrade) -> None:
    screen = upgrade.opens()
    screen.until(lambda: screen.page.evaluate(_VERSIONS) == 1)
    upgrade.stop()
    screen.say("Written in between")
    upgrade.start_newer()
    screen.expect_sent("Written in between")
    screen.page.evaluate(_UPDATE)
    screen.until(lambda: screen.page.evaluate(_VERSIONS) == 2)
    upgrade.stop()
    screen.open(f"/c/{upgrade.group}")
    assert screen.page.evaluate(_VERSION) == "newer"
    screen.say("And once more")
    upgrade.start_newer()
    screen.expect_all_sent(3)
