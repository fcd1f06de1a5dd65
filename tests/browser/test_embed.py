"""The whole page in a frame of another product: whose it is, and what the two tell each other."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from tests.browser.host_site import HostSite
from tests.browser.people import Person
from tests.browser.shop import Shop, open_shop
from tests.pictures import RED

_STYLE = "body { margin: 0 } #chat { height: 95vh }"
_HOST = """import {{ frame }} from "{address}/embed/v1.js";
const token = async () => {{
  const answer = await fetch("/token/{who}", {{ method: "POST" }});
  return answer.ok ? answer.text() : null;
}};
window.told = [];
window.chat = frame(document.querySelector("#chat"), {{ token, ...{more} }});
for (const name of ["unread", "open", "height", "error", "ready"])
  chat.on(name, (detail) => told.push([name, detail]));
window.last = (name) => told.findLast(([one]) => one === name)?.[1];"""

_NEW_TOKEN = "chat.element.contentWindow.postMessage({type: 'cruddur:token', token: 'new'}, '*')"
_FROM_BESIDE = """(token) => {
  const other = document.body.appendChild(document.createElement("iframe"));
  const message = JSON.stringify({ type: "cruddur:token", token });
  other.contentWindow.eval(`top.frames[0].postMessage(${message}, "*")`);
}"""
_FROM_ELSEWHERE = """(token) => {
  const data = { type: "cruddur:token", token };
  const said = { data, source: parent, origin: "https://evil.example" };
  dispatchEvent(new MessageEvent("message", said));
}"""


@pytest.fixture(scope="module")
def shop(
    browser: Browser, site: HostSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    with open_shop(
        browser, site, tmp_path_factory.mktemp("frames"), CRUDDUR_FRAMES=site.address
    ) as shop:
        yield shop


def framed(shop: Shop, who: Person, more: str = "{}") -> Page:
    """A page of the product with the messages page in a frame."""
    script = _HOST.format(address=shop.address, who=who.handle, more=more)
    url = shop.site.page(
        f"/framed/{who.handle}", body='<div id="chat"></div>', script=script, style=_STYLE
    )
    return shop.opens_at(url)


def inside(page: Page) -> FrameLocator:
    """The page in the frame, once it is ready."""
    frame = page.frame_locator("iframe[title=Messages]")
    expect(frame.locator("body")).to_have_attribute("data-ready", "true")
    return frame


def say(frame: FrameLocator, text: str) -> None:
    box = frame.get_by_role("textbox", name="Message", exact=True)
    box.fill(text)
    box.press("Enter")


def see(frame: FrameLocator, text: str) -> None:
    expect(frame.get_by_role("log").get_by_text(text, exact=True)).to_be_visible()


def test_two_people_talk_in_frames_without_a_cookie(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    mayas = framed(shop, maya, f"{{to: '@{tom.handle}'}}")
    toms = framed(shop, tom)
    say(inside(mayas), "Hello Tom")
    inside(toms).get_by_role("link", name="Maya").click()
    see(inside(toms), "Hello Tom")
    say(inside(toms), "Hello Maya")
    see(inside(mayas), "Hello Maya")
    assert [page.context.cookies() for page in (mayas, toms)] == [[], []]
    assert toms.evaluate("last('ready').user_uuid") == tom.uuid


def test_pictures_are_shown_in_a_frame_without_a_cookie(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    for one in (maya, tom):
        one.takes_picture(RED)
    group = tom.writes(maya, "one")
    page = framed(shop, maya, f"{{to: '{group}'}}")
    frame = inside(page)
    see(frame, "one")
    for where in ("#conversation-face", "#rows", "#me-face"):
        face = frame.locator(f"{where} img")
        expect(face).to_have_attribute("src", re.compile("^data:image/webp"))
        expect(face).to_have_js_property("naturalWidth", 256)
    assert page.context.cookies() == []


def test_the_host_learns_what_is_unread_open_and_how_high_it_is(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    page = framed(shop, maya, "{height: {min: 200, max: 5000}}")
    inside(page)
    page.wait_for_function("last('height')?.height > 100")
    before = page.evaluate("last('height').height")
    group = tom.writes(maya, *(f"line {n}" for n in range(30)))
    page.wait_for_function("last('unread')?.messages === 30")
    page.evaluate(f"chat.open('{group}')")
    page.wait_for_function(f"last('open')?.uuid === '{group}'")
    page.wait_for_function(f"last('height').height > {before}")
    page.wait_for_function("chat.element.offsetHeight === last('height').height")
    page.wait_for_function("last('unread').messages === 0")


def test_a_token_that_ends_is_renewed_while_the_frame_is_open(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.writes(maya, "one")
    page = framed(shop, maya, f"{{to: '{group}'}}")
    see(inside(page), "one")
    fresh = shop.accounts.token_of(maya.uuid)
    shop.site.tokens[maya.handle] = lambda: fresh
    with page.expect_request(lambda asked: "/token/" in asked.url):
        maya.ask("DELETE", "/api/sessions")
    tom.writes(maya, "two")
    see(inside(page), "two")
    say(inside(page), "three")
    see(inside(page), "three")


def test_the_frame_keeps_its_address_so_that_a_reload_finds_it(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    tom.writes(maya, "one")
    page = framed(shop, maya)
    inside(page).get_by_role("link", name="Tom").click()
    see(inside(page), "one")
    assert page.frames[1].url == f"{shop.address}/embed?show=both"
    page.frames[1].evaluate("location.reload()")
    inside(page).get_by_role("link", name="Tom").click()
    see(inside(page), "one")


@pytest.mark.parametrize(
    ("show", "is_there", "is_not"),
    [("inbox", ".inbox", ".conversation"), ("conversation", ".conversation", ".inbox")],
)
def test_a_frame_shows_one_half_where_the_host_wants_that(
    shop: Shop, show: str, is_there: str, is_not: str
) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.writes(maya, "one")
    to = f", to: '{group}'" if show == "conversation" else ""
    page = framed(shop, maya, f"{{show: '{show}'{to}}}")
    expect(inside(page).locator(is_there)).to_be_visible()
    expect(inside(page).locator(is_not)).to_be_hidden()
    if show == "inbox":
        inside(page).get_by_role("link", name="Tom").click()
        page.wait_for_function(f"last('open')?.uuid === '{group}'")
        assert page.evaluate("last('unread').messages") == 1


def test_the_host_says_how_it_looks_and_writes_no_style(shop: Shop) -> None:
    page = framed(
        shop, shop.person("Maya"), "{theme: 'dark', variables: {'--cruddur-accent': '#aa0033'}}"
    )
    root = inside(page).locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("style", re.compile("--accent: #aa0033"))
    page.evaluate("""chat.theme({scheme: 'light', variables: {
      '--cruddur-ground': 'url(https://evil.example/x)', '--cruddur-ink': 'red; background: url(x)',
      '--cruddur-panel': '#fedcba', position: 'fixed'}})""")
    expect(root).to_have_attribute("style", re.compile("--panel: #fedcba"))
    style = root.evaluate("(html) => html.getAttribute('style')")
    assert "evil" not in style
    assert "position" not in style


def test_after_a_sign_out_the_frame_says_so_once_and_a_token_brings_it_back(shop: Shop) -> None:
    maya = shop.person("Maya")
    page = framed(shop, maya)
    inside(page).locator("body").evaluate("window.isOld = true")
    shop.site.tokens[maya.handle] = lambda: None
    maya.ask("DELETE", "/api/sessions")
    ended = page.frame_locator("iframe[title=Messages]").locator("body[data-ended=signed_out]")
    expect(ended.get_by_role("status")).to_have_text("You are not signed in.")
    # The page that was open is gone, with all that could ask the host again.
    assert page.frames[1].evaluate("window.isOld") is None
    assert [told["code"] for name, told in page.evaluate("told") if name == "error"] == [
        "signed_out"
    ]
    shop.site.tokens[maya.handle] = lambda: shop.accounts.token_of(maya.uuid)
    page.evaluate(_NEW_TOKEN)
    inside(page)


def test_a_page_of_an_origin_that_is_not_allowed_shows_no_frame(shop: Shop) -> None:
    maya = shop.person("Maya")
    page = framed(shop, maya)
    inside(page)
    with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        page.goto(page.url.replace("127.0.0.1", "localhost"))
    page.wait_for_function("told.length === 1")
    name, told = page.evaluate("told[0]")
    assert (name, told["code"]) == ("error", "frame_refused")
    assert "CRUDDUR_FRAMES" in told["detail"]


def test_no_other_window_and_no_other_origin_gives_the_frame_a_token(shop: Shop) -> None:
    maya, eve = shop.person("Maya"), shop.person("Eve")
    shop.site.tokens[maya.handle] = lambda: None
    page = framed(shop, maya)
    ended = page.frame_locator("iframe[title=Messages]").locator("body[data-ended=signed_out]")
    expect(ended).to_be_attached()
    # Another frame of the host is no parent; what it says must come after all it could do.
    page.evaluate(_FROM_BESIDE, eve.token)
    page.frames[1].evaluate("new Promise((done) => setTimeout(done))")
    # The parent itself, as if its page were of another origin, which frame-ancestors already prevents.
    page.frames[1].evaluate(_FROM_ELSEWHERE, eve.token)
    expect(ended).to_be_attached()
    shop.site.tokens[maya.handle] = lambda: maya.token
    page.evaluate(_NEW_TOKEN)
    inside(page)
    assert page.evaluate("last('ready').user_uuid") == maya.uuid


def test_without_a_parent_it_shows_nothing(shop: Shop) -> None:
    page = shop.opens_at(f"{shop.address}/embed")
    expect(page.locator("body[data-ended=not_framed]")).to_contain_text("in a frame")
