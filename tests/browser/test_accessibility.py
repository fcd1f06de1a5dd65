"""What axe finds, in the light and in the dark (WCAG 2.2 A and AA and its best practices)."""

import json
from collections.abc import Mapping

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

_STILL = {"reduced_motion": "reduce"}  # a colour on its way from light to dark is neither


_VIOLATIONS = {"resultTypes": ["violations"]}
_COLOURS = {**_VIOLATIONS, "runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules whose answer depends on colours. All others look at the document, which stays as it is."""


def expect_no_findings(screen: Screen) -> None:
    """Nothing at all that axe finds, in the light and in the dark."""
    screen.page.emulate_media(color_scheme="light")
    in_the_light = _findings(screen, _VIOLATIONS)
    screen.page.emulate_media(color_scheme="dark")
    assert [*in_the_light, *_findings(screen, _COLOURS)] == []


def _findings(screen: Screen, options: Mapping[str, object]) -> list[str]:
    if not screen.page.evaluate("'axe' in window"):
        screen.page.evaluate(AXE_SCRIPT)
    found = screen.page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{one['id']}: {one['help']} {[node['html'] for node in one['nodes']]}"
        for one in found["violations"]
    ]


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
def test_the_doors_are_open_to_everybody(window: Windows, path: str) -> None:
    screen = window(path=path, **_STILL)
    expect_no_findings(screen)
    screen.network_may_fail = True
    screen.page.get_by_role("button", name="Sign in" if path == "/sign-in" else "Create").click()
    expect(screen.page.get_by_role("alert").locator("visible=true").first).to_be_visible()
    expect_no_findings(screen)


def test_the_inbox_is_open_to_everybody(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    empty = window(maya, **_STILL)
    expect_no_findings(empty)
    tomas.writes(maya, "Hello")
    expect(empty.badge("Tomás")).to_be_visible()
    empty.search.fill(tomas.handle)
    expect(empty.option("Tomás")).to_be_visible()
    expect_no_findings(empty)


def test_a_conversation_is_open_to_everybody(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello", "https://a.example/")
    maya.writes(tomas, "A nice place", "Gone")
    maya.ask("DELETE", f"/api/messages/{group}/4")
    for one, seq in ((maya, 1), (tomas, 3), (maya, 4)):
        answer = {"message_group_uuid": group, "message": f"To {seq}", "reply_to_seq": seq}
        one.ask("POST", "/api/messages", answer)
    screen = window(maya, f"/c/{group}", **_STILL)
    screen.act("To 3", "Reply")
    expect(screen.page.get_by_text("Answering")).to_be_visible()
    problem = json.dumps({"detail": "Not this.", "code": "message_blank"})
    screen.network_may_fail = True
    screen.page.route("**/api/messages", lambda route: route.fulfill(status=422, body=problem))
    screen.say("Refused")
    expect(screen.page.get_by_text("Not sent: Not this.")).to_be_visible()
    screen.composer.fill("x" * 1100)
    expect_no_findings(screen)


def test_the_menus_are_open_to_everybody(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    screen = window(maya, f"/c/{group}", **_STILL)
    screen.open_menu(screen.bubble("Hello"))
    expect_no_findings(screen)
    screen.page.keyboard.press("Escape")
    screen.page.get_by_role("button", name="New message or group").click()
    expect(screen.page.get_by_role("button", name="New group")).to_be_visible()
    expect_no_findings(screen)
    screen.page.keyboard.press("Escape")
    screen.row("Tomás").click(button="right")
    expect(screen.page.get_by_role("menu")).to_be_visible()
    expect_no_findings(screen)


def test_the_dialogs_are_open_to_everybody(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.starts_group("The lake", tomas)
    maya.writes_in(group, "Hello")
    screen = window(maya, f"/c/{group}", **_STILL)
    expect(screen.new_group()).to_be_visible()
    expect_no_findings(screen)
    screen.page.keyboard.press("Escape")
    screen.page.get_by_role("button", name="People and settings").click()
    expect(screen.page.get_by_role("dialog", name="People and settings")).to_be_visible()
    expect_no_findings(screen)
    screen.page.keyboard.press("Escape")
    screen.page.get_by_role("button", name="Your account").click()
    expect_no_findings(screen)
    screen.page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(screen.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    expect_no_findings(screen)
    screen.page.keyboard.press("Escape")
    maya.ask("PUT", f"/api/messages/{group}/2/reactions/\U0001f44d")
    screen.act("Hello", "React with another emoji")
    expect(screen.page.get_by_role("heading", name="Smileys")).to_be_visible()
    expect_no_findings(screen)
    screen.page.keyboard.press("Escape")
    screen.act("Hello", "Forward")
    expect(screen.page.get_by_role("dialog", name="Forward to")).to_be_visible()
    expect_no_findings(screen)
    screen.page.keyboard.press("Escape")
    screen.act("Hello", "Select")
    expect(screen.page.get_by_role("toolbar")).to_be_visible()
    expect_no_findings(screen)
    screen.page.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    expect_no_findings(screen)
    screen.page.get_by_role("button", name="Delete for me").click()
    expect(screen.page.get_by_role("button", name="Undo")).to_be_visible()
    expect_no_findings(screen)
