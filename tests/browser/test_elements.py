"""What the elements show and offer beside texts: pictures, reactions, and what others do meanwhile."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.host_site import HostSite
from tests.browser.people import Person
from tests.browser.shop import Shop, open_shop
from tests.pictures import BLUE, RED


@pytest.fixture(scope="module")
def shop(
    browser: Browser, site: HostSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    with open_shop(
        browser, site, tmp_path_factory.mktemp("elements"), CRUDDUR_ALLOWED_ORIGINS=site.address
    ) as shop:
        yield shop


def message(page: Page, text: str) -> Locator:
    return page.locator("cruddur-conversation [part~=message]").filter(has_text=text)


def pictures(page: Page, element: str) -> Locator:
    """The faces of an element whose pictures have come."""
    return page.locator(f"{element} [part=face] img:only-child")


def reacts(person: Person, group: str, seq: int, emoji: str) -> None:
    person.ask("PUT", f"/api/messages/{group}/{seq}/reactions/{emoji}")


def test_faces_have_pictures_and_follow_them(shop: Shop) -> None:
    maya, tom, ida = (shop.person(name) for name in ("Maya", "Tom", "Ida"))
    tom.takes_picture(RED)
    ida.takes_picture(BLUE)
    group = tom.starts_group("Lake", maya, ida)
    tom.writes_in(group, "from Tom")
    ida.writes_in(group, "from Ida")
    tom.writes(maya, "to Maya alone")
    page = shop.opens(maya, to=group)
    expect(pictures(page, "cruddur-inbox")).to_have_count(1)
    expect(pictures(page, "cruddur-conversation")).to_have_count(2)
    before = pictures(page, "cruddur-inbox").get_attribute("src")
    tom.takes_picture(BLUE)
    expect(pictures(page, "cruddur-inbox")).not_to_have_attribute("src", str(before))
    tom.ask("DELETE", "/api/me/picture")
    expect(pictures(page, "cruddur-inbox")).to_have_count(0)
    expect(page.locator("cruddur-inbox").get_by_role("button", name="Tom")).to_contain_text("T")


def test_a_press_gives_a_reaction_and_takes_it_back(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.writes(maya, "one", "two")
    page = shop.opens(maya, to=group)
    one = message(page, "one")
    one.hover()
    one.get_by_role("button", name="React").click()
    one.get_by_role("button", name="Thumbs up").click()
    mine = one.get_by_role("button", name="👍 1: You")
    expect(mine).to_have_attribute("aria-pressed", "true")
    reacts(tom, group, 1, "👍")
    both = one.get_by_role("button", name="👍 2: You and Tom")
    expect(both).to_be_visible()
    both.focus()
    page.keyboard.press("Enter")
    theirs = one.get_by_role("button", name="👍 1: Tom")
    expect(theirs).to_have_attribute("aria-pressed", "false")
    expect(theirs).to_be_focused()  # though the message was made anew


def test_a_reaction_that_is_refused_says_why(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    page = shop.opens(maya, to=tom.writes(maya, "one"))
    page.route("**/reactions/**", lambda route: route.abort())
    message(page, "one").hover()
    message(page, "one").get_by_role("button", name="React").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    problem = page.locator("cruddur-conversation").get_by_role("alert")
    expect(problem).to_contain_text("The server cannot be reached.")


def test_what_others_do_is_seen_at_once(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.writes(maya, "one", "two", "three")
    page = shop.opens(maya, to=group)
    expect(message(page, "three")).to_be_visible()
    page.wait_for_function("chat.state === 'open'")
    tom.ask("POST", f"/api/message_groups/{group}/typing")
    state = page.locator("cruddur-conversation").get_by_role("status")
    expect(state).to_have_text("Tom is typing…")
    tom.edits(group, 1, "one, edited")
    expect(message(page, "one, edited")).to_contain_text("· edited")
    tom.deletes(group, 2)
    gone = message(page, "Message deleted")
    expect(gone.get_by_role("button")).to_have_count(0)
    reacts(tom, group, 3, "🙏")
    expect(message(page, "three").get_by_role("button", name="🙏 1: Tom")).to_be_visible()
    tom.writes(maya, "four")
    expect(state).to_have_text("")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
