"""Two people, each at a window, and what one does is seen by the other."""

from playwright.sync_api import expect
from tests.browser.people import People
from tests.browser.screen import Windows


def test_two_people_talk_and_one_who_loses_the_network_loses_nothing(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "Hello")
    one, other = window(maya, f"/c/{group}"), window(tomas, f"/c/{group}")
    other.say("Hello yourself")
    expect(one.bubble("Hello yourself")).to_be_visible()
    one.say("Shall we?")
    expect(other.bubble("Shall we?")).to_be_visible()
    with other.offline():
        for number in range(1, 6):
            one.say(f"Maya {number}")
            other.say(f"Tomás {number}")
        one.expect_sent("Maya 5")
        expect(other.bubble("Tomás 5")).to_have_attribute("data-state", "waiting")
        expect(other.page.get_by_text("You are offline")).to_be_visible()
        expect(other.bubble("Maya 1")).to_have_count(0)
    one.expect_all_sent(13)
    other.expect_all_sent(13)
    one.say("There you are")
    other.expect_sent("There you are")
    stored = maya.stored(group)
    assert [seq for seq, _ in stored] == list(range(1, 15))
    assert one.shown() == stored
    assert other.shown() == stored
    assert [text for _, text in stored if text.startswith("Tomás ")] == [
        f"Tomás {number}" for number in range(1, 6)
    ]


def test_an_edited_and_a_deleted_message_change_on_the_other_screen(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "Wrogn", "Never mind")
    one, other = window(maya, f"/c/{group}"), window(tomas, f"/c/{group}")
    one.act("Wrogn", "Edit message")
    expect(one.composer).to_have_value("Wrogn")
    one.say("Wrong")
    expect(other.bubble("Wrong").get_by_text("edited")).to_be_visible()
    one.act("Never mind", "Delete for everybody")
    one.page.dispatch_event("body", "pagehide")
    expect(other.bubble("Message deleted")).to_have_attribute("data-seq", "2")
    expect(other.row("Maya")).to_contain_text("Message deleted")
    expect(one.bubble("Message deleted")).to_be_visible()
    assert maya.stored(group) == [(1, "Wrong"), (2, "")]


def test_one_who_begins_a_conversation_sees_that_the_other_is_online(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    window(tomas)
    screen = window(maya, f"/@{tomas.handle}")
    line = screen.page.locator("#conversation-line")
    expect(line).to_have_text(f"@{tomas.handle}")
    screen.say("Hello")
    expect(line).to_have_text("online")


def test_one_sees_the_other_come_type_and_go(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "Hello")
    one = window(maya, f"/c/{group}")
    one.page.clock.install()
    one.reload()
    line = one.page.locator("#conversation-line")
    expect(line).to_have_text(f"@{tomas.handle}")
    other = window(tomas, f"/c/{group}")
    expect(line).to_have_text("online")
    other.composer.press_sequentially("Hm")
    expect(line).to_have_text("Tomás is typing…")
    expect(one.row("Tomás")).to_contain_text("Tomás is typing…")
    other.say("Hmm")
    expect(line).to_have_text("online")
    other.composer.press_sequentially("Hm")
    expect(line).to_have_text("Tomás is typing…")
    one.page.clock.fast_forward(10_000)  # nothing more comes: it fades
    expect(line).to_have_text("online")
    other.page.close()
    expect(line).to_have_text(f"@{tomas.handle}")


def test_both_can_start_the_same_conversation_at_the_same_moment(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    one, other = window(maya, f"/@{tomas.handle}"), window(tomas, f"/@{maya.handle}")
    one.composer.fill("Me first")
    other.composer.fill("No, me")
    one.composer.press("Enter")
    other.composer.press("Enter")
    one.expect_all_sent(2)
    other.expect_all_sent(2)
    assert one.shown() == other.shown()
    assert one.page.url == other.page.url


def test_both_can_read_the_earlier_texts_of_a_message(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "Wrogn")
    for text in ("Wrong", "*Right*"):
        maya.ask("PATCH", f"/api/messages/{group}/1", {"message": text})
    screen = window(tomas, f"/c/{group}")
    screen.act("Right", "Earlier texts")
    dialog = screen.page.get_by_role("dialog", name="Earlier texts")
    expect(dialog.get_by_role("listitem").locator(".text")).to_have_text(
        ["Wrogn", "Wrong", "Right"]
    )
    dialog.get_by_role("button", name="Close").click()
    maya.ask("DELETE", f"/api/messages/{group}/1")
    expect(screen.bubble("Message deleted")).to_be_visible()
