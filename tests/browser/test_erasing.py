"""Somebody deletes their account on the page, and the other person's page follows."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect
from tests.browser.accounts import PASSWORD
from tests.browser.people import People
from tests.browser.screen import Screen, Windows
from tests.browser.test_settings import open_settings, signs_in

WRONG = "not the password"


def _opens_the_end(screen: Screen) -> None:
    open_settings(screen).get_by_role("button", name="Delete your account").click()
    expect(screen.page.get_by_role("dialog", name="Delete your account")).to_be_visible()


def _picture(screen: Screen, name: str) -> None:
    if folder := os.environ.get("CRUDDUR_PICTURES"):
        screen.page.screenshot(path=Path(folder) / f"{name}.png")


def test_an_account_is_deleted_and_the_others_page_follows(people: People, window: Windows) -> None:
    maya, noa = people("Maya Lind"), people("Noa Berg")
    group = maya.writes(noa, "wisteria one", "wisteria two")
    noa.writes_in(group, "an answer")
    screen, other = signs_in(window, maya), window(noa, f"/c/{group}")
    screen.network_may_fail = True  # the sessions end while pages ask
    expect(other.bubble("wisteria two")).to_be_visible()
    _opens_the_end(screen)
    dialog = screen.page.get_by_role("dialog", name="Delete your account")
    expect(dialog).to_contain_text("All your messages are deleted for everybody")
    password = dialog.get_by_role("textbox", name="Password")
    password.fill(WRONG)
    password.press("Enter")
    expect(dialog.get_by_role("alert").first).to_contain_text("not your current password")
    assert Axe().run(screen.page).violations_count == 0
    _picture(screen, "erase-dialog")
    password.fill(PASSWORD)
    dialog.get_by_role("button", name="Delete for good").click()
    expect(screen.page.get_by_text("Your account is deleted.")).to_be_visible()
    _picture(screen, "erase-done")
    # The other page learns of it by events: no message of hers is left, and nobody can write to her.
    expect(other.page.get_by_role("heading", name="Deleted account")).to_be_visible()
    expect(other.page.get_by_text("This account was deleted")).to_be_visible()
    expect(other.page.get_by_text("wisteria")).to_have_count(0)
    expect(other.bubble("an answer")).to_be_visible()
    expect(other.page.locator("#composer")).to_be_hidden()
    expect(other.row("Deleted account")).to_be_visible()
    _picture(other, "erase-other")
    other.reload()
    expect(other.page.get_by_text("This account was deleted")).to_be_visible()
    expect(other.page.locator("#composer")).to_be_hidden()


def test_what_was_typed_is_gone_when_the_dialog_closes_and_data_can_be_taken_along(
    people: People, window: Windows
) -> None:
    maya, noa = people("Maya Lind"), people("Noa Berg")
    maya.writes(noa, "take me along")
    screen = signs_in(window, maya)
    _opens_the_end(screen)
    dialog = screen.page.get_by_role("dialog", name="Delete your account")
    dialog.get_by_role("textbox", name="Password").fill(WRONG)
    dialog.get_by_role("button", name="Cancel").click()
    sheet = screen.page.get_by_role("dialog", name="Settings")
    sheet.get_by_role("button", name="Delete your account").click()
    expect(dialog.get_by_role("textbox", name="Password")).to_have_value("")
    screen.page.keyboard.press("Escape")
    with screen.page.expect_download() as started:
        sheet.get_by_role("link", name="Download your data").click()
    text = Path(started.value.path()).read_text("utf-8")
    assert "take me along" in text
    assert text.splitlines()[-1].startswith('{"type":"end"')
    _picture(screen, "erase-settings")
