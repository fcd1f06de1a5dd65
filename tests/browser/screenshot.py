"""Two people talking, as README shows them: on a desk in the light, and on a phone in the dark."""

import base64
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect
from tests.browser.chromium import running_browser
from tests.browser.scene import make_scene
from tests.browser.service import running_service

from cruddur.identity.demo_accounts import DEMO_PASSWORD

_DESK: dict[str, Any] = {"viewport": {"width": 1100, "height": 760}, "color_scheme": "light"}
_PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 760},
    "color_scheme": "dark",
    "has_touch": True,
    "is_mobile": True,
}
_FRAME = """
<style>
  body {{ display: flex; gap: 30px; margin: 0; padding: 30px; background: #dfe7e5; }}
  img {{ border-radius: 12px; box-shadow: 0 10px 34px rgb(20 40 40 / 26%); }}
  img + img {{ border-radius: 26px; }}
</style>
<img src="data:image/png;base64,{desk}"><img src="data:image/png;base64,{phone}">
"""


def _signed_in(browser: Browser, address: str, handle: str, **options: Any) -> Page:
    page = browser.new_page(
        base_url=address,
        service_workers="block",
        timezone_id=_where_it_is_evening(),
        locale="en-GB",
        **options,
    )
    body = {"handle": handle, "password": DEMO_PASSWORD}
    assert page.request.post("/api/sessions", data=body, headers={"Origin": address}).ok
    return page


def _where_it_is_evening() -> str:
    east = (20 - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}"  # such a name counts to the west


def _open(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_role("navigation").get_by_text(name, exact=True).click()
    expect(page.get_by_role("heading", level=2)).to_have_text(name)


def _answer(page: Page, to: str, text: str) -> None:
    page.get_by_role("article").filter(has_text=to).last.focus()
    page.keyboard.press("r")
    page.get_by_role("textbox", name="Message", exact=True).fill(text)
    page.keyboard.press("Enter")


def _pictures(browser: Browser, address: str) -> dict[str, str]:
    maya = _signed_in(browser, address, "maya", **_DESK)
    tomas = _signed_in(browser, address, "tomas", **_PHONE)
    _open(maya, "Tomás Okafor")
    _open(tomas, "Maya Lindqvist")
    _answer(maya, "bring the red scarf", "It is in my bag already")
    for page in (maya, tomas):
        expect(page.get_by_text("It is in my bag already").last).to_be_visible()
        expect(page.locator("#conversation-dot")).to_be_visible()
        expect(page.locator(".messages.scrolling")).to_have_count(0)
    tomas.get_by_role("textbox", name="Message", exact=True).press_sequentially("And one for ")
    expect(maya.locator("#conversation-line.typing")).to_be_visible()
    maya.mouse.move(1000, 720)
    shown = {"desk": maya.screenshot(), "phone": tomas.screenshot()}
    return {name: base64.b64encode(picture).decode() for name, picture in shown.items()}


def main(file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        make_scene(data)
        with running_service(data, "--demo") as address, running_browser() as browser:
            pictures = _pictures(browser, address)
            page = browser.new_page(viewport={"width": 1580, "height": 820})
            page.set_content(_FRAME.format(**pictures))
            page.screenshot(path=file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
