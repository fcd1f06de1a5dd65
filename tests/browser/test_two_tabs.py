"""Two tabs of one browser: each has its own draft, and what waits is sent by whichever is open."""

import re

import pytest
from playwright.sync_api import Route, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

from cruddur.web.http.auth import COOKIE

_SEND = "**/api/messages"
_NO_TLS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });"
_COUNT_ASKING = """
globalThis.asked = 0;
const { transaction } = IDBDatabase.prototype;
IDBDatabase.prototype.transaction = function (name, ...more) {
  asked += name === "leases";
  return transaction.call(this, name, ...more);
};
"""

_HAS_ASKED = """() => new Promise((resolve) => {
  const look = () => (asked > 3 ? resolve() : setTimeout(look, 20));
  look();
})"""


def _without(screen: Screen, script: str) -> None:
    """Runs this before the page's own scripts."""
    screen.page.add_init_script(script)
    screen.reload()


def test_sending_in_one_tab_leaves_the_draft_of_the_other(people: People, window: Windows) -> None:
    maya = people("Maya")
    path = f"/c/{maya.writes(people('Tomás'), 'Hello')}"
    one = window(maya, path)
    two = window(maya, path, beside=one)
    one.composer.fill("From one")
    two.composer.fill("From two")
    one.reload()
    expect(one.composer).to_have_value("From one")
    one.composer.press("Enter")
    one.expect_sent("From one")
    two.reload()
    expect(two.composer).to_have_value("From two")


def test_what_a_closed_tab_had_begun_is_in_the_next_one_and_a_copied_tab_has_its_own(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    path = f"/c/{maya.writes(people('Tomás'), 'Hello')}"
    one = window(maya, path)
    one.composer.fill("Half a thou")
    two = window(maya, path, beside=one)
    two.page.evaluate(
        "for (const [key, value] of Object.entries(it)) sessionStorage.setItem(key, value)".replace(
            "it", str(one.page.evaluate("({ ...sessionStorage })"))
        )
    )
    two.reload()
    expect(two.composer).to_have_value("")
    one.page.close(run_before_unload=True)
    two.reload()
    expect(two.composer).to_have_value("Half a thou")
    two.reload()
    expect(two.composer).to_have_value("Half a thou")


@pytest.mark.parametrize("script", ["", _NO_TLS], ids=["locks", "no locks"])
def test_a_message_whose_tab_was_closed_is_sent_by_another(
    people: People, window: Windows, script: str
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    one = window(maya, f"/c/{group}")
    two = window(maya, f"/c/{group}", beside=one)
    for screen in (one, two):
        _without(screen, script)
    one.network_may_fail = True
    one.page.route(_SEND, lambda route: route.abort())
    one.say("Take this")
    expect(one.bubble("Take this").get_by_text("trying again")).to_be_visible()
    one.page.close()
    two.expect_sent("Take this")
    assert maya.stored(group) == [(1, "Hello"), (2, "Take this")]


def test_without_locks_only_one_tab_sends_at_a_time(people: People, window: Windows) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    one = window(maya, f"/c/{group}")
    two = window(maya, f"/c/{group}", beside=one)
    _without(one, _NO_TLS)
    _without(two, _NO_TLS + _COUNT_ASKING)
    tried_by_two: list[str] = []
    two.page.on("request", lambda request: tried_by_two.append(f"{request.method} {request.url}"))

    def let_the_other_ask(route: Route) -> None:
        two.page.evaluate("dispatchEvent(new Event('online'))")
        two.page.evaluate(_HAS_ASKED)
        route.continue_()

    one.page.route(_SEND, let_the_other_ask)
    one.say("Once")
    two.expect_sent("Once")
    assert not [one for one in tried_by_two if one.startswith("POST") and one.endswith("/messages")]


def test_what_one_person_wrote_is_never_sent_as_another(people: People, window: Windows) -> None:
    maya, tomas, ines = people("Maya"), people("Tomás"), people("Inês")
    screen = window(maya, f"/@{ines.handle}")
    context = screen.page.context
    screen.network_may_fail = True
    # The event stream would tell the page who is signed in by now; here only the send can find out.
    with screen.unreachable("**/api/events*"):
        screen.reload()
        with screen.unreachable(_SEND):
            screen.say("From Maya")
            expect(screen.bubble("From Maya").get_by_text("trying again")).to_be_visible()
            context.add_cookies([{"name": COOKIE, "value": tomas.token, "url": screen.page.url}])
        body = screen.page.locator("body")
        expect(body).to_have_attribute("data-me", re.compile(tomas.handle))
        screen.is_ready()
    assert tomas.ask("GET", "/api/message_groups") == ines.ask("GET", "/api/message_groups") == []
    address = screen.page.url
    screen.page.goto("about:blank")
    context.add_cookies([{"name": COOKIE, "value": maya.token, "url": address}])
    screen.open(f"/@{ines.handle}")
    screen.expect_sent("From Maya")
    assert [row["display_name"] for row in ines.ask("GET", "/api/message_groups")] == ["Maya"]


def test_signing_out_in_one_tab_ends_the_other(people: People, window: Windows) -> None:
    maya = people("Maya")
    one = window(maya)
    two = window(maya, beside=one)
    one.network_may_fail = two.network_may_fail = (
        True  # what they ask for at that moment is refused
    )
    one.page.get_by_role("button", name="Your account").click()
    one.page.get_by_role("button", name="Sign out").click()
    for screen in (one, two):
        expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()
