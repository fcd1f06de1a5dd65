"""What strangers begin, on the page: listed apart, read without a sign, and answered."""

import pytest
from playwright.sync_api import expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.test_accessibility import expect_no_findings
from tests.browser.test_archive import show
from tests.browser.test_blocking import answer
from tests.browser.test_row_menu import PHONE
from tests.browser.test_settings import open_settings

_STILL = {"reduced_motion": "reduce"}


@pytest.fixture
def maya(people: People) -> Person:
    """Somebody to whom strangers write by request."""
    maya = people("Maya")
    maya.ask("PATCH", "/api/me", {"who_may_write": "request"})
    return maya


def press(screen: Screen, button: str) -> None:
    screen.page.get_by_role("region", name="Request").get_by_role("button", name=button).click()


def test_accepted_after_it_was_read_without_a_sign(
    maya: Person, people: People, window: Windows
) -> None:
    tomas = people("Tomás")
    group = tomas.writes(maya, "Hello", "It is me")
    here = window(maya, **_STILL)
    beside = window(path="/", beside=here)
    beside.is_ready()
    expect(here.inbox.get_by_text("No conversations yet.")).to_be_visible()
    show(here, "Requests")
    here.row("Tomás").click()
    expect(here.bubble("It is me")).to_be_visible()
    expect(here.composer).to_be_hidden()
    expect(here.header.filter(has_text="Tomás")).to_be_focused()
    expect_no_findings(here)
    here.bubble("Hello").focus()
    for key in ("r", "Delete", "x"):
        here.page.keyboard.press(key)
    expect(here.page.get_by_role("toolbar")).to_be_hidden()
    here.bubble("Hello").get_by_role("button", name="Message actions").click()
    menu = here.page.locator("#message-menu")
    expect(menu.get_by_role("button").locator("visible=true").first).to_have_text("Copy")
    expect_no_findings(here)
    here.page.keyboard.press("Escape")
    beside.open(f"/c/{group}")
    expect(beside.composer).to_be_hidden()
    assert maya.ask("GET", f"/api/message_groups/{group}")["unread"] == 2
    press(here, "Accept")
    for screen in (here, beside):
        expect(screen.composer).to_be_visible()
        expect(screen.row("Tomás")).to_be_visible()
    expect(here.composer).to_be_focused()
    here.until(lambda: maya.ask("GET", f"/api/message_groups/{group}")["unread"] == 0)
    here.say("Hello, Tomás")
    here.expect_sent("Hello, Tomás")


def test_declined_or_blocked_it_is_gone_in_every_tab(
    maya: Person, people: People, window: Windows
) -> None:
    tomas, ines = people("Tomás"), people("Inês")
    group = tomas.writes(maya, "Hello")
    phone = window(maya, **PHONE, **_STILL)
    beside = window(maya, f"/c/{group}")
    show(phone, "Requests")
    waiting = phone.inbox.get_by_role("button", name="Requests")
    expect(waiting).to_have_attribute("aria-description", "1 waiting")
    expect(waiting).to_contain_text("1")
    expect_no_findings(phone)
    phone.row("Tomás").tap()
    press(phone, "Decline")
    answer(phone, "Decline Tomás?", "Decline")
    expect(phone.inbox.get_by_text("No requests.")).to_be_visible()
    expect(waiting).to_have_text("Requests")
    expect(beside.page.get_by_text("Choose a conversation")).to_be_visible()
    assert [text for _, text in tomas.stored(group)] == ["Hello"]
    ines.writes(maya, "Buy this")
    show(phone, "Requests")
    show(beside, "Requests")
    expect(beside.row("Inês")).to_be_visible()
    phone.row("Inês").tap()
    press(phone, "Block")
    answer(phone, "Block Inês?", "Block")
    for screen in (phone, beside):
        expect(screen.inbox.get_by_text("No requests.")).to_be_visible()
    assert [one["handle"] for one in maya.ask("GET", "/api/blocks")] == [ines.handle]


def test_there_are_many_and_the_answer_may_fail(
    maya: Person, people: People, window: Windows
) -> None:
    tomas = people("Tomás")
    for number in range(22):
        tomas.starts_group(f"Group {number}", maya)
    here = window(maya, **_STILL)
    show(here, "Requests")
    expect(here.row("Group 21")).to_be_visible()
    here.page.locator("#rows-scroller").evaluate("one => one.scrollTo(0, one.scrollHeight)")
    here.row("Group 0").click()
    with here.unreachable("**/accept"):
        press(here, "Accept")
        expect(here.page.get_by_text("The server cannot be reached.")).to_be_visible()
        expect_no_findings(here)
    press(here, "Accept")
    expect(here.composer).to_be_focused()
    expect(here.inbox.get_by_role("listitem")).to_have_count(1)


def test_the_settings_say_who_may_write_and_whom_one_has_blocked(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    here = window(maya, **_STILL)
    sheet = open_settings(here)
    rules = sheet.get_by_role("group", name="Who may write to me")
    expect(rules.get_by_role("radio", name="As the service does")).to_be_checked()
    expect(sheet.get_by_text("The service does: “Everybody”.")).to_be_visible()
    with here.unreachable("**/api/me"):
        rules.get_by_role("radio", name="Only people").click()
        expect(sheet.get_by_text("The server cannot be reached.")).to_be_visible()
    expect(sheet.get_by_text("You have blocked nobody.")).to_be_visible()
    rules.get_by_role("radio", name="by request").check()
    here.until(lambda: maya.ask("GET", "/api/me")["who_may_write"] == "request")
    rules.get_by_role("radio", name="As the service does").check()
    here.until(lambda: maya.ask("GET", "/api/me")["who_may_write"] is None)
    tomas_uuid = tomas.ask("GET", "/api/me")["uuid"]
    maya.ask("PUT", f"/api/blocks/{tomas_uuid}")
    expect(sheet.get_by_role("listitem").filter(has_text="Tomás")).to_contain_text(tomas.handle)
    expect_no_findings(here)
    sheet.get_by_role("button", name="Unblock Tomás").click()
    answer(here, "Unblock Tomás?", "Unblock")
    expect(sheet.get_by_text("You have blocked nobody.")).to_be_visible()
    expect(sheet.get_by_role("heading", name="Blocked people")).to_be_focused()
    assert maya.ask("GET", "/api/blocks") == []


def test_a_message_is_reported_with_a_reason_and_a_note(
    maya: Person, people: People, window: Windows
) -> None:
    group = people("Tomás").writes(maya, "Buy this", "Now")
    here = window(maya, f"/c/{group}", **_STILL)
    here.act("Buy this", "Report…")
    dialog = here.page.get_by_role("dialog", name="Report this message")
    expect(dialog.get_by_text("Buy this", exact=True)).to_be_visible()
    dialog.get_by_role("radio", name="Harassment").check()
    dialog.get_by_role("textbox").fill("Every day.")
    expect_no_findings(here)
    with here.unreachable("**/api/reports"):
        dialog.get_by_role("button", name="Report").click()
        expect(dialog.get_by_text("The server cannot be reached.")).to_be_visible()
    here.page.keyboard.press("Escape")
    here.act("Buy this", "Report…")
    expect(dialog.get_by_role("textbox")).to_have_value("Every day.")
    with here.page.expect_request("**/api/reports") as sent:
        dialog.get_by_role("button", name="Report").click()
    wanted = {"message_group_uuid": group, "seq": 1, "reason": "harassment", "note": "Every day."}
    assert sent.value.post_data_json == wanted
    expect(dialog.get_by_role("status")).to_have_text("Your report was sent. Thank you.")
    expect(dialog.get_by_role("button", name="Report")).to_be_hidden()
    expect_no_findings(here)
    dialog.get_by_role("button", name="Close").click()
    here.act("Now", "Report…")
    expect(dialog.get_by_role("textbox")).to_have_value("")
    expect(dialog.get_by_role("radio", name="Spam")).to_be_checked()
