"""Keys that belong to an input method: Safari ends a conversion with one that only says 229."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.people import People
from tests.browser.screen import Windows

import cruddur.web.pages

_SCRIPTS = Path(cruddur.web.pages.__file__).parent / "static" / "js"


def _convert(field: Locator, key: str) -> None:
    """What Safari sends when this key ends a conversion."""
    init = {"key": key, "keyCode": 229, "bubbles": True, "cancelable": True}
    field.evaluate("(it, init) => it.dispatchEvent(new KeyboardEvent('keydown', init))", init)


def test_every_key_handler_leaves_those_keys_alone() -> None:
    having = {path.name for path in _SCRIPTS.glob("*.js") if '"keydown"' in path.read_text()}
    # Elements stand in pages of other products, whose keys are not ours to hear: they look themselves.
    # In element_reactions.js and element_menu.js there are buttons alone, where nobody types.
    buttons = {"element_reactions.js", "element_menu.js"}
    assert having == {"keyboard.js", "element_composer.js", *buttons}


def test_enter_and_escape_that_end_a_conversion_do_nothing_in_the_composer(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    screen.composer.fill("こんにち")
    _convert(screen.composer, "Enter")
    expect(screen.composer).to_have_value("こんにち")
    screen.composer.fill("")
    screen.act("Hello", "Edit message")
    _convert(screen.composer, "Escape")
    expect(screen.page.get_by_text("Editing your message")).to_be_visible()
    screen.composer.press("Escape")
    screen.say("こんにちは")
    screen.expect_all_sent(2)
    assert maya.stored(group) == [(1, "Hello"), (2, "こんにちは")]


def test_they_choose_nobody_in_a_search_and_do_not_empty_it(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = window(maya)
    screen.search.fill(tomas.handle)
    expect(screen.option("Tomás")).to_be_visible()
    for key in ("Enter", "Escape", "ArrowDown"):
        _convert(screen.search, key)
    expect(screen.search).to_have_value(tomas.handle)
    screen.search.press("Enter")
    expect(screen.composer).to_be_focused()


@pytest.mark.parametrize(("is_converting", "is_kept"), [(True, True), (False, False)])
def test_escape_closes_a_dialog_unless_it_ends_a_conversion(
    people: People, window: Windows, is_converting: bool, is_kept: bool
) -> None:
    screen = window(people("Maya"))
    screen.new_group()
    name = screen.page.get_by_role("textbox", name="Name of the group")
    if is_converting:
        _convert(name, "Escape")
    cancel = "it => !it.dispatchEvent(new Event('cancel', { cancelable: true }))"
    assert screen.page.locator("#new-group").evaluate(cancel) is is_kept
