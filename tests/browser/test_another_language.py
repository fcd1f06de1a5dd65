"""The page in a language that is written from right to left, with words longer by two fifths.

There is no such translation. What would be translated is replaced in the open page by letters of Hebrew:
every text that is not somebody's, and every attribute that is read out or shown.
"""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.people import People
from tests.browser.screen import Windows

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}

_TRANSLATE = """() => {
  const long = (text) => {
    const alphabet = "אבגדהוזחטיכלמנסעפצקרשת";
    const letters = text.replace(/[A-Za-z]/g, (one) => alphabet[one.charCodeAt(0) % 22]);
    return letters + " ת".repeat(Math.ceil(text.length / 5));
  };
  const theirs = "[dir=auto], bdi, time, .avatar, code, kbd, .visually-hidden";
  document.documentElement.dir = "rtl";
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (node.data.trim() && !node.parentElement.closest(theirs)) node.data = long(node.data);
  }
  for (const name of ["aria-label", "title", "placeholder"])
    for (const one of document.querySelectorAll(`[${name}]`))
      one.setAttribute(name, long(one.getAttribute(name)));
}"""

_ENGLISH_LEFT = """() => {
  const theirs = "[dir=auto], bdi, time, .avatar, code, kbd, .visually-hidden";
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility() && !one.closest(theirs))
    .flatMap((one) => [...one.childNodes])
    .filter((node) => node.nodeType === Node.TEXT_NODE && /[A-Za-z]{3}/.test(node.data))
    .map((node) => node.data);
}"""

_OUTSIDE = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .filter((one) => !one.closest(".visually-hidden, .status-bar, .row-preview, [dir=auto]"))
  .filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    return width > 1 && (left < -1 || right > innerWidth + 1);
  })
  .map((one) => one.outerHTML.slice(0, 120))"""


def _translate(page: Page) -> None:
    page.evaluate(_TRANSLATE)


def _middle(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_turns_around_and_nothing_leaves_the_window(
    people: People, window: Windows, size: dict[str, int]
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    maya.writes(tomas, "Mine")
    screen = window(maya, f"/c/{group}", viewport=size)
    page = screen.page
    _translate(page)
    assert page.evaluate(_ENGLISH_LEFT) == []
    assert page.evaluate(_OUTSIDE) == []
    # What is one's own stands on the other side than in English.
    assert _middle(page, ".own .bubble") < _middle(page, ".message:not(.own) .bubble")
    if size is DESK:
        assert _middle(page, ".inbox") > _middle(page, ".conversation")


def test_dialogs_and_menus_turn_around_too(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.starts_group("The lake", tomas)
    maya.writes_in(group, "Hello")
    screen = window(maya, f"/c/{group}", viewport=PHONE)
    page = screen.page
    for button in ("settings-button", "shortcuts-button", "people-button"):
        page.evaluate("id => document.getElementById(id).click()", button)
        dialog = page.locator("dialog[open]")
        expect(dialog).to_be_visible()
        _translate(page)
        assert page.evaluate(_OUTSIDE) == [], button
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
