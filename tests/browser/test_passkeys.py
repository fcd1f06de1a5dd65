"""Passkeys in a real browser, by its virtual authenticator (the WebAuthn domain of DevTools)."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import CDPSession, Locator, expect
from tests.browser.accounts import PASSWORD
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.test_settings import open_settings

_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
_NO_LIST = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"
"""A browser that offers no passkeys in the list of a field: else the device answers by itself."""

_SHORT = "tr0mb0ne"

OpenLocal = Callable[..., Screen]


class Authenticator:
    """The device of one window."""

    def __init__(self, screen: Screen) -> None:
        self.session: CDPSession = screen.page.context.new_cdp_session(screen.page)
        self.session.send("WebAuthn.enable")
        added = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
        self.id = added["authenticatorId"]

    def send(self, method: str, **given: object) -> dict[str, list[object]]:
        answer: dict[str, list[object]] = self.session.send(
            f"WebAuthn.{method}", {"authenticatorId": self.id, **given}
        )
        return answer


@pytest.fixture
def local(window: Windows, address: str) -> OpenLocal:
    """Opens windows at a name of this machine: browsers have no passkeys for numbers."""

    def open_local(path: str = "/sign-in", *, has_list: bool = False, **options: object) -> Screen:
        screen = window(None, "about:blank", **options)
        if not has_list:
            screen.page.add_init_script(_NO_LIST)
        screen.page.goto(address.replace("127.0.0.1", "localhost") + path)
        screen.network_may_fail = True  # the browser itself notes refusals
        return screen

    return open_local


def types_credentials(screen: Screen, person: Person) -> None:
    screen.page.get_by_role("textbox", name="Handle").fill(person.handle)
    screen.page.get_by_role("textbox", name="Password").fill(PASSWORD)
    screen.page.get_by_role("button", name="Sign in", exact=True).click()


def proves(screen: Screen, button: str, *, by_passkey: bool = False) -> None:
    """Gives the password, or a passkey, in the dialog that asks for it."""
    dialog = screen.page.locator("#proof")
    expect(dialog).to_be_visible()
    if by_passkey:
        dialog.get_by_role("button", name="Use a passkey").click()
    else:
        dialog.get_by_role("textbox", name="Password").fill(PASSWORD)
        dialog.get_by_role("button", name=button).click()
    expect(dialog).to_be_hidden()


def passkeys_of(sheet: Locator) -> Locator:
    return sheet.get_by_role("list", name="Passkeys").get_by_role("listitem")


def signs_out(screen: Screen) -> None:
    screen.page.keyboard.press("Escape")
    screen.page.get_by_role("button", name="Your account").click()
    screen.page.get_by_role("button", name="Sign out", exact=True).click()
    expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()


def picture(screen: Screen, name: str) -> None:
    if folder := os.environ.get("CRUDDUR_PICTURES"):
        screen.page.screenshot(path=Path(folder) / f"{name}.png")


def test_a_passkey_is_added_and_is_asked_for_besides_the_password(
    people: People, local: OpenLocal
) -> None:
    maya = people("Maya")
    screen = local()
    device = Authenticator(screen)
    types_credentials(screen, maya)
    screen.is_ready()
    sheet = open_settings(screen)
    needed = sheet.get_by_role("checkbox", name="Ask for a passkey besides the password")
    expect(needed).to_be_hidden()
    _adds_and_names_a_passkey(screen, sheet)
    needed.check()
    proves(screen, "Turn on", by_passkey=True)
    code = _keeps_the_codes(screen, sheet)
    signs_out(screen)
    # The passkey answers at once, as the second step.
    types_credentials(screen, maya)
    screen.is_ready()
    signs_out(screen)
    # The device does not answer any more: a recovery code stands in for it.
    device.send("clearCredentials")
    types_credentials(screen, maya)
    _uses_a_code(screen, code)
    screen.is_ready()
    sheet = open_settings(screen)
    expect(sheet.get_by_text("9 recovery codes are left.")).to_be_visible()
    _sets_a_short_password_for_a_while(screen, sheet, needed)
    needed.uncheck()
    proves(screen, "Turn off")
    expect(needed).not_to_be_checked()
    expect(new_password(sheet)).to_have_accessible_description(re.compile("At least 12 characters"))
    passkeys_of(sheet).get_by_role("button", name="Remove My laptop").click()
    proves(screen, "Remove")
    expect(passkeys_of(sheet)).to_have_count(0)


def _adds_and_names_a_passkey(screen: Screen, sheet: Locator) -> None:
    sheet.get_by_role("button", name="Add a passkey").click()
    proof = screen.page.get_by_role("dialog", name="Add a passkey")
    proof.get_by_role("textbox", name="Password").fill("not the password")
    proof.get_by_role("button", name="Go on").click()
    expect(proof.get_by_role("alert").first).to_contain_text("not your current password")
    assert Axe().run(screen.page).violations_count == 0
    picture(screen, "passkey-proof")
    proves(screen, "Go on")
    expect(passkeys_of(sheet)).to_have_count(1)
    expect(passkeys_of(sheet)).to_contain_text("Not used yet")
    expect(sheet.get_by_role("heading", name="Passkeys")).to_be_focused()
    passkeys_of(sheet).get_by_role("button", name=re.compile("^Rename")).click()
    sheet.get_by_role("textbox", name=re.compile("^New name of")).fill("My laptop")
    sheet.get_by_role("button", name="Save", exact=True).click()
    expect(passkeys_of(sheet)).to_contain_text("My laptop")


def _keeps_the_codes(screen: Screen, sheet: Locator) -> str:
    codes = sheet.locator(".recovery-codes code")
    expect(codes).to_have_count(10)
    code = codes.nth(4).inner_text()
    assert Axe().run(screen.page).violations_count == 0
    picture(screen, "passkey-codes")
    sheet.get_by_role("button", name="I have kept them").click()
    expect(codes).to_have_count(0)
    expect(sheet.get_by_text("10 recovery codes are left.")).to_be_visible()
    return code


def new_password(sheet: Locator) -> Locator:
    return sheet.get_by_role("textbox", name="New password")


def _sets_a_short_password_for_a_while(screen: Screen, sheet: Locator, needed: Locator) -> None:
    expect(new_password(sheet)).to_have_accessible_description(
        re.compile("At least 8 characters, since a passkey is asked for besides")
    )
    _changes_password(sheet, PASSWORD, _SHORT)
    needed.uncheck()
    proof = screen.page.locator("#proof")
    proof.get_by_role("textbox", name="Password").fill(_SHORT)
    proof.get_by_role("button", name="Turn off").click()
    expect(proof.get_by_role("alert").last).to_contain_text("Set a longer one first.")
    picture(screen, "passkey-short-password")
    screen.page.keyboard.press("Escape")
    expect(needed).to_be_checked()
    _changes_password(sheet, _SHORT, PASSWORD)


def _changes_password(sheet: Locator, old: str, new: str) -> None:
    sheet.get_by_role("textbox", name="Current password").fill(old)
    new_password(sheet).fill(new)
    expect(sheet.locator("#password-form .password-meter span")).to_have_text(re.compile("ong"))
    sheet.get_by_role("button", name="Change password").click()
    expect(sheet.get_by_text("Your password is changed.")).to_be_visible()


def _uses_a_code(screen: Screen, code: str) -> None:
    expect(screen.page.get_by_role("heading", name="One more step")).to_be_visible()
    expect(screen.page.get_by_role("alert").last).to_contain_text("No passkey was used")
    assert Axe().run(screen.page).violations_count == 0
    picture(screen, "passkey-second-step")
    screen.page.get_by_role("button", name="Use a recovery code").click()
    typed = screen.page.get_by_role("textbox", name="Recovery code")
    typed.fill("wrong")
    typed.press("Enter")
    expect(typed).to_have_accessible_description(re.compile("none of your recovery codes"))
    typed.fill(code)
    typed.press("Enter")


def test_a_passkey_signs_in_alone_and_ends_the_account(people: People, local: OpenLocal) -> None:
    maya = people("Maya")
    screen = local()
    Authenticator(screen)
    types_credentials(screen, maya)
    screen.is_ready()
    sheet = open_settings(screen)
    sheet.get_by_role("button", name="Add a passkey").click()
    proves(screen, "Go on")
    expect(passkeys_of(sheet)).to_have_count(1)
    signs_out(screen)
    picture(screen, "passkey-sign-in")
    assert Axe().run(screen.page).violations_count == 0
    screen.page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    screen.is_ready()
    expect(screen.page.get_by_role("button", name="Your account")).to_be_visible()
    sheet = open_settings(screen)
    expect(passkeys_of(sheet)).to_contain_text("Last used")
    sheet.get_by_role("button", name="Delete your account").click()
    dialog = screen.page.get_by_role("dialog", name="Delete your account")
    dialog.get_by_role("button", name="Use a passkey").click()
    expect(screen.page.get_by_text("Your account is deleted.")).to_be_visible()
    # Nobody is behind the passkey any more.
    screen.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(screen.page.get_by_role("alert").last).to_contain_text("does not sign you in")


def test_a_passkey_is_offered_where_the_handle_is_typed(people: People, local: OpenLocal) -> None:
    maya = people("Maya")
    screen = local(has_list=True)
    Authenticator(screen)
    types_credentials(screen, maya)
    screen.is_ready()
    sheet = open_settings(screen)
    sheet.get_by_role("button", name="Add a passkey").click()
    proves(screen, "Go on")
    expect(passkeys_of(sheet)).to_have_count(1)
    screen.page.keyboard.press("Escape")
    screen.page.get_by_role("button", name="Your account").click()
    screen.page.get_by_role("button", name="Sign out", exact=True).click()
    # The virtual device takes the first passkey of the list, as soon as the page offers it.
    screen.is_ready()
    expect(screen.page.get_by_role("button", name="Your account")).to_be_visible()


def test_where_the_address_is_a_number_nothing_offers_a_passkey(
    people: People, window: Windows
) -> None:
    screen = window(people("Maya"))
    sheet = open_settings(screen)
    expect(sheet.get_by_text("This browser has no passkeys here.")).to_be_visible()
    expect(sheet.get_by_role("button", name="Add a passkey")).to_be_hidden()
    other = window(None, "/sign-in")
    expect(other.page.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()
    expect(other.page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
