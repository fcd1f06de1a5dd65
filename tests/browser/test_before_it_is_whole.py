"""What one can do while the first view is there and the rest of the page is not."""

import re

import pytest
from playwright.sync_api import Dialog, Route, expect
from tests.browser.conftest import EMPTY
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

REST = re.compile(r"/static/js/later\.")


@pytest.fixture
def screen(people: People, window: Windows) -> Screen:
    """A conversation whose first view is there. The rest of the page waits in `routes`."""
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    screen = window(maya, EMPTY)
    routes.clear()
    screen.page.route(REST, hold)
    screen.page.goto(f"/c/{group}")
    screen.is_usable()
    return screen


routes: list[Route] = []


def hold(route: Route) -> None:
    routes.append(route)


def let_it_come(screen: Screen) -> None:
    screen.until(lambda: bool(routes))
    routes[0].continue_()
    screen.is_ready()


def test_one_reads_and_sends_without_the_rest(screen: Screen) -> None:
    expect(screen.bubble("Hello")).to_be_visible()
    screen.say("Here already")
    screen.expect_sent("Here already")
    let_it_come(screen)
    screen.expect_all_sent(2)


def test_what_was_pressed_is_done_once_when_the_rest_is_there(screen: Screen) -> None:
    button = screen.bubble("Hello").get_by_role("button", name="Message actions")
    for _ in range(3):  # by somebody impatient
        button.click()
    let_it_come(screen)
    expect(screen.page.get_by_role("group", name="Message actions")).to_be_visible()
    screen.page.get_by_role("button", name="Reply").click()
    expect(screen.page.get_by_text("Answering")).to_be_visible()


def test_a_shortcut_waits_for_the_rest(screen: Screen) -> None:
    screen.page.keyboard.press("Control+k")
    expect(screen.search).not_to_be_focused()
    let_it_come(screen)
    expect(screen.search).to_be_focused()


def test_if_the_rest_does_not_come_one_is_asked_and_it_is_tried_again(screen: Screen) -> None:
    screen.network_may_fail = True
    asked: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    screen.page.on("dialog", dismiss)
    screen.bubble("Hello").get_by_role("button", name="Message actions").click()
    screen.until(lambda: bool(routes))
    routes[0].abort()
    screen.until(lambda: bool(asked))
    assert "did not load" in asked[0]
    screen.page.unroute(REST)
    screen.page.evaluate("dispatchEvent(new Event('online'))")
    screen.is_ready()
    expect(screen.page.get_by_role("group", name="Message actions")).to_be_visible()


_PRESSES_BETWEEN_FEATURES = """async () => {
  const { holdPresses } = await import("/static/js/held_presses.js");
  const works = [];
  const release = holdPresses((work) => works.push(work));
  const heard = [];
  // A feature that is installed while another is not.
  for (const name of ["click", "pointerdown", "contextmenu"])
    document.addEventListener(name, () => heard.push(name), true);
  const button = document.querySelector("#about-button");
  const press = () => new PointerEvent("pointerdown", { bubbles: true });
  const early = [];
  button.dispatchEvent(press());
  button.click();
  early.push(...heard);
  release();
  for (const work of works) work();
  return { early, heard };
}"""


def test_a_feature_that_is_there_before_the_others_does_nothing_twice(screen: Screen) -> None:
    let_it_come(screen)
    told = screen.page.evaluate(_PRESSES_BETWEEN_FEATURES)
    assert told == {"early": [], "heard": ["pointerdown", "click"]}
