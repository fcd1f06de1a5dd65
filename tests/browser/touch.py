"""What a finger does on a phone, as the browser's own input: Playwright only taps."""

from playwright.sync_api import CDPSession, Locator, Page

STEPS = 2


class Finger:
    """One finger on the glass of a page's window."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)

    def swipe(self, over: Locator, by: int) -> None:
        """Moves sideways over the element by so many pixels, and lifts."""
        x, y = self._on(over)
        self._send("touchStart", x, y)
        for step in range(1, STEPS + 1):
            self._send("touchMove", x + by * step / STEPS, y)
        self.lift()

    def rest(self, on: Locator) -> None:
        """Stays on the element until `lift`."""
        self._send("touchStart", *self._on(on))

    def lift(self) -> None:
        self._session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _send(self, kind: str, x: float, y: float) -> None:
        points = [{"x": x, "y": y}]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    @staticmethod
    def _on(element: Locator) -> tuple[float, float]:
        box = element.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
