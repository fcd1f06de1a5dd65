"""Where the time of a message stands, and what a mouse or a finger finds at a message."""

import re

from playwright.sync_api import Locator, expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
THUMB = "\U0001f44d"

_CLICK_OF_THE_SAME_FINGER = """(button) => {
  button.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1 }));
}"""
_WIDTH = "({ offsetLeft, offsetWidth, offsetHeight }) => [offsetLeft, offsetWidth, offsetHeight]"
_TIME_BESIDE_TEXT = """(bubble) => {
  const range = document.createRange();
  range.selectNodeContents(bubble.querySelector(".text"));
  const lines = [...range.getClientRects()];
  const time = bubble.querySelector(".meta").getBoundingClientRect();
  const over = (one) => one.left < time.right - 1 && time.left < one.right - 1;
  const beside = (one) => one.top < time.bottom - 6 && time.top < one.bottom - 6;
  return {
    isOver: lines.some((one) => over(one) && beside(one)),
    isInLastLine: time.top < Math.max(...lines.map((one) => one.bottom)),
    isAtLeft: lines.at(-1).left - bubble.querySelector(".bubble").getBoundingClientRect().left < 20,
  };
}"""


def _two_with(people: People, *texts: str) -> tuple[Person, Person, str]:
    maya, tomas = people("Maya"), people("Tomás")
    return maya, tomas, tomas.writes(maya, *texts)


def test_the_time_stands_in_the_last_line_unless_a_line_runs_from_right_to_left(
    people: People, window: Windows
) -> None:
    wide = "Twelve words that leave room behind them " * 3
    hebrew = " ".join(["\u05e9\u05dc\u05d5\u05dd"] * 3)
    maya, tomas, group = _two_with(people, "Hello")
    for text in (wide.strip(), f"Hello, and now from the other side:\n{hebrew}"):
        maya.writes(tomas, "Between")
        tomas.writes(maya, text)
    screen = window(maya, f"/c/{group}", viewport={"width": 1280, "height": 800})
    found = screen.page.locator("article:not(.own)").all()
    short, long, mixed = (one.evaluate(_TIME_BESIDE_TEXT) for one in found)
    assert short == long == {"isOver": False, "isInLastLine": True, "isAtLeft": True}
    assert (mixed["isOver"], mixed["isAtLeft"]) == (False, False)


def test_a_run_shows_its_time_and_its_tick_once(people: People, window: Windows) -> None:
    maya, tomas, group = _two_with(people, "One", "Two", "Three")
    maya.writes(tomas, "Four", "Five", "Six")
    screen, other = window(maya, f"/c/{group}"), window(tomas)
    expect(screen.log.locator("time >> visible=true")).to_have_count(3)  # the day's, and two runs'
    own = screen.log.locator(".own .state >> visible=true")
    expect(own).to_have_count(1)
    tomas.reads(group, 5)
    expect(own).to_have_text(["Read", "Sent"])
    other.row("Maya").click()
    expect(own).to_have_text(["Read"])


def test_a_mouse_finds_react_reply_and_more_at_both_sides_and_nothing_moves(
    people: People, window: Windows
) -> None:
    maya, tomas, group = _two_with(people, "Theirs " * 60)
    maya.writes(tomas, "Mine " * 60)
    screen = window(maya, f"/c/{group}", viewport={"width": 800, "height": 800})
    for article in screen.articles.all():
        before = article.locator(".bubble").evaluate(_WIDTH)
        article.hover()
        tools = article.locator(".actions").get_by_role("button")
        expect(tools).to_have_count(3)
        assert article.locator(".bubble").evaluate(_WIDTH) == before
        for tool in tools.all():
            expect(tool).to_be_in_viewport(ratio=1)
    tools.and_(screen.page.get_by_role("button", name="React")).click()
    menu = screen.page.locator("#message-menu")
    expect(menu.get_by_role("button", name="Reply")).to_be_hidden()
    menu.get_by_role("button", name=f"React with {THUMB}").click()
    expect(article.locator(".reaction")).to_have_text(f"{THUMB}1")
    tools.and_(screen.page.get_by_role("button", name="Reply")).click()
    expect(screen.page.get_by_text("Answering")).to_be_visible()


def test_a_finger_that_rests_opens_a_sheet_with_words_and_presses_nothing_in_it(
    people: People, window: Windows
) -> None:
    maya, _, group = _two_with(people, *[f"Number {n}" for n in range(20)])
    phone = window(maya, f"/c/{group}", **PHONE)
    for text in ("Number 19", "Number 14"):  # each lies where the sheet comes
        sheet = phone.open_menu(phone.bubble(text))
        expect(sheet.get_by_role("button", name="Copy")).to_have_text("Copy")
        sheet.locator("[data-act=react]").first.evaluate(_CLICK_OF_THE_SAME_FINGER)
        expect(sheet.locator("#message-when")).to_have_text(re.compile(r"20\d\d"))
        _lies_at_the_foot(phone, sheet)
        phone.page.go_back()
        expect(sheet).to_be_hidden()
    expect(phone.log.locator(".actions [data-act=reply]")).to_have_count(0)
    assert maya.ask("GET", f"/api/messages/{group}/changes?after=0")["messages"] == []
    phone.act("Number 19", "Select")
    phone.hold(phone.bubble("Number 18"))
    expect(phone.page.get_by_role("toolbar")).to_contain_text("2 selected")


def _lies_at_the_foot(phone: Screen, sheet: Locator) -> None:
    box, size = sheet.bounding_box(), phone.page.viewport_size
    assert box is not None
    assert size is not None
    assert (box["x"], box["width"]) == (0, size["width"])
    assert box["y"] + box["height"] == size["height"]
