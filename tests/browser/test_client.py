"""The client that pages of another origin import, and its elements, in front of a running service."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.host_site import HostSite
from tests.browser.shop import Shop, open_shop


@pytest.fixture(scope="module")
def shop(
    browser: Browser, site: HostSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    with open_shop(
        browser, site, tmp_path_factory.mktemp("shop"), CRUDDUR_ALLOWED_ORIGINS=site.address
    ) as shop:
        yield shop


def messages(page: Page) -> Locator:
    return page.locator("cruddur-conversation [part~=message]")


def texts(page: Page) -> list[str]:
    return page.locator("cruddur-conversation [part=text-of-message]").all_inner_texts()


def say(page: Page, text: str) -> None:
    box = page.locator("cruddur-conversation").get_by_role("textbox", name="Message")
    box.fill(text)
    box.press("Enter")


def see(page: Page, text: str) -> None:
    expect(page.locator("cruddur-conversation").get_by_text(text, exact=True)).to_be_visible()


def is_sent(page: Page, text: str) -> None:
    expect(messages(page).filter(has_text=text)).to_have_attribute("data-state", "sent")


def is_open(page: Page) -> None:
    page.wait_for_function("chat.state === 'open' && chat.inbox.isLoaded")


def test_two_people_talk_on_pages_of_another_origin(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    mayas, toms = shop.opens(maya, to=f"@{tom.handle}"), shop.opens(tom)
    see(mayas, "Nobody has written here yet.")
    expect(mayas.locator("cruddur-unread")).to_be_hidden()
    say(mayas, "Hello *Tom*")
    row = toms.locator("cruddur-inbox").get_by_role("button", name="Maya")
    expect(row).to_contain_text("Hello Tom")
    expect(toms.locator("cruddur-unread")).to_have_text("1 unread messages")
    row.focus()
    toms.keyboard.press("Enter")
    see(toms, "Hello Tom")
    expect(toms.locator("cruddur-unread")).to_be_hidden()
    say(toms, "Hello Maya")
    see(mayas, "Hello Maya")
    assert [cookie for page in (mayas, toms) for cookie in page.context.cookies()] == []


def test_a_token_that_ends_is_renewed_while_the_page_is_open(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    page = shop.opens(maya, to=f"@{tom.handle}")
    is_open(page)
    fresh = shop.accounts.token_of(maya.uuid)
    shop.site.tokens[maya.handle] = lambda: fresh
    with page.expect_request(lambda asked: "/token/" in asked.url):
        maya.ask("DELETE", "/api/sessions")  # the first token counts no longer
    tom.writes(maya, "Are you there?")
    see(page, "Are you there?")
    say(page, "Yes")
    see(page, "Yes")
    page.wait_for_function("chat.state === 'open'")
    assert shop.site.asked.count(maya.handle) == 2


def test_what_was_not_sent_is_sent_once_after_a_reload(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.writes(maya, "one")
    page = shop.opens(maya, to=group)
    see(page, "one")
    page.route("**/api/messages", lambda route: route.abort())
    say(page, "two")
    expect(messages(page).last).to_contain_text("Not sent yet")
    page.unroute("**/api/messages")
    page.reload()
    is_sent(page, "two")
    tom.writes(maya, "three")
    see(page, "three")
    assert texts(page) == ["one", "two", "three"]
    assert [text for _, text in maya.stored(group)] == ["one", "two", "three"]


def test_what_sends_is_there_before_it_is_needed(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.writes(maya, "one")
    page = shop.opens(maya, to=group)
    is_open(page)
    see(page, "one")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(f"{one.method} {urlsplit(one.url).path}"))
    page.context.set_offline(True)
    say(page, "two")
    expect(messages(page).last).to_have_attribute("data-state", "waiting")
    assert f"GET /api/messages/{group}" not in asked  # a send reads nothing
    page.context.set_offline(False)
    is_sent(page, "two")


def test_after_an_absence_nothing_is_missing_changes_too(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.writes(maya, *(f"number {n}" for n in range(1, 6)))
    page = shop.opens(maya, to=group)
    see(page, "number 5")
    page.context.set_offline(True)
    page.wait_for_function("chat.state !== 'open'")
    tom.edits(group, 2, "number 2, edited")
    tom.deletes(group, 3)
    tom.writes_in(group, *(f"number {n}" for n in range(6, 120)))
    page.context.set_offline(False)
    see(page, "number 119")
    numbers = page.locator("cruddur-conversation [data-seq]").evaluate_all(
        "all => all.map((one) => Number(one.dataset.seq))"
    )
    assert numbers == list(range(1, 120))
    see(page, "number 2, edited")
    see(page, "Message deleted")


def test_two_tabs_share_one_stream_and_show_the_same(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.writes(maya, "one")
    streams: list[str] = []
    first = shop.opens(maya, to=group)
    is_open(first)
    first.context.on("request", lambda asked: streams.append(asked.url))
    second = shop.opens(maya, beside=first, to=group)
    is_open(second)
    assert [url for url in streams if "/api/events" in url] == []
    say(second, "two")
    is_sent(second, "two")
    tom.writes(maya, "three")
    for page in (first, second):
        see(page, "three")
        assert texts(page) == ["one", "two", "three"]
    first.close()
    tom.writes(maya, "four")
    see(second, "four")


def test_who_is_not_signed_in_gets_nothing(shop: Shop) -> None:
    nobody = shop.person("Nobody")
    del shop.site.tokens[nobody.handle]
    page = shop.opens(nobody)
    page.wait_for_function("chat.state === 'signed_out' && refused === 'signed_out'")
    expect(page.locator("cruddur-inbox")).to_contain_text("You are signed out.")


def test_a_token_of_somebody_else_ends_it(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    page = shop.opens(maya)
    is_open(page)
    shop.site.tokens[maya.handle] = lambda: tom.token
    maya.ask("DELETE", "/api/sessions")
    page.wait_for_function("chat.state === 'signed_out'")


def test_a_page_of_another_origin_can_do_nothing(shop: Shop, browser: Browser) -> None:
    maya = shop.person("Maya")
    page = browser.new_context().new_page()
    with page.expect_event("requestfailed", lambda asked: asked.url.endswith("/api/me")):
        page.goto(shop.url(maya).replace("127.0.0.1", "localhost"))
    assert page.evaluate("[chat.me, chat.state]") == [None, "connecting"]


def test_what_it_offers_beside_the_elements(shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.writes(maya, "one", "two")
    page = shop.opens(maya, body="")
    is_open(page)
    assert page.evaluate("chat.unread") == {"messages": 2, "conversations": 1}
    assert page.evaluate("chat.inbox.rows.map((row) => row.message)") == ["two"]
    page.evaluate(f"window.talk = chat.conversation('{group}')")
    page.wait_for_function("talk.messages.length === 2")
    assert page.evaluate("talk.send('three', {reply_to_seq: 1}).then((sent) => sent.seq)") == 3
    assert page.evaluate("talk.edit(3, 'III').then((edited) => edited.message)") == "III"
    assert list(page.evaluate("talk.react(2, '👍').then((one) => one.reactions)")) == ["👍"]
    assert page.evaluate("talk.quoted(1).message") == "one"
    page.evaluate("talk.markRead()")
    page.wait_for_function("chat.unread.messages === 0")
    refused = "talk.send('x'.repeat(5000)).catch((error) => error.code)"
    assert page.evaluate(refused) == "message_exceed_max_chars_4096"
    assert page.evaluate("talk.pending.map(({state}) => state)") == ["failed"]
    page.evaluate("talk.discard(talk.pending[0].uuid)")
    page.wait_for_function("talk.pending.length === 0")
    assert page.evaluate("talk.delete(3).then((gone) => gone.message)") == ""
    page.evaluate("chat.close()")
    assert page.evaluate("chat.state") == "closed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_elements_are_open_to_everybody(shop: Shop, scheme: Literal["light", "dark"]) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    group = tom.writes(maya, "Hello *Maya*", "https://a.example/", "Gone")
    tom.deletes(group, 3)
    answer = {"message_group_uuid": group, "message": "To the first", "reply_to_seq": 1}
    maya.ask("POST", "/api/messages", answer)
    page = shop.opens(maya, to=group)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    see(page, "To the first")
    expect(page.locator("cruddur-conversation .quote")).to_contain_text("Tom Hello Maya")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize(
    ("at", "token", "told"),
    [
        ("localhost", "async () => 'eyJ'", "CRUDDUR_ALLOWED_ORIGINS has to name this origin"),
        ("127.0.0.1", "async () => { throw new Error('no back end') }", "no back end"),
        ("127.0.0.1", "'eyJ'", "`token` has to be a function"),
        ("127.0.0.1", "async () => '<!doctype html>'", "did not sign what `token` resolves to"),
        ("127.0.0.1", "async () => 'crk_shop_1_x'", "Make a token for one of your people"),
    ],
)
def test_the_console_says_why_a_page_shows_nothing(
    shop: Shop, at: str, token: str, told: str
) -> None:
    script = f"""import {{ connect }} from "{shop.address}/embed/v1.js";
    connect({{ token: {token} }});"""
    url = shop.site.page("/nothing", script=script).replace("127.0.0.1", at)
    page = shop.opens_at("about:blank")
    with page.expect_console_message(lambda said: told in said.text):
        page.goto(url)
