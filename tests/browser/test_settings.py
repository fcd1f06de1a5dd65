"""The settings sheet: the devices on which one is signed in."""

import re
from contextlib import closing

import httpx
from playwright.sync_api import Locator, expect
from tests.browser.accounts import PASSWORD
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"


def open_settings(screen: Screen) -> Locator:
    """The settings sheet, open."""
    screen.page.get_by_role("button", name="Your account").click()
    screen.page.get_by_role("button", name="Settings").click()
    sheet = screen.page.get_by_role("dialog", name="Settings")
    expect(sheet).to_be_visible()
    return sheet


def signs_in(window: Windows, person: Person) -> Screen:
    screen = window(path="/sign-in")
    screen.page.get_by_role("textbox", name="Handle").fill(person.handle)
    screen.page.get_by_role("textbox", name="Password").fill(PASSWORD)
    screen.page.get_by_role("button", name="Sign in").click()
    screen.is_ready()
    return screen


def _on_another_device(screen: Screen, person: Person) -> httpx.Client:
    """Signs in without a browser, and says to be one."""
    origin = re.match(r"https?://[^/]+", screen.page.url)
    assert origin is not None
    client = httpx.Client(base_url=origin[0], headers={"User-Agent": FIREFOX}, timeout=60)
    body = {"handle": person.handle, "password": PASSWORD}
    token = client.post("/api/sessions", json=body).json()["token"]
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def test_another_device_is_seen_and_signed_out(people: People, window: Windows) -> None:
    maya = people("Maya")
    screen = signs_in(window, maya)
    with closing(_on_another_device(screen, maya)) as other:
        sheet = open_settings(screen)
        expect(sheet.get_by_text("This device", exact=True)).to_be_visible()
        row = sheet.get_by_role("listitem").filter(has_text="Firefox on Linux")
        expect(row).to_contain_text("the server's own machine, last used")
        row.get_by_role("button", name="Sign out Firefox on Linux").click()
        screen.page.get_by_role("dialog", name="Sign out this device?").get_by_role(
            "button", name="Sign out"
        ).click()
        expect(row).to_have_count(0)
        assert other.get("/api/me").status_code == 401
    expect(sheet.get_by_role("button", name="Sign out all other devices")).to_be_hidden()
    expect(sheet.get_by_text("This device", exact=True)).to_be_visible()


def test_all_others_are_signed_out_and_their_pages_lead_to_sign_in(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    here, there, old = signs_in(window, maya), signs_in(window, maya), window(maya)
    sheet = open_settings(here)
    expect(sheet.get_by_role("listitem")).to_have_count(2)
    for other in (there, old):
        other.network_may_fail = True
    sheet.get_by_role("button", name="Sign out all other devices").click()
    here.page.get_by_role("dialog", name="Sign out all").get_by_role(
        "button", name="Sign out"
    ).click()
    for other in (there, old):
        expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(sheet.get_by_role("listitem")).to_have_count(1)
    here.reload()


def test_a_list_that_cannot_be_had_says_so(people: People, window: Windows) -> None:
    screen = window(people("Maya"))
    with screen.unreachable("**/api/sessions"):
        sheet = open_settings(screen)
        expect(sheet.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    screen.page.keyboard.press("Escape")
    sheet = open_settings(screen)
    expect(sheet.get_by_role("alert")).to_have_count(0)
    expect(sheet.get_by_role("button", name="Sign out all other devices")).to_be_visible()


def test_a_new_password_is_the_one_that_counts(people: People, window: Windows) -> None:
    maya = people("Maya")
    screen = signs_in(window, maya)
    screen.network_may_fail = True  # the browser itself notes refusals
    sheet = open_settings(screen)
    present = sheet.locator("#current_password")
    following = sheet.get_by_role("textbox", name="New password")
    change = sheet.get_by_role("button", name="Change password")
    present.fill("not-the-password")
    following.fill("123456789")
    expect(sheet.get_by_text("3 characters more")).to_be_visible()
    following.fill("123456789012")
    expect(sheet.get_by_text("Long enough")).to_be_visible()
    change.click()
    expect(following).to_have_accessible_description(
        re.compile("among the first that people guess")
    )
    expect(present).to_have_value("not-the-password")
    following.fill("a-new-password-of-mine")
    change.click()
    expect(present).to_have_accessible_description("This is not your current password.")
    expect(present).to_be_focused()
    expect(following).to_have_value("a-new-password-of-mine")
    present.fill(PASSWORD)
    change.click()
    expect(sheet.get_by_text("Your password is changed.")).to_be_visible()
    expect(following).to_have_value("")
    screen.reload()
    with httpx.Client(base_url=screen.page.url, timeout=60) as client:
        for password, status in ((PASSWORD, 401), ("a-new-password-of-mine", 200)):
            body = {"handle": maya.handle, "password": password}
            assert client.post("/api/sessions", json=body).status_code == status


def test_no_password_stays_in_a_sheet_that_is_closed(people: People, window: Windows) -> None:
    screen = window(people("Maya"))
    sheet = open_settings(screen)
    sheet.locator("#current_password").fill(PASSWORD)
    sheet.get_by_role("checkbox", name="Show passwords").check()
    screen.page.keyboard.press("Escape")
    sheet = open_settings(screen)
    expect(sheet.locator("#current_password")).to_have_value("")
    expect(sheet.locator("#current_password")).to_have_attribute("type", "password")


def test_a_part_of_the_page_that_does_not_load_offers_to_reload(
    people: People, window: Windows
) -> None:
    screen = window(people("Maya"), service_workers="block")  # it has this part
    with screen.unreachable("**/settings_sheet.*.js"):
        screen.page.get_by_role("button", name="Your account").click()
        screen.page.get_by_role("button", name="Settings").click()
        question = screen.page.get_by_role("dialog", name="This part of the page did not load")
        expect(question).to_be_visible()
    question.get_by_role("button", name="Reload").click()
    expect(question).to_be_hidden()
    screen.is_ready()
    open_settings(screen)


def test_the_look_is_chosen_and_stays_and_another_tab_follows(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    screen = window(maya)
    beside = window(maya, beside=screen)
    root = screen.page.locator("html")
    sheet = open_settings(screen)
    expect(sheet.get_by_role("radio", name="As the device")).to_be_checked()
    before = root.evaluate("(one) => [getComputedStyle(one).backgroundColor, one.offsetWidth]")
    sheet.get_by_role("radio", name="Dark").check()
    sheet.get_by_role("radio", name="Larger").check()
    assert root.evaluate("(one) => getComputedStyle(one).fontSize") == "21px"
    assert root.evaluate("(one) => getComputedStyle(one).backgroundColor") != before[0]
    sheet.get_by_role("checkbox", name="Enter sends").uncheck()
    beside.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(beside.page.locator("html")).to_have_attribute("data-theme", "dark")
    screen.reload()
    expect(root).to_have_attribute("data-size", "larger")
    assert root.evaluate("(one) => one.scrollWidth") <= before[1]


def test_enter_starts_a_new_line_where_somebody_wants_that(people: People, window: Windows) -> None:
    maya, bayko = people("Maya"), people("Bayko")
    screen = window(maya, path=f"/@{bayko.handle}")
    open_settings(screen).get_by_role("checkbox", name="Enter sends").uncheck()
    screen.page.keyboard.press("Escape")
    screen.composer.press_sequentially("one\ntwo")
    expect(screen.composer).to_have_value("one\ntwo")
    screen.composer.press("Control+Enter")
    expect(screen.articles).to_have_count(1)
    expect(screen.composer).to_have_value("")
