"""Forms: no click is lost, an error goes as one mends it, and what was typed stays."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows


def _press_slowly(button: Locator) -> None:
    """As people press: the page has time to move between the button's going down and up."""
    button.click(delay=300)


def _new_group(screen: Screen) -> Locator:
    return screen.new_group()


def _people_of(screen: Screen) -> Locator:
    screen.page.get_by_role("button", name="People and settings").click()
    return screen.page.get_by_role("dialog", name="People and settings")


def _search_in(dialog: Locator) -> Locator:
    return dialog.get_by_placeholder("Search by handle")


def _search(screen: Screen, dialog: Locator, person: Person) -> None:
    _search_in(dialog).fill(person.handle)
    expect(screen.option(person.display_name)).to_be_visible()


def test_the_first_click_counts_while_results_are_open(people: People, window: Windows) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    screen = window(maya)
    dialog = _new_group(screen)
    dialog.get_by_role("textbox", name="Name of the group").fill("The lake")
    _search(screen, dialog, tomas)
    _press_slowly(dialog.get_by_role("button", name="Create group"))
    expect(screen.header.filter(has_text="The lake")).to_be_visible()
    expect(screen.page.get_by_text("2 people")).to_be_visible()
    dialog = _people_of(screen)
    _search(screen, dialog, ines)
    _press_slowly(dialog.get_by_role("button", name="Add", exact=True))
    expect(dialog.get_by_role("list", name="3 people").get_by_text("Inês")).to_be_visible()


def test_who_was_typed_but_is_nobody_is_said_at_the_field(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = window(maya, f"/c/{maya.starts_group('The lake', tomas)}")
    screen.network_may_fail = True
    dialog = _people_of(screen)
    field, add = (
        _search_in(dialog),
        dialog.get_by_role("button", name="Add", exact=True),
    )
    for typed, said in (
        ("", "Choose at least one person."),
        (tomas.handle[:6], f"Nobody has the handle “{tomas.handle[:6]}”."),
        (f"@{tomas.handle}", "Tomás is in it already."),
    ):
        field.fill(typed)
        add.click()
        expect(dialog.get_by_text(said)).to_be_visible()
        expect(field).to_be_focused()
        expect(field).to_have_value(typed)


@pytest.mark.parametrize(
    ("path", "button", "field"),
    [
        ("/sign-in", "Sign in", "Handle"),
        ("/sign-up", "Create account", "Handle"),
        ("/", "Create group", "People"),
        ("/c/", "Rename", "Name of the group"),
        ("/c/", "Add", "Add people"),
    ],
)
def test_an_error_goes_as_one_mends_it(
    people: People, window: Windows, path: str, button: str, field: str
) -> None:
    maya = people("Maya")
    group = maya.starts_group("The lake", people("Tomás")) if path == "/c/" else ""
    screen = window(None if path.startswith("/sign") else maya, path + group)
    screen.network_may_fail = True
    place = {"/": _new_group, "/c/": _people_of}.get(path, lambda one: one.page.locator("body"))
    form = place(screen)
    box = form.get_by_label(field, exact=True).and_(form.locator("input"))
    box.fill("")
    if path == "/sign-up":
        form.get_by_label("Display name").fill("Maya")
    form.get_by_role("button", name=button, exact=True).click()
    alert = form.get_by_role("alert").locator("visible=true")
    expect(alert).not_to_have_text("")
    box.press_sequentially("x")
    expect(alert).to_have_count(0)
    expect(box).not_to_have_attribute("aria-invalid", "true")


def test_a_form_begins_at_its_first_field_and_a_sheet_of_facts_at_none(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    screen = window(maya, f"/c/{maya.starts_group('The lake', people('Tomás'))}")
    for opened, is_form in ((_new_group, True), (_people_of, False)):
        dialog = opened(screen)
        field = expect(dialog.get_by_role("textbox", name="Name of the group"))
        field.to_be_focused() if is_form else field.not_to_be_focused()
        screen.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_a_dialog_that_is_closed_by_mistake_keeps_what_was_typed(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    maya.writes(tomas, "Hello")
    screen = window(maya)
    screen.row("Tomás").click()
    dialog = _new_group(screen)
    name = dialog.get_by_role("textbox", name="Name of the group")
    name.fill("The lake")
    _search(screen, dialog, tomas)
    screen.option("Tomás").click()
    ways: tuple[Callable[[], object], ...] = (
        lambda: screen.page.keyboard.press("Escape"),
        lambda: screen.page.mouse.click(5, 5),
        screen.page.go_back,
    )
    for close in ways:
        close()
        expect(dialog).to_be_hidden()
        _new_group(screen)
        expect(name).to_have_value("The lake")
        expect(dialog.get_by_role("button", name="Remove Tomás")).to_be_visible()


def test_a_selection_that_ends_beside_a_dialog_does_not_close_it(
    people: People, window: Windows
) -> None:
    screen = window(people("Maya"))
    dialog = _new_group(screen)
    name = dialog.get_by_role("textbox", name="Name of the group")
    name.fill("The lake")
    name.hover()
    screen.page.mouse.down()
    screen.page.mouse.move(5, 5)
    screen.page.mouse.up()
    expect(dialog).to_be_visible()
    expect(name).to_have_value("The lake")


def test_a_group_is_made_once_however_often_one_clicks(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = window(maya)
    dialog = _new_group(screen)
    dialog.get_by_role("textbox", name="Name of the group").fill("The lake")
    _search(screen, dialog, tomas)
    dialog.get_by_role("button", name="Create group").dblclick()
    expect(screen.header.filter(has_text="The lake")).to_be_visible()
    assert len(maya.ask("GET", "/api/message_groups")) == 1
