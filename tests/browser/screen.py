"""What a person sees and does in one window."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from re import Pattern

from playwright.sync_api import ConsoleMessage, Locator, Page, Route, expect
from tests.browser.touch import Finger

_NETWORK = "Failed to load resource"
_NO_WORKER = "Service Worker registration blocked by Playwright"
_SAY_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


class Screen:
    """One window, signed in or not. Errors on its console are kept, for the test to fail on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.network_may_fail = False
        page.add_init_script(_SAY_VIOLATIONS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.log = page.get_by_role("log")
        self.composer = page.get_by_role("textbox", name="Message", exact=True)
        self.inbox = page.get_by_role("navigation", name="Conversations")
        self.search = self.inbox.get_by_role("combobox")
        self.articles = self.log.get_by_role("article").and_(page.locator(":not(.event)"))
        self.header = page.get_by_role("heading", level=2)

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.is_ready()

    def reload(self) -> None:
        self.page.reload()
        self.is_ready()

    def is_ready(self) -> None:
        """The modules have taken over from the server's HTML, and all of them are there."""
        expect(self.page.locator("body")).to_have_attribute("data-whole", "true")

    def is_usable(self) -> None:
        """The first view is there; the rest of the page may still be on its way."""
        expect(self.page.locator("body")).to_have_attribute("data-ready", "true")

    def until(self, is_so: Callable[[], bool]) -> None:
        """Waits for what only the server knows. What the page shows is awaited by `expect`."""
        for _ in range(600):
            if is_so():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("It never was so.")

    def say(self, *texts: str) -> None:
        for text in texts:
            self.composer.fill(text)
            self.composer.press("Enter")
            expect(self.composer).to_have_value("")

    def bubble(self, text: str) -> Locator:
        return self.articles.filter(has=self.page.get_by_text(text, exact=True))

    def expect_sent(self, text: str) -> None:
        expect(self.bubble(text)).to_have_attribute("data-state", "sent")

    def expect_all_sent(self, count: int) -> None:
        expect(self.articles.and_(self.page.locator("[data-state=sent]"))).to_have_count(count)
        expect(self.articles).to_have_count(count)

    def shown(self) -> list[tuple[int, str]]:
        """Number and text of every message in the log, from top to bottom."""
        found = self.articles.evaluate_all(
            "all => all.map(one => [Number(one.dataset.seq), one.querySelector('.text').innerText])"
        )
        return [(seq, text) for seq, text in found]

    def act(self, text: str, action: str) -> None:
        """Does what the menu of a message offers."""
        self.open_menu(self.bubble(text)).get_by_role("button", name=action).click()

    def new_group(self) -> Locator:
        """The dialog that makes a group, opened from the menu of the pencil."""
        self.page.get_by_role("button", name="New message or group").click()
        self.page.get_by_role("button", name="New group").click()
        return self.page.get_by_role("dialog", name="New group")

    def hold(self, bubble: Locator) -> None:
        """A finger rests on a message for long enough, and lifts."""
        bubble.scroll_into_view_if_needed()
        finger = Finger(self.page)
        finger.rest(bubble.locator(".text"))
        expect(bubble).to_have_attribute("data-held", "")
        finger.lift()

    def open_menu(self, bubble: Locator) -> Locator:
        """The menu of a message, opened by the mouse, or by a finger that rests on the message."""
        if self.page.evaluate("matchMedia('(hover: none)').matches"):
            self.hold(bubble)
        else:
            bubble.get_by_role("button", name="Message actions").click()
        return self.page.locator("#message-menu")

    def row(self, name: str) -> Locator:
        """A conversation in the inbox."""
        has = self.page.get_by_text(name, exact=True)
        return self.inbox.get_by_role("listitem").get_by_role("link").filter(has=has)

    def badge(self, name: str) -> Locator:
        return self.row(name).locator(".badge")

    def option(self, name: str) -> Locator:
        return self.page.get_by_role("option").filter(has_text=name)

    @contextmanager
    def offline(self) -> Iterator[None]:
        self.network_may_fail = True
        self.page.context.set_offline(True)
        yield
        self.page.context.set_offline(False)

    @contextmanager
    def unreachable(self, path: str | Pattern[str] = "/api/**") -> Iterator[None]:
        """The page can be loaded, but what it asks for here gets no answer."""
        self.network_may_fail = True

        def abort(route: Route) -> None:
            route.abort()

        self.page.route(path, abort)
        yield
        self.page.unroute(path, abort)

    def _heard(self, message: ConsoleMessage) -> None:
        is_expected = self.network_may_fail and message.text.startswith(_NETWORK)
        is_expected |= message.text.startswith(_NO_WORKER)
        if message.type in {"error", "warning"} and not is_expected:
            self.errors.append(f"{message.type}: {message.text}")


Windows = Callable[..., Screen]
"""Opens a window: see the fixture."""


def scroll_up_without_a_jump(screen: Screen) -> None:
    """Scrolls until older ones come, and sees the message on top stay where it was."""
    first = screen.shown()[0][0]
    top = screen.page.locator(f"[data-seq='{first}']")
    top.scroll_into_view_if_needed()
    expect(screen.page.locator(f"[data-seq='{first - 1}']")).to_be_attached()
    expect(top).to_be_in_viewport()


def scroll_down_without_a_jump(screen: Screen) -> None:
    """Scrolls until newer ones come, and sees the lowest message stay in view."""
    last = screen.shown()[-1][0]
    lowest = screen.page.locator(f"[data-seq='{last}']")
    lowest.scroll_into_view_if_needed()
    expect(screen.page.locator(f"[data-seq='{last + 1}']")).to_be_attached()
    expect(lowest).to_be_in_viewport()
