"""Writing with the keyboard, and what becomes of what was typed."""

from collections.abc import Callable

from playwright.sync_api import Route, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

from cruddur.domain.text import in_lines

_NASTY = (
    "<img src=x onerror=\"document.title='owned'\"> <script>alert(1)</script>",
    "javascript:alert(1) data:text/html,<b>x</b> //a.example [a](javascript:alert(1))",
    "**not bold** nor_this_ `nor code &lt;b&gt; \"quotes\" 'and' {{ braces }} \\n </article>",
    "line one\n\n   line two\t<b>tab</b>",
    "\u202ereversed 👩‍👩‍👧 ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴̙",
)


def test_a_conversation_is_started_with_the_keyboard_alone(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = window(maya)
    keyboard = screen.page.keyboard
    keyboard.press("Control+k")
    expect(screen.search).to_be_focused()
    keyboard.type(f"@{tomas.handle[:8]}")
    # The first answers are to the first letters, and others of that name are among them.
    expect(screen.option("Tomás")).to_have_count(1)
    expect(screen.option(tomas.handle)).to_have_attribute("aria-selected", "true")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(screen.composer).to_be_focused()
    expect(screen.header.filter(has_text="Tomás")).to_be_visible()
    keyboard.type("Hello")
    keyboard.press("Shift+Enter")
    keyboard.type("from the keyboard")
    keyboard.press("Enter")
    screen.expect_all_sent(1)
    group = screen.page.url.rpartition("/c/")[2]
    assert maya.stored(group) == [(1, "Hello\nfrom the keyboard")]
    expect(screen.row("Tomás")).to_contain_text("You: Hello from the keyboard")


def test_the_keyboard_reaches_every_part_of_the_page(people: People, window: Windows) -> None:
    maya = people("Maya")
    screen = window(maya, f"/c/{maya.writes(people('Tomás'), 'Hello')}")
    maya.writes(people("Inês"), "Hello too")
    expect(screen.row("Inês")).to_be_visible()
    keyboard = screen.page.keyboard
    screen.search.focus()
    keyboard.press("Tab")
    expect(screen.page.get_by_role("button", name="Inbox", exact=True)).to_be_focused()
    keyboard.press("Tab")
    expect(screen.row("Inês")).to_be_focused()
    keyboard.press("ArrowDown")
    expect(screen.row("Tomás")).to_be_focused()
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    expect(screen.bubble("Hello too")).to_be_visible()
    expect(screen.composer).to_be_focused()
    keyboard.press("Alt+ArrowDown")
    expect(screen.bubble("Hello")).to_be_visible()
    keyboard.press("ArrowUp")
    expect(screen.composer).to_have_value("Hello")
    keyboard.press("Escape")
    expect(screen.composer).to_have_value("")
    keyboard.press("Escape")
    expect(screen.row("Tomás")).to_be_focused()
    keyboard.press("?")
    expect(screen.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_a_change_that_was_begun_is_there_again_after_going_away_and_after_a_reload(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    maya.writes(people("Inês"), "Hello")
    group = maya.writes(people("Tomás"), "Wrogn", "Hello")
    screen = window(maya, f"/c/{group}")
    editing = screen.page.get_by_text("Editing your message")
    screen.composer.fill("A draft")
    screen.act("Wrogn", "Edit message")
    screen.composer.fill("Wrong, and")
    screen.row("Inês").click()
    expect(editing).to_be_hidden()
    expect(screen.composer).to_have_value("")
    screen.row("Tomás").click()
    expect(editing).to_be_visible()
    expect(screen.composer).to_have_value("Wrong, and")
    screen.reload()
    expect(editing).to_be_visible()
    screen.composer.press("End")
    screen.composer.press_sequentially(" right")
    screen.composer.press("Enter")
    expect(screen.bubble("Wrong, and right").get_by_text("edited")).to_be_visible()
    expect(screen.composer).to_have_value("A draft")
    screen.reload()
    expect(editing).to_be_hidden()
    expect(screen.composer).to_have_value("A draft")


def test_a_change_that_is_given_up_does_not_come_back(people: People, window: Windows) -> None:
    maya = people("Maya")
    screen = window(maya, f"/c/{maya.writes(people('Tomás'), 'Hello')}")
    screen.act("Hello", "Edit message")
    screen.composer.fill("Hell")
    screen.page.get_by_role("button", name="Cancel").click()
    screen.reload()
    expect(screen.page.get_by_text("Editing your message")).to_be_hidden()
    screen.act("Hello", "Edit message")
    expect(screen.composer).to_have_value("Hello")


def test_what_is_too_long_cannot_be_sent_and_a_counter_says_so(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    send = screen.page.get_by_role("button", name="Send", exact=True)
    counter = screen.page.locator("#composer-counter")
    screen.composer.fill("x" * 3900)
    expect(counter).to_be_hidden()
    screen.composer.fill("👋" * 4097)
    expect(counter).to_have_text("4,097 / 4,096")
    expect(screen.page.get_by_text("Too long to send: remove 1 character.")).to_be_visible()
    expect(send).to_be_disabled()
    screen.composer.press("Enter")
    expect(screen.articles).to_have_count(1)
    screen.composer.press("Backspace")
    screen.composer.press("Enter")
    screen.expect_all_sent(2)
    assert maya.stored(group)[1] == (2, "👋" * 4096)
    screen.composer.fill(" \n\t ")
    expect(send).to_be_disabled()


def test_whatever_people_type_is_shown_as_they_typed_it(people: People, window: Windows) -> None:
    maya = people("Maya <b>Bold</b>")
    tomas = people('"><script>alert(1)</script>')
    group = maya.writes(tomas, *_NASTY)
    screen = window(tomas, f"/c/{group}")
    screen.say(*_NASTY)
    for text in _NASTY:
        kept = in_lines(text)  # all of it, but for what nobody sees
        expect(screen.articles.locator(".text").get_by_text(kept)).to_have_count(2)
    screen.expect_all_sent(2 * len(_NASTY))
    expect(screen.articles.get_by_role("link")).to_have_count(0)
    expect(screen.log.locator("img, script, b, strong, em, code")).to_have_count(0)
    expect(screen.header.get_by_text("Maya <b>Bold</b>")).to_be_visible()
    expect(screen.page).to_have_title("Maya <b>Bold</b> · Cruddur")
    screen.reload()
    screen.expect_all_sent(2 * len(_NASTY))
    assert screen.page.title() == "Maya <b>Bold</b> · Cruddur"


def test_only_web_addresses_become_links_and_tell_nothing_of_where_one_comes_from(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    text = (
        'See https://a.example/x_(y)?q=1&r="><b>, (http://b.example/z). ftp://c.example '
        "javascript:alert(1) HTTPS://D.example/ and https://a.example@evil.example/"
    )
    screen = window(maya, f"/c/{maya.writes(people('Tomás'), text)}")
    links = screen.articles.get_by_role("link")
    expect(links).to_have_text(
        [
            "https://a.example/x_(y)?q=1&r=",
            "http://b.example/z",
            "HTTPS://D.example/",
        ]
    )
    for link in links.all():
        expect(link).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
        expect(link).to_have_attribute("target", "_blank")


def test_a_change_is_sent_once_however_often_one_presses(people: People, window: Windows) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Wrogn")
    screen = window(maya, f"/c/{group}")
    held, answer = _hold_changes(screen)
    screen.act("Wrogn", "Edit message")
    screen.composer.fill("Wrong")
    screen.page.get_by_role("button", name="Send", exact=True).dblclick()
    screen.composer.press("Enter")
    answer()
    expect(screen.bubble("Wrong").get_by_text("edited")).to_be_visible()
    expect(screen.page.get_by_text("Editing your message")).to_be_hidden()
    screen.until(lambda: maya.stored(group) == [(1, "Wrong")])
    assert len(held) == 1


def test_what_is_written_on_while_a_change_is_on_its_way_is_not_lost(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Wrogn")
    screen = window(maya, f"/c/{group}")
    _, answer = _hold_changes(screen)
    screen.act("Wrogn", "Edit message")
    screen.composer.fill("Wrong")
    screen.composer.press("Enter")
    expect(screen.page.get_by_text("Editing your message")).to_be_hidden()
    expect(screen.bubble("Wrong").get_by_text("edited")).to_be_visible()
    screen.composer.press_sequentially("And more")
    answer()
    screen.until(lambda: maya.stored(group) == [(1, "Wrong")])
    screen.reload()
    expect(screen.composer).to_have_value("And more")


def test_a_paste_that_is_too_long_for_several_messages_stays_where_it_is(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    in_parts = screen.page.get_by_role("button", name="Send as")
    text = "0123456789abcde " * (20 * 4096 // 16)
    _paste(screen, text)
    expect(in_parts).to_have_text("Send as 20 messages")
    _paste(screen, f"{text}and the rest")
    expect(screen.page.get_by_text("Too long to send: remove 77836 characters.")).to_be_visible()
    expect(in_parts).to_be_hidden()
    screen.composer.press("Enter")
    screen.reload()
    expect(screen.composer).to_have_value(f"{text}and the rest")
    expect(screen.articles).to_have_count(1)
    assert maya.stored(group) == [(1, "Hello")]


def _paste(screen: Screen, text: str) -> None:
    """Over what is there, as from another program."""
    screen.composer.select_text()
    screen.composer.evaluate("(_, text) => document.execCommand('insertText', false, text)", text)


def _hold_changes(screen: Screen) -> tuple[list[Route], Callable[[], None]]:
    """The changes of messages that are sent, and what lets go on those so far and all that come."""
    held: list[Route] = []
    is_held = [True]

    def hold(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        held.append(route)
        if not is_held[0]:
            route.continue_()

    def answer() -> None:
        is_held[0] = False
        for route in held:
            route.continue_()

    screen.page.route("**/api/messages/*/*", hold)
    return held, answer
