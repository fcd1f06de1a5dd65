"""Messages are deleted with ten seconds to undo it, copied, forwarded, and selected."""

import re

from playwright.sync_api import Locator, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def toast(screen: Screen) -> Locator:
    return screen.page.locator(".toast")


def undo(screen: Screen) -> Locator:
    return toast(screen).get_by_role("button", name="Undo").last


def bar(screen: Screen) -> Locator:
    return screen.page.get_by_role("toolbar", name="Selected messages")


def test_a_deletion_can_be_undone_and_goes_when_the_page_is_left(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One", "Two")
    maya.writes(tomas, "Three")
    one, other, theirs = (
        window(maya, f"/c/{group}"),
        window(maya, f"/c/{group}"),
        window(tomas, f"/c/{group}"),
    )
    one.act("Two", "Delete for me")
    expect(one.bubble("Two")).to_have_count(0)
    expect(one.page.locator("#said")).to_contain_text("Control Z")
    undo(one).click()
    expect(one.bubble("Two")).to_be_visible()
    expect(toast(one)).to_have_count(0)
    one.act("Two", "Delete for me")
    one.act("Three", "Delete for everybody")
    expect(one.row("Tomás")).to_contain_text("Message deleted")
    expect(theirs.bubble("Three")).to_be_visible()
    one.reload()
    expect(theirs.bubble("Message deleted")).to_be_visible()
    for screen in (one, other):
        expect(screen.bubble("Two")).to_have_count(0)
        expect(screen.bubble("Message deleted")).to_be_visible()
    expect(theirs.bubble("Two")).to_be_visible()
    assert [seq for seq, _ in maya.stored(group)] == [1, 3]


def test_it_goes_by_itself_in_all_tabs_also_without_a_network(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One", "Two", "Three")
    screen = window(maya, f"/c/{group}")
    beside = window(path=f"/c/{group}", beside=screen)
    beside.is_ready()
    screen.page.clock.install()
    screen.act("One", "Delete for me")
    expect(beside.bubble("One")).to_have_count(0)
    screen.bubble("Two").focus()
    screen.page.keyboard.press("Delete")
    expect(screen.bubble("Three")).to_be_focused()
    screen.page.keyboard.press("Control+z")
    expect(screen.bubble("Two")).to_be_visible()
    assert len(maya.stored(group)) == 3
    beside.network_may_fail = True  # it is of the same browser
    with screen.offline():
        screen.page.clock.run_for(11_000)
        expect(toast(screen)).to_have_count(0)
        expect(screen.bubble("One")).to_have_count(0)
    screen.until(lambda: [seq for seq, _ in maya.stored(group)] == [2, 3])
    expect(screen.bubble("One")).to_have_count(0)


def test_signing_out_sends_what_waits(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "One", "Two")
    screen = window(maya, f"/c/{group}")
    screen.act("One", "Delete for everybody")
    screen.network_may_fail = True  # a request may come after the session has ended
    screen.page.get_by_role("button", name="Your account").click()
    screen.page.get_by_role("button", name="Sign out", exact=True).click()
    expect(screen.page).to_have_url(re.compile("/sign-in"))
    assert tomas.stored(group) == [(1, ""), (2, "Two")]


def test_several_are_selected_by_key_and_mouse_and_copied_in_order(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "One", "Two", "Three", "Four")
    screen = window(maya, f"/c/{group}", permissions=["clipboard-read", "clipboard-write"])
    screen.bubble("Three").focus()
    screen.page.keyboard.press("x")
    expect(bar(screen)).to_contain_text("1 selected")
    expect(screen.composer).to_be_hidden()
    screen.bubble("One").click(modifiers=["Shift"])
    expect(bar(screen)).to_contain_text("3 selected")
    screen.bubble("Two").click()
    expect(bar(screen)).to_contain_text("2 selected")
    screen.page.keyboard.press("Escape")
    expect(bar(screen)).to_be_hidden()
    expect(screen.composer).to_be_visible()
    screen.act("Three", "Select")
    screen.bubble("One").click()
    bar(screen).get_by_role("button", name="Copy").click()
    expect(toast(screen)).to_have_text("Copied")
    copied = screen.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert [re.fullmatch(r"\[.*\d.*\] Tomás: (\w+)", line)[1] for line in copied] == [  # type: ignore[index]
        "One",
        "Three",
    ]
    screen.act("Four", "Copy")
    screen.until(lambda: screen.page.evaluate("navigator.clipboard.readText()") == "Four")


def test_on_a_phone_the_sheet_selects_and_going_back_leaves(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "One", "Two")
    tomas.writes(maya, "Three")
    phone = window(maya, f"/c/{group}", **PHONE)
    phone.act("One", "Select")
    expect(bar(phone)).to_contain_text("1 selected")
    phone.page.go_back()
    expect(bar(phone)).to_be_hidden()
    expect(phone.bubble("One")).to_be_visible()
    phone.act("One", "Select")
    phone.bubble("Two").tap()
    bar(phone).get_by_role("button", name="Delete").tap()
    everybody = phone.page.get_by_role("button", name="Delete for everybody")
    expect(everybody).to_be_visible()
    phone.page.keyboard.press("Escape")
    phone.bubble("Three").tap()
    bar(phone).get_by_role("button", name="Delete").tap()
    expect(everybody).to_be_hidden()
    phone.page.get_by_role("button", name="Delete for me").tap()
    undo(phone).focus()  # so that the notice stays for longer than ten seconds
    expect(toast(phone)).to_contain_text("3 messages deleted for you")
    expect(phone.articles).to_have_count(0)
    undo(phone).tap()
    expect(phone.articles).to_have_count(3)


def test_messages_are_forwarded_once_without_their_origin(people: People, window: Windows) -> None:
    maya, tomas, ines, zoe = people("Maya"), people("Tomás"), people("Inês"), people("Zoë")
    group = tomas.writes(maya, "One", "Two")
    ines.writes(maya, "Hello")
    screen = window(maya, f"/c/{group}")
    screen.act("Two", "Select")
    screen.bubble("One").click()
    bar(screen).get_by_role("button", name="Forward").click()
    dialog = screen.page.get_by_role("dialog", name="Forward to")
    dialog.get_by_role("checkbox", name="Inês").check()
    dialog.get_by_role("searchbox").fill(zoe.handle)
    dialog.get_by_role("checkbox", name="Zoë").check()
    expect(dialog.get_by_role("status")).to_have_text("2 of up to 5 chosen.")
    expect(dialog.get_by_role("checkbox", name="Inês")).to_be_checked()
    dialog.get_by_role("button", name="Forward").click()
    expect(toast(screen)).to_have_text("Forwarded to 2 conversations")
    expect(bar(screen)).to_be_hidden()
    screen.reload()
    wanted = [("Maya", "One"), ("Maya", "Two")]
    for other in (ines, zoe):
        screen.until(lambda other=other: _texts_for(other)[-2:] == wanted)  # type: ignore[misc]


def _texts_for(person: object) -> list[tuple[str, str]]:
    (row,) = person.ask("GET", "/api/message_groups")  # type: ignore[attr-defined]
    found = person.ask("GET", f"/api/messages/{row['uuid']}")  # type: ignore[attr-defined]
    return [(one["display_name"], one["message"]) for one in found]
