"""A push service on loopback for a browser that reaches no other, and that browser's half at the edge.

Chromium asks its maker's server for a subscription, which is not there in tests. So `subscribe` is
replaced by what gives a subscription to this service, and what this one receives is handed to Chromium's
real service worker by its DevTools protocol.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

from playwright.sync_api import CDPSession, Page
from tests.push_receiver import Browser

SUBSCRIBE = """
const fake = ([endpoint, p256dh, auth]) => {
  const bytes = (text) => Uint8Array.from(
    atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0)).buffer;
  const stored = () => localStorage.getItem("fake-subscription");
  const made = () => stored() && {
    endpoint,
    options: { applicationServerKey: bytes(stored()) },
    toJSON: () => ({ endpoint, keys: { p256dh, auth } }),
    unsubscribe: async () => (localStorage.removeItem("fake-subscription"), true),
  };
  PushManager.prototype.getSubscription = async () => made();
  PushManager.prototype.subscribe = async ({ applicationServerKey: key }) => {
    localStorage.setItem("fake-subscription", key);
    return made();
  };
};
if ("PushManager" in globalThis) fake(%s);
"""


class PushService:
    """What it received for the one browser that it knows, decrypted."""

    def __init__(self) -> None:
        self.browser = Browser()
        self.received: Queue[dict[str, Any]] = Queue()
        self.url = ""

    @property
    def script(self) -> str:
        """What replaces `subscribe` in a page."""
        keys = [f"{self.url}/push", self.browser.p256dh, self.browser.auth_text]
        return SUBSCRIBE % json.dumps(keys)

    def take(self) -> dict[str, Any]:
        """The next push."""
        return self.received.get(timeout=60)


@contextmanager
def push_service() -> Iterator[PushService]:
    """Runs one in a thread."""
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.received.put(json.loads(service.browser.decrypt(body)))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield service
        server.shutdown()


class Worker:
    """The service worker of a page, as Chromium's DevTools see it. It works after the page is closed."""

    def __init__(self, page: Page, origin: str) -> None:
        self._origin = origin
        self._context = page.context
        self._known: list[dict[str, Any]] = []
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.on("ServiceWorker.workerRegistrationUpdated", self._heard)
        self._session.send("ServiceWorker.enable")

    def _heard(self, event: dict[str, Any]) -> None:
        self._known += event["registrations"]

    def leave(self, page: Page) -> None:
        """Closes the page, as far as the worker can see. It knows of that a moment later."""
        page.goto("about:blank")
        script = "clients.matchAll({ includeUncontrolled: true }).then(all => all.length)"
        for _ in range(600):
            if not self._context.service_workers[0].evaluate(script):
                return
            page.wait_for_timeout(50)
        raise AssertionError("The worker still has a page.")

    def push(self, page: Page, told: dict[str, Any]) -> None:
        """Hands over what a push service would deliver."""
        for _ in range(600):
            if self._known:
                break
            page.wait_for_timeout(50)
        delivered = {
            "origin": self._origin,
            "registrationId": self._known[0]["registrationId"],
            "data": json.dumps(told),
        }
        self._session.send("ServiceWorker.deliverPushMessage", delivered)

    def shown(self) -> list[list[str]]:
        """Title and text of the notifications that the system shows."""
        script = (
            "registration.getNotifications().then(all => all.map(one => [one.title, one.body]))"
        )
        shown: list[list[str]] = self._context.service_workers[0].evaluate(script)
        return shown

    def press(self) -> None:
        """Presses the notification, as far as a script can: no window comes to the front."""
        self._context.service_workers[0].evaluate(
            """registration.getNotifications().then(([notification]) => self.dispatchEvent(
              new NotificationEvent("notificationclick", { notification })))"""
        )
