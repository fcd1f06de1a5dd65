"""The e-mail address in the settings, and a forgotten password from pressing the link to signed in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect
from tests.browser.accounts import PASSWORD, Accounts
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.service import running_service
from tests.browser.test_settings import open_settings
from tests.mail_server import Mailbox, link_in, mail_server_beside
from tests.ports import free_port

from cruddur.identity.context import IdentityContext
from cruddur.identity.digests import stop_token_of

NEW = "battery staple"
NO_TABLE: Any = None
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mail")


@pytest.fixture(scope="module")
def address(data: Path, mailbox: Mailbox) -> Iterator[str]:
    """A service that sends mails."""
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    flags = ("--port", port, "--public-url", url, "--mail-from", "Chat <chat@example.com>")
    with mail_server_beside(mailbox) as smtp:
        environ = {"CRUDDUR_SMTP_URL": f"smtp://localhost:{smtp}"}
        with running_service(data, *flags, **environ) as address:
            yield address


@pytest.fixture(scope="module")
def accounts(address: str, data: Path) -> Iterator[Accounts]:
    with Accounts.beside(data) as accounts:
        yield accounts


def email_part(sheet: Locator) -> Locator:
    return sheet.locator("section").filter(
        has=sheet.page.get_by_role("heading", name="E-mail address")
    )


def sets_address(sheet: Locator, address: str, password: str = PASSWORD) -> None:
    part = email_part(sheet)
    part.get_by_label("E-mail address").fill(address)
    part.get_by_label("Current password").fill(password)
    part.get_by_label("Current password").press("Enter")


def confirms(window: Windows, mailbox: Mailbox) -> Screen:
    screen = window(path=link_in(mailbox.wait()))
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(request.url))
    screen.page.get_by_role("button", name="Confirm this address").click()
    expect(screen.page.get_by_text("Your e-mail address is confirmed.")).to_be_focused()
    assert "#" not in screen.page.url
    return screen


def with_address(person: Person, window: Windows, mailbox: Mailbox) -> str:
    address = f"{person.handle}@example.com"
    body = {"email": address, "current_password": PASSWORD}
    person.ask("PUT", "/api/me/email", body)
    confirms(window, mailbox)
    return address


def test_an_address_is_set_confirmed_and_removed_in_the_settings(
    people: People, window: Windows, mailbox: Mailbox
) -> None:
    maya = people("Maya")
    screen = window(maya, **PHONE)
    screen.network_may_fail = True  # the browser itself notes refusals
    sheet = open_settings(screen)
    part = email_part(sheet)
    expect(part.get_by_text("With an address you can set a new password")).to_be_visible()
    expect(part.get_by_role("button", name="Remove")).to_be_hidden()
    sets_address(sheet, "maya")
    box = part.get_by_label("E-mail address")
    expect(box).to_be_focused()
    expect(part.get_by_text("One looks like maya@example.com")).to_be_visible()
    sets_address(sheet, "maya@example.com", "wrong one")
    expect(part.get_by_text("This is not your current password.")).to_be_visible()
    sets_address(sheet, "maya@example.com")
    expect(part.get_by_text("A link was sent to maya@example.com")).to_be_visible()
    confirms(window, mailbox)
    sheet.get_by_role("button", name="Close").click()
    open_settings(screen)
    expect(part.get_by_text("maya@example.com is your address.")).to_be_visible()
    expect(part.get_by_label("Current password")).to_have_value("")
    digest = part.get_by_role("checkbox", name="Mail me once a day")
    expect(digest).to_be_checked()
    digest.uncheck()
    screen.until(lambda: maya.ask("GET", "/api/me/email")["digest"] is False)
    expect(digest).not_to_be_checked()
    part.get_by_label("Current password").fill(PASSWORD)
    part.get_by_role("button", name="Remove").click()
    expect(part.get_by_text("With an address you can set a new password")).to_be_visible()
    assert mailbox.wait()["Subject"] == "Your e-mail address was removed"


@pytest.mark.parametrize("by", ["handle", "address"])
def test_a_forgotten_password_from_the_link_to_signed_in(
    people: People, window: Windows, mailbox: Mailbox, by: str
) -> None:
    maya = people("Maya")
    address = with_address(maya, window, mailbox)
    screen = window(path="/sign-in")
    page = screen.page
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_role("heading", name="Forgot your password?")).to_be_visible()
    box = page.get_by_role("textbox", name="Handle or e-mail address")
    expect(box).to_be_focused()
    box.fill(maya.handle if by == "handle" else address)
    expect(page.get_by_role("button", name="Send the link")).to_be_enabled()
    box.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("If there is such an account")
    page.goto(link_in(mailbox.wait()))
    page.get_by_role("textbox", name="New password").fill(NEW)
    page.get_by_role("button", name="Set password").click()
    page.get_by_role("textbox", name="Handle").fill(maya.handle)
    page.get_by_role("textbox", name="Password").fill(NEW)
    page.get_by_role("button", name="Sign in").click()
    screen.is_ready()
    assert mailbox.wait()["Subject"] == "Your password was changed"


def test_a_stranger_reads_the_same_and_an_empty_field_is_named(window: Windows) -> None:
    screen = window(path="/forgotten", **PHONE)
    screen.network_may_fail = True
    box = screen.page.get_by_role("textbox", name="Handle or e-mail address")
    expect(screen.page.get_by_role("button", name="Send the link")).to_be_enabled()
    box.press("Enter")
    expect(box).to_have_accessible_description(
        "A link to set a new password goes to the address of the account. "
        "Type your handle or your e-mail address."
    )
    box.fill("nobody")
    box.press("Enter")
    expect(screen.page.get_by_role("status")).to_contain_text("If there is such an account")
    expect(box).to_be_hidden()


def test_an_account_is_made_with_an_address(window: Windows, mailbox: Mailbox) -> None:
    screen = window(path="/sign-up")
    page = screen.page
    page.get_by_role("textbox", name="Display name").fill("Zoë")
    page.get_by_role("textbox", name="Handle").fill("zoe")
    page.get_by_role("textbox", name="E-mail address (optional)").fill("zoe@example.com")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    screen.is_ready()
    confirms(window, mailbox)


def test_a_link_that_was_used_says_so(people: People, window: Windows, mailbox: Mailbox) -> None:
    maya = people("Maya")
    maya.ask("PUT", "/api/me/email", {"email": "m@example.com", "current_password": PASSWORD})
    link = link_in(mailbox.wait())
    again = window(path=link)
    again.network_may_fail = True
    first = window(path=link).page
    first.get_by_role("button", name="Confirm this address").click()
    expect(first.get_by_text("Your e-mail address is confirmed.")).to_be_focused()
    again.page.get_by_role("button", name="Confirm this address").click()
    expect(again.page.get_by_role("alert")).to_contain_text("This link no longer works")


def test_a_link_stops_mails_of_what_is_unread_without_scripts(
    people: People, window: Windows, mailbox: Mailbox, data: Path
) -> None:
    maya = people("Maya")
    with_address(maya, window, mailbox)
    secret = (data / "secret").read_bytes()
    uuid = str(maya.ask("GET", "/api/me")["uuid"])
    token = stop_token_of(IdentityContext(NO_TABLE, secret), uuid)
    page = window(path=f"/stop-mails/{token}", java_script_enabled=False).page
    assert maya.ask("GET", "/api/me/email")["digest"] is True
    page.get_by_role("button", name="Stop these mails").click()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()
    assert maya.ask("GET", "/api/me/email")["digest"] is False


def test_without_mail_the_page_says_whom_to_ask(browser: Browser, tmp_path: Path) -> None:
    with running_service(tmp_path, "--contact", "Ada in room 12") as url:
        page = browser.new_page(base_url=url)
        page.goto("/sign-in")
        page.get_by_role("link", name="Forgot your password?").click()
        expect(page.get_by_text("This service sends no e-mail. Ask Ada in room 12")).to_be_visible()
        page.goto("/sign-up")
        expect(page.get_by_label("E-mail address (optional)")).to_be_hidden()
        page.close()
