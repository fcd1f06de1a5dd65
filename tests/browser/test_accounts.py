"""Signing up, in and out."""

import re
import uuid

from playwright.sync_api import APIResponse, Route, expect
from tests.browser.accounts import PASSWORD
from tests.browser.people import People
from tests.browser.screen import Screen, Windows


def _fill(screen: Screen, **fields: str) -> None:
    for label, text in fields.items():
        screen.page.get_by_role("textbox", name=label.replace("_", " ")).fill(text)


def test_a_new_person_signs_up_and_is_in(people: People, window: Windows) -> None:
    screen = window(path="/sign-up")
    _fill(screen, Display_name="Zoë", Handle=f"z{uuid.uuid4().hex[:12]}", Password=PASSWORD)
    screen.page.get_by_role("button", name="Create account").click()
    screen.is_ready()
    expect(screen.page.get_by_text("No conversations yet.")).to_be_visible()
    screen.page.get_by_role("button", name="Your account").click()
    expect(screen.page.locator("#me-name")).to_have_text("Zoë")


def test_a_handle_that_is_taken_is_said_and_what_was_typed_stays(
    people: People, window: Windows
) -> None:
    taken = people("Maya").handle
    screen = window(path="/sign-up")
    screen.network_may_fail = True  # the browser itself notes a 409
    _fill(screen, Display_name="Zoë", Handle=taken.upper(), Password=PASSWORD)
    screen.page.get_by_role("button", name="Create account").click()
    handle = screen.page.get_by_role("textbox", name="Handle")
    expect(handle).to_have_attribute("aria-invalid", "true")
    expect(handle).to_be_focused()
    expect(
        screen.page.get_by_role("alert").filter(has_text="Somebody else has this handle.")
    ).to_be_visible()
    expect(screen.page.get_by_role("textbox", name="Display name")).to_have_value("Zoë")
    expect(handle).to_have_value(taken.upper())
    expect(screen.page.get_by_role("textbox", name="Password")).to_have_value(PASSWORD)


def test_each_field_says_what_is_wrong_with_it(window: Windows) -> None:
    screen = window(path="/sign-up")
    screen.network_may_fail = True
    _fill(screen, Display_name="Zoë", Handle="z", Password=PASSWORD)
    screen.page.get_by_role("button", name="Create account").click()
    handle = screen.page.get_by_role("textbox", name="Handle")
    expect(handle).to_have_accessible_description(re.compile("A handle has 2 to 30"))
    _fill(screen, Handle="zoe-of-the-lake", Password="short")
    screen.page.get_by_role("button", name="Create account").click()
    expect(screen.page.get_by_role("textbox", name="Password")).to_be_focused()
    expect(handle).not_to_have_attribute("aria-invalid", "true")


def test_a_wrong_password_is_said_without_saying_who_exists(
    people: People, window: Windows
) -> None:
    screen = window(path="/sign-in")
    screen.network_may_fail = True
    said = []
    for handle in (people("Maya").handle, "nobody-at-all"):
        _fill(screen, Handle=handle, Password="not-the-password")
        screen.page.get_by_role("button", name="Sign in").click()
        alert = screen.page.get_by_role("alert").filter(has_text="wrong")
        expect(alert).to_be_visible()
        said.append(alert.inner_text())
        screen.page.reload()
    assert said[0] == said[1]


def test_enter_before_the_script_is_there_loses_nothing(people: People, window: Windows) -> None:
    handle, held = people("Maya").handle, list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    screen = window(path="/sign-in")
    screen.page.route(re.compile(r"/accounts\.[0-9a-f]+\.js"), hold)
    screen.page.reload(wait_until="commit")
    _fill(screen, Handle=handle, Password=PASSWORD)
    screen.page.keyboard.press("Enter")
    button = screen.page.get_by_role("button", name="Sign in")
    expect(button).to_be_disabled()
    expect(screen.page.get_by_role("textbox", name="Handle")).to_have_value(handle)
    for one in held:
        one.continue_()
    expect(button).to_be_enabled()
    screen.page.get_by_role("textbox", name="Password").press("Enter")
    screen.is_ready()


def test_signing_in_leads_to_where_one_wanted_to_go(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "Hello")
    screen = window(path=f"/c/{group}")
    expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()
    _fill(screen, Handle=f"@{maya.handle.upper()}", Password=PASSWORD)
    screen.page.get_by_role("button", name="Sign in").click()
    screen.is_ready()
    expect(screen.bubble("Hello")).to_be_visible()


_EVIL = ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:0"]
_EVIL += ["/.//evil.example", "/%252e//evil.example", "/%09/evil.example", "/..//evil.example/@a"]


def test_a_link_to_sign_in_cannot_lead_to_another_site(people: People, window: Windows) -> None:
    maya = people("Maya")
    screen = window(path="/sign-in")
    origin = screen.page.url.removesuffix("/sign-in")
    for target in _EVIL:
        screen.page.goto(f"/sign-in?next={target}")
        _fill(screen, Handle=maya.handle, Password=PASSWORD)
        screen.page.get_by_role("button", name="Sign in").click()
        screen.is_ready()
        assert screen.page.url == f"{origin}/"


def test_signing_out_ends_the_session_and_leaves_nothing_in_the_browser(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = window(maya, f"/c/{maya.writes(tomas, 'Hello')}")
    screen.composer.fill("A secret half written")
    screen.page.get_by_role("button", name="Your account").click()
    screen.page.get_by_role("button", name="Sign out").click()
    dialog = screen.page.get_by_role("dialog")
    expect(dialog.get_by_text("1 text is begun and not sent.")).to_be_visible()
    screen.network_may_fail = True  # a request that is under way when the session ends is refused
    dialog.get_by_role("button", name="Sign out").click()
    expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert screen.page.evaluate("JSON.stringify(localStorage)") == "{}"
    assert screen.page.context.cookies() == []
    screen.page.go_back()
    expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_what_is_refused_while_one_signs_out_does_not_leave_the_texts_in_the_browser(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = window(maya, f"/c/{maya.writes(tomas, 'Hello')}")
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        is_end = route.request.method == "DELETE"
        held.append((route, route.fetch())) if is_end else route.continue_()

    screen.network_may_fail = True
    screen.page.route("**/api/sessions", hold)
    screen.composer.fill("A secret half written")
    screen.page.get_by_role("button", name="Your account").click()
    screen.page.get_by_role("button", name="Sign out").click()
    screen.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    screen.until(lambda: bool(held))
    screen.page.get_by_role("button", name="Your account").click()
    with screen.page.expect_response("**/api/sessions") as refused:
        screen.page.get_by_role("button", name="Settings").click()
    assert refused.value.status == 401
    screen.page.evaluate(
        "fetch('/sign-in').then((answer) => answer.text())"
    )  # the page was not left
    route, answer = held[0]
    route.fulfill(response=answer)
    expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert screen.page.evaluate("JSON.stringify(localStorage)") == "{}"


def test_a_session_that_ended_elsewhere_leads_to_sign_in_and_keeps_what_waits(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "Hello")
    screen = window(maya, f"/c/{group}")
    screen.network_may_fail = True
    maya.ask("DELETE", "/api/sessions")
    expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()
    _fill(screen, Handle=maya.handle, Password=PASSWORD)
    screen.page.get_by_role("button", name="Sign in").click()
    screen.is_ready()
    expect(screen.bubble("Hello")).to_be_visible()
