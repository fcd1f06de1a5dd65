"""Messages that wait, and those that are refused: each can be changed, discarded, copied, sent anew."""

import pytest
from playwright.sync_api import expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.test_sending import Wire, lose_the_answer

_SEND = "**/api/messages"
_KEEP_COPIES = """
globalThis.copied = [];
const value = { writeText: async (text) => copied.push(text) };
Object.defineProperty(navigator, "clipboard", { value });
"""


def _waiting(screen: Screen, text: str) -> None:
    screen.say(text)
    expect(screen.bubble(text).get_by_text("trying again")).to_be_visible()


def _press(screen: Screen, text: str, button: str) -> None:
    screen.bubble(text).get_by_role("button", name=button).click()


def test_a_waiting_message_can_be_changed_and_discarded(people: People, window: Windows) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    with screen.unreachable():
        _waiting(screen, "Wrogn")
        screen.say("Never mind")
        _press(screen, "Wrogn", "Edit")
        expect(screen.composer).to_have_value("Wrogn")
        screen.composer.fill("Wron")
        screen.reload()
        expect(screen.composer).to_have_value("Wron")
        screen.composer.press_sequentially("g")
        screen.composer.press("Enter")
        expect(screen.bubble("Wrong")).to_be_visible()
        expect(screen.page.get_by_text("Editing your message")).to_be_hidden()
        _press(screen, "Never mind", "Discard")
        screen.page.get_by_role("dialog").get_by_role("button", name="Discard").click()
        expect(screen.articles).to_have_count(2)
    screen.expect_all_sent(2)
    screen.until(lambda: maya.stored(group) == [(1, "Hello"), (2, "Wrong")])


def test_a_change_reaches_a_message_whose_answer_was_lost(people: People, window: Windows) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    wire = Wire(screen)
    with screen.unreachable("**/api/events*"):
        screen.reload()
        screen.page.route(_SEND, lose_the_answer)
        _waiting(screen, "Wrogn")
        _press(screen, "Wrogn", "Edit")
        screen.composer.fill("Wrong")
        screen.composer.press("Enter")
        screen.page.unroute(_SEND)
        screen.expect_sent("Wrong")
    assert len(wire.uuids()) == 1
    screen.until(lambda: maya.stored(group) == [(1, "Hello"), (2, "Wrong")])


def test_a_change_of_a_message_that_is_sent_meanwhile_is_an_edit(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    with screen.unreachable():
        _waiting(screen, "Wrogn")
        _press(screen, "Wrogn", "Edit")
        screen.composer.fill("Wrong")
    screen.page.evaluate("dispatchEvent(new Event('online'))")
    screen.expect_sent("Wrogn")
    screen.composer.press("Enter")
    expect(screen.bubble("Wrong").get_by_text("edited")).to_be_visible()
    screen.until(lambda: maya.stored(group) == [(1, "Hello"), (2, "Wrong")])


def test_what_waits_for_a_group_that_was_left_elsewhere_is_shown_and_can_be_copied(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.starts_group("The lake", people("Tomás"))
    screen = window(maya, f"/c/{group}")
    screen.page.evaluate(_KEEP_COPIES)
    with screen.unreachable(_SEND):
        _waiting(screen, "Who drives?")
        maya.ask("POST", f"/api/message_groups/{group}/leave")
        expect(screen.row("The lake")).to_have_count(0)
    screen.page.evaluate("dispatchEvent(new Event('online'))")
    screen.page.get_by_role("button", name="1 message was not sent").click()
    dialog = screen.page.get_by_role("dialog", name="Not sent")
    expect(dialog.get_by_role("listitem")).to_contain_text("To The lake")
    # The list is rendered anew once the last attempt has failed.
    expect(dialog.get_by_role("listitem")).to_contain_text("There is no such conversation.")
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    assert screen.page.evaluate("copied") == ["Who drives?"]
    dialog.get_by_role("button", name="Discard").click()
    question = screen.page.get_by_role("dialog", name="Discard this message?")
    question.get_by_role("button", name="Discard").click()
    expect(screen.page.get_by_role("button", name="not sent")).to_be_hidden()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (f"{'a' * 2400}\n{'b' * 2400}", ["a" * 2400, "b" * 2400]),
        ("👩‍👩‍👧‍👦" * 800, ["👩‍👩‍👧‍👦" * 585, "👩‍👩‍👧‍👦" * 215]),
    ],
    ids=["lines", "families"],
)
def test_a_text_that_is_too_long_can_go_as_several_messages(
    people: People, window: Windows, text: str, parts: list[str]
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    wire = Wire(screen)
    screen.composer.fill(text)
    screen.page.get_by_role("button", name=f"Send as {len(parts)} messages").click()
    screen.expect_all_sent(len(parts) + 1)
    expect(screen.composer).to_have_value("")
    assert maya.stored(group)[1:] == list(enumerate(parts, start=2))
    assert len(wire.uuids()) == len(parts)
    screen.reload()
    expect(screen.composer).to_have_value("")


def test_half_of_a_character_is_left_out(people: People, window: Windows) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    screen.composer.evaluate(
        "it => { it.value = 'A \\ud83d B'; it.dispatchEvent(new Event('input')); }"
    )
    screen.composer.press("Enter")
    screen.expect_all_sent(2)
    assert maya.stored(group)[1] == (2, "A  B")


def _rewriting(people: People, window: Windows) -> tuple[Person, str, Screen]:
    """A person in the midst of changing their message, its conversation, and their window."""
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Wrogn")
    screen = window(maya, f"/c/{group}")
    screen.act("Wrogn", "Edit message")
    screen.composer.fill("Wrong, but long")
    return maya, group, screen


def test_what_was_written_for_a_message_that_is_deleted_elsewhere_becomes_a_draft(
    people: People, window: Windows
) -> None:
    maya, group, screen = _rewriting(people, window)
    maya.ask("DELETE", f"/api/messages/{group}/1")
    expect(
        screen.page.get_by_text("The message that you were changing was deleted")
    ).to_be_visible()
    expect(screen.page.get_by_text("Editing your message")).to_be_hidden()
    expect(screen.composer).to_have_value("Wrong, but long")
    screen.reload()
    expect(screen.composer).to_have_value("Wrong, but long")


def test_a_deletion_that_happened_while_one_was_offline_leaves_the_new_text_as_a_draft(
    people: People, window: Windows
) -> None:
    maya, group, screen = _rewriting(people, window)
    with screen.offline():
        maya.ask("DELETE", f"/api/messages/{group}/1")
    expect(screen.page.get_by_text("Editing your message")).to_be_hidden()
    expect(screen.composer).to_have_value("Wrong, but long")


def test_what_was_written_for_a_message_that_was_deleted_later_is_a_draft_on_coming_back(
    people: People, window: Windows
) -> None:
    maya, group, screen = _rewriting(people, window)
    screen.page.goto("about:blank")
    maya.ask("DELETE", f"/api/messages/{group}/1")
    screen.open(f"/c/{group}")
    expect(screen.page.get_by_text("Editing your message")).to_be_hidden()
    expect(screen.composer).to_have_value("Wrong, but long")
