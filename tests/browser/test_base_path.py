"""The page under a path of one's own, beside other things on the same host."""

from pathlib import Path

from playwright.sync_api import Browser, expect
from tests.browser.screen import Screen
from tests.browser.service import running_service

PASSWORD = "correct horse"


def test_the_page_stays_under_its_path(browser: Browser, tmp_path: Path) -> None:
    with running_service(tmp_path, "--base-path", "/chat") as address:
        page = browser.new_context().new_page()
        screen, asked = Screen(page), [""]
        asked.clear()
        page.on("request", lambda request: asked.append(request.url))
        who = {"handle": "tomas", "display_name": "Tomas", "password": PASSWORD}
        assert page.request.post(f"{address}/api/accounts", data=who).ok
        page.goto(f"{address}/@tomas")
        page.get_by_role("link", name="Create an account").click()
        for label, text in (("Handle", "mira"), ("Display name", "Mira"), ("Password", PASSWORD)):
            page.get_by_label(label, exact=True).fill(text)
        page.get_by_role("button", name="Create account").click()
        screen.is_ready()
        screen.say("Hello")
        screen.expect_sent("Hello")
        page.wait_for_url(f"{address}/c/*")
        there = page.url
        page.keyboard.press("Escape")  # back to the list
        expect(page).to_have_url(f"{address}/")
        screen.row("Tomas").click()
        expect(page).to_have_url(there)
        screen.reload()
        expect(screen.bubble("Hello")).to_be_visible()
        page.get_by_role("button", name="Your account").click()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{address}/sign-in*")
        assert [url for url in asked if not url.startswith((f"{address}/", "data:"))] == []
        assert len(asked) > 20
        page.context.close()
