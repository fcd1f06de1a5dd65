"""What the server renders is what the page's scripts show, so nothing moves when they start."""

from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.browser.accounts import Accounts
from tests.browser.people import People, Person
from tests.browser.screen import Windows
from tests.pictures import RED

_HEBREW = "\u05e9\u05dc\u05d5\u05dd \u05d0\u05dc\u05d9"
_LIKE_MAYA = "M\u0430ya L1ndqvist"
_TEXTS = {
    "plain": "Hello",
    "a link": "See https://a.example/x_(y), or www.example.org.",
    "from right to left": _HEBREW,
    "markup": "<b>Hello</b> &amp; {{ 1 }}",
    "lines": "One\n\n  Two  \n",
    "long": "Long " * 60,
    "an emoji": "\U0001f469\u200d\U0001f680",
    "marks": f"*Bold {_HEBREW}*, _italic_ ~struck~ `<code>` and *https://a.example/_x_*",
    "blocks": "List:\n- *one*\n- two\n\n3. three\n> said\n> - here\n```\n<pre>\n  x\n```\nend",
    "folded": "Longer " * 200,
    "emoji": "\U0001f44d \u2764\ufe0f",
    "scripts": "Καλημέρα, доброе утро, 早安、좋은 아침… “ok” ⛵",
    "marks that may pile up": "สวัสดี",
    "a direction by a sign": "\u202eHello",
}

_PLAIN_HTML = (Path(__file__).parent / "plain_html.js").read_text("utf-8")
_PARTS = ("#rows", ".conversation-top", "#messages")


@pytest.fixture
def assert_same(window: Windows) -> Callable[[Person, str], None]:
    """Compares the page as the server renders it with the same page when its scripts have run."""

    def compare(person: Person, path: str) -> None:
        person.awaits_rows()
        rendered, shown = (
            _plain_html(window(person, path, java_script_enabled=scripts, timezone_id="UTC").page)
            for scripts in (False, True)
        )
        assert "\n".join(unified_diff(rendered, shown, "server", "scripts", lineterm="")) == ""

    return compare


def _plain_html(page: Page) -> list[str]:
    parts = (page.locator(part).evaluate(_PLAIN_HTML) for part in _PARTS)
    return "\n".join(parts).splitlines()


def test_messages_of_two_people(people: People, assert_same: Callable[[Person, str], None]) -> None:
    maya, tomas = people("Maya"), people(_HEBREW)
    for one, other in ((maya, tomas), (tomas, maya)):
        group = one.writes(other, *_TEXTS.values())
    second = len(_TEXTS) + 1
    for seq, one in ((1, maya), (2, maya), (second, tomas), (second + 1, tomas)):
        message = f"/api/messages/{group}/{seq}"
        one.ask("PATCH", message, {"message": "Edited, see https://a.example."})
        if seq in {2, second + 1}:
            one.ask("DELETE", message)
    assert_same(maya, f"/c/{group}")


def test_answers_to_messages_on_the_page_and_elsewhere(
    people: People, assert_same: Callable[[Person, str], None]
) -> None:
    maya, tomas, ines = people("Maya"), people(_HEBREW), people("Inês")
    group = maya.starts_group("Lake", tomas)
    maya.writes_in(group, *_TEXTS.values(), *(f"Number {number}" for number in range(50)))
    tomas.writes_in(group, "Deleted")
    deleted = len(_TEXTS) + 52  # message 1 says that the group was made
    tomas.ask("DELETE", f"/api/messages/{group}/{deleted}")
    maya.ask("POST", f"/api/message_groups/{group}/members", {"handles": [ines.handle]})
    for seq in (*range(2, len(_TEXTS) + 2), deleted - 1, deleted):
        body = {"message_group_uuid": group, "message": f"Answer {seq}", "reply_to_seq": seq}
        tomas.ask("POST", "/api/messages", body)
    for person in (maya, tomas, ines):
        assert_same(person, f"/c/{group}")


def test_messages_of_a_group(people: People, assert_same: Callable[[Person, str], None]) -> None:
    maya, other, tomas = people("Maya Lindqvist"), people(_LIKE_MAYA), people("T" * 50)
    group = tomas.starts_group("Lake " * 10, maya, other)
    for one in (maya, tomas):
        one.takes_picture(RED)
    for one in (maya, maya, other, tomas, tomas, maya):
        one.writes_in(group, *_TEXTS.values())
    for one, seq, emoji in ((maya, 3, "\U0001f44d"), (tomas, 3, "\U0001f44d"), (maya, 3, "\u2764")):
        one.ask("PUT", f"/api/messages/{group}/{seq}/reactions/{emoji}")
    tomas.reads(group, 9)
    maya.writes_in(group, f"*@{tomas.handle}* (@{other.handle}. @nobody `@{maya.handle}`")
    maya.ask("DELETE", f"/api/messages/{group}/2")
    assert_same(tomas, f"/c/{group}")


def test_rows_of_every_kind(
    people: People, accounts: Accounts, assert_same: Callable[[Person, str], None]
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    for name, text in zip(
        (_HEBREW, "N" * 50, "x", "J. R. R. Tolkien", "Lake \U0001f6f6", "\U0001f6f6 (x)"),
        _TEXTS.values(),
        strict=False,
    ):
        people(name).writes(maya, text)
    ines = people("Inês")
    maya.writes(ines, *_TEXTS.values())
    for one in (ines, tomas):
        one.takes_picture(RED)
    group = tomas.writes(maya, "Deleted")
    tomas.ask("DELETE", f"/api/messages/{group}/1")
    for title, texts in {"Empty": [], "Lake": ["Hello"], "Many": ["Hello"] * 101}.items():
        tomas.writes_in(tomas.starts_group(title, maya), *texts)
    for muted, until in {group: "always", maya.writes(tomas, "Hm"): "2999-01-01T00:00:00Z"}.items():
        maya.ask("PATCH", f"/api/message_groups/{muted}/settings", {"muted_until": until})
    alone = maya.starts_group("Alone", tomas)
    tomas.ask("POST", f"/api/message_groups/{alone}/leave")
    assert_same(maya, f"/c/{alone}")


def test_a_person_to_whom_nobody_has_written(
    people: People, assert_same: Callable[[Person, str], None]
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    maya.writes(people("Inês"), "Hello")
    tomas.takes_picture(RED)
    assert_same(maya, f"/@{tomas.handle}")
