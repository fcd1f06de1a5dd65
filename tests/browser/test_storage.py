"""A browser whose storage does not do what it should: messages are sent all the same."""

import pytest
from playwright.sync_api import expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

_SEND = "**/api/messages"
_FAULTS = {
    "never opens": "IDBFactory.prototype.open = () => ({});",
    "is refused": """
      IDBFactory.prototype.open = () => { throw new DOMException("", "SecurityError"); };""",
    "fails to open": """
      IDBFactory.prototype.open = () => {
        const request = {};
        setTimeout(() => request.onerror?.());
        return request;
      };""",
    "is full": """
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (...all) {
        if (this.name === "outbox") throw new DOMException("", "QuotaExceededError");
        const { transaction } = this;
        queueMicrotask(() => { try { transaction.abort(); } catch {} });  // the second time it has ended
        return put.apply(this, all);
      };""",
    "never ends a transaction": """
      Object.defineProperty(IDBTransaction.prototype, "oncomplete", { set() {} });""",
}
_KEEP_HANDLES = """
const { open } = IDBFactory.prototype;
globalThis.handles = [];
IDBFactory.prototype.open = function (...all) {
  const request = open.apply(this, all);
  request.addEventListener("success", () => handles.push(request.result));
  return request;
};
"""
_FULL_FOR_DRAFTS = """() => {
  Storage.prototype.setItem = () => { throw new DOMException("", "QuotaExceededError"); };
}"""


def _with(screen: Screen, script: str) -> None:
    """Runs this before the page's own scripts."""
    screen.page.add_init_script(script)
    screen.reload()


@pytest.mark.parametrize("fault", _FAULTS)
def test_what_cannot_be_kept_is_sent_from_memory_and_said(
    people: People, window: Windows, fault: str
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    _with(screen, _FAULTS[fault])
    with screen.unreachable(_SEND):
        screen.say("Take this")
        note = screen.bubble("Take this").get_by_text("trying again. Kept in this tab only.")
        expect(note).to_be_visible()
    screen.expect_all_sent(2)
    screen.say("And this")
    screen.expect_all_sent(3)
    assert maya.stored(group) == [(1, "Hello"), (2, "Take this"), (3, "And this")]


def test_a_handle_that_has_died_is_replaced(people: People, window: Windows) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    _with(screen, _KEEP_HANDLES)
    screen.page.evaluate("() => { for (const handle of handles) handle.close(); }")
    with screen.unreachable(_SEND):
        screen.say("Take this")
        expect(screen.bubble("Take this").get_by_text("trying again")).to_be_visible()
        expect(screen.page.get_by_text("Kept in this tab only")).to_be_hidden()
        screen.reload()
    screen.expect_all_sent(2)
    assert maya.stored(group) == [(1, "Hello"), (2, "Take this")]


def test_a_tab_that_alone_has_a_message_asks_before_it_is_closed(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    screen = window(maya, f"/c/{maya.writes(people('Tomás'), 'Hello')}")
    _with(screen, _FAULTS["is refused"])
    with screen.unreachable(_SEND):
        screen.say("Take this")
        expect(screen.bubble("Take this").get_by_text("Kept in this tab only")).to_be_visible()
        with screen.page.expect_event("dialog") as asked:
            screen.page.close(run_before_unload=True)
        assert asked.value.type == "beforeunload"
        asked.value.dismiss()
    screen.expect_sent("Take this")


def test_a_draft_that_cannot_be_kept_is_said_to_be_here_only(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    screen = window(maya, f"/c/{maya.writes(people('Tomás'), 'Hello')}")
    note = screen.page.get_by_text("Kept in this tab only.")
    screen.composer.fill("Half")
    expect(note).to_be_hidden()
    screen.page.evaluate(_FULL_FOR_DRAFTS)
    screen.composer.fill("Half a thou")
    expect(note).to_be_visible()
    screen.composer.press("Enter")
    screen.expect_sent("Half a thou")
    expect(note).to_be_hidden()
