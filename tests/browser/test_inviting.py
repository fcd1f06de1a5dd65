"""Making an account by a link that somebody shares."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.accounts import PASSWORD, Accounts
from tests.browser.people import People
from tests.browser.screen import Screen, Windows
from tests.browser.service import running_service
from tests.browser.test_settings import open_settings

PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("invites")


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with running_service(data, "--sign-up", "invite", "--members-invite", "on") as address:
        yield address


@pytest.fixture(scope="module")
def accounts(address: str, data: Path) -> Iterator[Accounts]:
    with Accounts.beside(data) as accounts:
        yield accounts


def link_of(screen: Screen) -> str:
    """The link that a person makes in the settings sheet, for five people."""
    sheet = open_settings(screen)
    sheet.locator("#invite-somebody").get_by_label("For").select_option("5 people")
    sheet.get_by_role("button", name="Make a link").click()
    expect(sheet.get_by_text("It is shown this once.")).to_be_visible()
    expect(sheet.get_by_role("list", name="Open invitations")).to_contain_text("5 of 5 left")
    link = sheet.locator("#invite-somebody output").text_content()
    assert link is not None
    return link


def fill(screen: Screen, handle: str, password: str) -> None:
    screen.page.get_by_role("textbox", name="Display name").fill("Noa")
    screen.page.get_by_role("textbox", name="Handle").fill(handle)
    screen.page.get_by_role("textbox", name="Password").fill(password)


def test_a_link_leads_to_an_account_on_a_phone(people: People, window: Windows) -> None:
    maya = people("Maya")
    screen = window(maya)
    path = "/sign-up" + re.sub(r"^[^#]*", "", link_of(screen))
    phone = window(path=path, **PHONE)
    phone.network_may_fail = True  # the browser itself notes a 422
    expect(phone.page.get_by_text("Maya invites you.")).to_be_visible()
    expect(phone.page.get_by_role("textbox", name="Display name")).to_be_focused()
    expect(phone.page.locator("html")).to_have_js_property("scrollWidth", 360)
    fill(phone, "noa", "short")
    phone.page.get_by_role("button", name="Create account").tap()
    field = phone.page.get_by_role("textbox", name="Password")
    expect(field).to_have_accessible_description(re.compile("A password has at least 12"))
    expect(phone.page.get_by_role("textbox", name="Handle")).to_have_value("noa")
    field.fill(PASSWORD)
    phone.page.get_by_role("button", name="Create account").tap()
    phone.is_ready()
    screen.reload()
    sheet = open_settings(screen)
    expect(sheet.get_by_role("list", name="Open invitations")).to_contain_text("4 of 5 left")


def test_an_ended_link_says_so_before_anything_is_typed(
    people: People, window: Windows, accounts: Accounts
) -> None:
    screen = window(people("Maya"))
    path = "/sign-up" + re.sub(r"^[^#]*", "", link_of(screen))
    invitations = screen.page.get_by_role("list", name="Open invitations")
    invitations.get_by_role("button", name=re.compile("End the invitation")).click()
    expect(invitations).to_be_hidden()
    visitor = window(path=path)
    visitor.network_may_fail = True  # the browser itself notes a 404
    expect(visitor.page.get_by_text("This invitation works no more.")).to_be_visible()
    expect(visitor.page.get_by_role("textbox")).to_have_count(0)


def test_without_a_link_the_page_says_what_is_needed(window: Windows) -> None:
    screen = window(path="/sign-in")
    expect(screen.page.get_by_text("Ask somebody here for an invitation.")).to_be_visible()
    other = window(path="/sign-up")
    expect(other.page.get_by_text("Accounts are made by invitation here.")).to_be_visible()
    expect(other.page.get_by_role("textbox")).to_have_count(0)
