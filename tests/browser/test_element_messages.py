"""What one can do with a message in `<cruddur-conversation>`: answer, change, delete and find it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.host_site import HostSite
from tests.browser.shop import Shop, open_shop
from tests.browser.touch import Finger

_PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 700},
    "has_touch": True,
    "is_mobile": True,
}
_WHOLE = '<main><h1>Shop</h1><cruddur-conversation to="{}"></cruddur-conversation></main>'


@pytest.fixture(scope="module")
def shop(
    browser: Browser, site: HostSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    with open_shop(
        browser, site, tmp_path_factory.mktemp("messages"), CRUDDUR_ALLOWED_ORIGINS=site.address
    ) as shop:
        yield shop


def conversation(page: Page) -> Locator:
    return page.locator("cruddur-conversation")


def message(page: Page, text: str) -> Locator:
    return conversation(page).locator("[part~=message]").filter(has_text=text).last


def more(page: Page, text: str) -> Locator:
    return message(page, text).get_by_role("button", name="More")


def choose(page: Page, text: str, *names: str) -> None:
    """Opens the menu of a message with the keyboard, and presses these items of it."""
    more(page, text).focus()
    page.keyboard.press("Enter")
    for name in names:
        page.get_by_role("menuitem", name=name).press("Enter")


def composer(page: Page) -> Locator:
    return conversation(page).get_by_role("textbox")


def findings(page: Page) -> list[object]:
    """What axe finds, in the light and in the dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [one["help"] for one in Axe().run(page).response["violations"]]
    return found


def test_a_message_is_answered(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.writes(maya, "<img src=x onerror=boom()> *one*")
    page = shop.opens(maya, to=group)
    more(page, "one").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem")).to_have_text(["Reply", "Copy text"])
    expect(page.get_by_role("menuitem", name="Reply")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Copy text")).to_be_focused()
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    expect(more(page, "one")).to_be_focused()
    choose(page, "one", "Reply")
    about = conversation(page).locator("[part=about]")
    expect(about).to_contain_text("Answering Tom<img src=x onerror=boom()> one")
    composer(page).press("Escape")
    expect(about).to_be_hidden()
    choose(page, "one", "Reply")
    composer(page).fill("two")
    page.reload()
    expect(about).to_contain_text("Answering Tom")  # a reload loses nothing of it
    composer(page).press("Enter")
    expect(about).to_be_hidden()
    expect(message(page, "two")).to_have_attribute("data-state", "sent")
    message(page, "two").get_by_role("button", name="Answers Tom").click()
    expect(conversation(page).locator("[data-seq='1']")).to_be_focused()
    assert maya.ask("GET", f"/api/messages/{group}")[-1]["reply_to_seq"] == 1


def test_a_message_is_changed_and_deleted(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = maya.writes(tom, "one", "two")
    page = shop.opens(maya, to=group)
    composer(page).fill("a draft")
    choose(page, "one", "Edit")
    expect(composer(page)).to_have_value("one")
    composer(page).fill("one, mended")
    page.route("**/api/messages/**", lambda route: route.abort())
    page.keyboard.press("Enter")
    problem = conversation(page).get_by_role("alert")
    expect(problem).to_contain_text("The server cannot be reached.")
    expect(composer(page)).to_have_value("one, mended")
    assert findings(page) == []
    page.unroute("**/api/messages/**")
    fresh = shop.accounts.token_of(maya.uuid)
    shop.site.tokens[maya.handle] = lambda: fresh
    maya.ask("DELETE", "/api/sessions")  # as for a page that was open overnight
    conversation(page).get_by_role("button", name="Save").click()
    expect(message(page, "one, mended")).to_contain_text("· edited")
    expect(composer(page)).to_have_value("a draft")
    composer(page).fill("")
    composer(page).press("ArrowUp")
    expect(composer(page)).to_have_value("two")
    conversation(page).get_by_role("button", name="Cancel").click()
    choose(page, "two", "Delete…", "Cancel")
    expect(more(page, "two")).to_be_focused()
    choose(page, "two", "Delete…")
    delete = page.get_by_role("menuitem", name="Delete", exact=True)
    delete.dispatch_event("click", {"detail": 2})  # the second half of a double click
    expect(delete).to_be_visible()
    delete.press("Enter")
    expect(message(page, "Message deleted")).to_be_focused()
    expect(message(page, "Message deleted").get_by_role("button")).to_have_count(0)
    assert [text for _, text in tom.stored(group)] == ["one, mended", ""]


def test_two_tabs_change_the_same_message(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = maya.writes(tom, "one")
    first = shop.opens(maya, to=group)
    second = shop.opens(maya, beside=first, to=group)
    for page in (first, second):
        page.wait_for_function("chat.state === 'open'")
        choose(page, "one", "Edit")
    composer(second).fill("mine")
    composer(first).fill("theirs")
    composer(first).press("Enter")
    about = conversation(second).locator("[part=about]")
    expect(about).to_have_text(
        re.compile("Editing your message, which was changed elsewhere meanwhiletheirs")
    )
    expect(composer(second)).to_have_value("mine")
    maya.writes(tom, "another")
    choose(first, "theirs", "Delete…", "Delete")
    expect(conversation(second).get_by_role("alert")).to_contain_text("Your text is still here.")
    expect(composer(second)).to_have_value("mine")
    expect(conversation(second).get_by_role("button", name="Send")).to_be_visible()


def test_a_conversation_closes_while_its_menu_is_open(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.starts_group("Lake", maya)
    tom.writes_in(group, "one")
    page = shop.opens(maya, to=group)
    page.wait_for_function("chat.state === 'open'")
    choose(page, "one")
    expect(page.get_by_role("menuitem", name="Reply")).to_be_visible()
    tom.ask("PATCH", f"/api/message_groups/{group}", {"who_may_write": "admins"})
    expect(page.get_by_role("menu")).to_be_hidden()
    expect(conversation(page)).to_contain_text("Only the admins write in this group.")
    tom.ask("DELETE", f"/api/message_groups/{group}/members/{maya.uuid}")
    expect(conversation(page)).to_contain_text("You are no longer in this conversation.")
    expect(composer(page)).to_be_hidden()
    tom.ask("POST", f"/api/message_groups/{group}/members", {"handles": [maya.handle]})
    maya.ask("POST", f"/api/invitations/{group}")
    expect(conversation(page)).to_contain_text("Only the admins write in this group.")
    tom.ask("PATCH", f"/api/message_groups/{group}", {"who_may_write": "everybody"})
    expect(composer(page)).to_be_visible()
    direct = tom.writes(maya, "two")
    page.locator("cruddur-conversation").evaluate(f"(one) => {{ one.to = '{direct}' }}")
    choose(page, "two")
    maya.ask("PUT", f"/api/blocks/{tom.uuid}")
    expect(conversation(page)).to_contain_text("You have blocked this person.")
    expect(page.get_by_role("menu")).to_be_hidden()
    maya.ask("DELETE", f"/api/blocks/{tom.uuid}")
    expect(composer(page)).to_be_visible()


def test_a_finger_that_rests_opens_the_menu_as_a_sheet(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = maya.writes(tom, *(f"number {n}" for n in range(1, 6)))
    page = shop.opens_at(shop.url(maya, body=_WHOLE.format(group)), **_PHONE)
    expect(message(page, "number 5")).to_be_visible()
    finger = Finger(page)
    finger.rest(message(page, "number 5"))
    expect(message(page, "number 5")).to_have_attribute("data-held", "")
    finger.lift()
    sheet = page.get_by_role("menu")
    expect(sheet).to_be_visible()
    box = sheet.bounding_box()
    assert box is not None
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 390, 700)
    assert findings(page) == []
    page.get_by_role("menuitem", name="Delete…").tap()
    page.get_by_role("menuitem", name="Delete", exact=True).press("Enter")
    expect(message(page, "Message deleted")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_one_finds_what_is_old_and_what_is_new(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.writes(maya, *(f"number {n}." for n in range(1, 131)))
    maya.reads(group, 100)
    answer = {"message_group_uuid": group, "message": "To the first", "reply_to_seq": 1}
    tom.ask("POST", "/api/messages", answer)
    page = shop.opens(maya, to=group)
    line = conversation(page).locator("[part~=new]")
    expect(line).to_have_text("New messages")
    assert line.evaluate("(one) => one.nextElementSibling.dataset.seq") == "101"
    expect(line).to_be_in_viewport()
    newest = conversation(page).get_by_role("button", name="Go to the newest")
    expect(newest).to_have_attribute("aria-label", "Go to the newest, 31 new messages")
    log = conversation(page).locator("[part=log]")
    log.evaluate("(one) => one.scrollTo(0, -one.scrollHeight)")
    expect(conversation(page).locator("[data-seq='81']")).to_be_attached()
    quote = message(page, "To the first").get_by_role("button", name="Answers Tom number 1.")
    quote.click()
    expect(conversation(page).locator("[data-seq='1']")).to_be_focused()
    top = "(one) => Math.round(one.getBoundingClientRect().top / 4)"  # a layout may round it
    before = conversation(page).locator("[data-seq='1']").evaluate(top)
    tom.writes(maya, "number 132.")
    expect(newest).to_have_attribute("aria-label", "Go to the newest, 1 new message")
    assert conversation(page).locator("[data-seq='1']").evaluate(top) == before
    newest.click()
    expect(newest).to_be_hidden()
    tom.writes(maya, "number 133.")
    expect(message(page, "number 133.")).to_be_in_viewport()
