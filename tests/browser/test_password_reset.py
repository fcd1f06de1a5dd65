"""A link for another password, opened in a browser."""

import re

from playwright.sync_api import expect
from tests.browser.accounts import PASSWORD, Accounts
from tests.browser.people import People
from tests.browser.screen import Windows

NEW = "battery staple"


def test_a_link_leads_to_a_new_password_and_to_sign_in(
    people: People, window: Windows, accounts: Accounts
) -> None:
    maya = people("Maya")
    open_page = window(maya)
    open_page.network_may_fail = True
    token = accounts.reset_token(maya.handle)
    screen = window(path=f"/reset#{token}")
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(f"{request.url} {request.headers}"))
    screen.network_may_fail = True  # the browser itself notes a 422
    field = screen.page.get_by_role("textbox", name="New password")
    field.fill("short")
    expect(screen.page.get_by_text("7 characters more")).to_be_visible()
    screen.page.get_by_role("button", name="Set password").click()
    expect(field).to_have_accessible_description(re.compile("A password has at least 12"))
    expect(field).to_have_value("short")
    expect(field).to_be_focused()
    screen.page.get_by_role("checkbox", name="Show password").check()
    expect(field).to_have_attribute("type", "text")
    field.fill(NEW)
    field.press("Enter")
    expect(screen.page.get_by_text("Your new password is set. Sign in with it.")).to_be_visible()
    assert [one for one in asked if token in one] == []
    expect(open_page.page.get_by_role("heading", name="Sign in")).to_be_visible()
    screen.page.get_by_role("textbox", name="Handle").fill(maya.handle)
    screen.page.get_by_role("textbox", name="Password").fill(NEW)
    screen.page.get_by_role("button", name="Sign in").click()
    screen.is_ready()


def test_a_link_that_does_not_work_says_so_and_what_was_typed_stays(window: Windows) -> None:
    screen = window(path="/reset#nothing")
    screen.network_may_fail = True  # the browser itself notes a 404
    field = screen.page.get_by_role("textbox", name="New password")
    field.fill(PASSWORD)
    field.press("Enter")
    expect(screen.page.get_by_role("alert")).to_contain_text("This link no longer works")
    expect(field).to_have_value(PASSWORD)
    screen.page.get_by_role("link", name="Sign in").click()
    expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(screen.page.get_by_text("Your new password is set.")).to_be_hidden()
