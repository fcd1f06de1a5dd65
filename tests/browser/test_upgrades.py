"""A browser in which an older or a newer page was used: nothing that waits is lost or doubled.

`store_of_5c4cb47.js` is the page's `store.js` of commit 5c4cb47, by which the older page is played.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import expect
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows

from cruddur.web.http.auth import COOKIE

_STORE = Path(__file__).parents[1] / "upgrade" / "store_of_5c4cb47.js"
_SEND = "**/api/messages"
_OLD_PAGE = """async ({ entry, draft, conversation }) => {
  const store = await import("/static/js/store_of_5c4cb47.js");
  await store.putOutbox(entry);
  store.putDraft(entry.user_uuid, conversation, draft);
}"""
_OF_A_NEWER_PAGE = """() => new Promise((resolve, reject) => {
  const request = indexedDB.open("cruddur", 99);
  request.onsuccess = () => resolve(request.result.close());
  request.onerror = reject;
  setTimeout(() => reject(new Error("an older page does not give way")), 30_000);
})"""
_OPENS_WHEN_TOLD = """
const { open } = IDBFactory.prototype;
globalThis.told = new Promise((resolve) => { globalThis.tell = resolve; });
IDBFactory.prototype.open = function (...all) {
  let request = null;
  const early = { get result() { return request.result; } };
  told.then(() => {
    request = open.apply(this, all);
    for (const name of ["onsuccess", "onerror"]) request[name] = early[name];
  });
  return early;
};
"""
_UPGRADE = """async () => {
  const { Database, isNewer } = await import("/static/js/database.js");
  const make = (database) => database.createObjectStore("things", { keyPath: "id" });
  const index = (_, transaction) => transaction.objectStore("things").createIndex("colour", "colour");
  const older = new Database("steps", [make]);
  await older.run("things", (store) => store.put({ id: 1, colour: "red" }));
  const newer = new Database("steps", [make, index]);
  const found = await newer.run("things", (store) => store.index("colour").getAll("red"));
  const refused = await older.run("things", (store) => store.get(1)).catch(isNewer);
  return { found, refused, again: await newer.run("things", (store) => store.get(1)) };
}"""
_BLOCKED = """async () => {
  const { Database } = await import("/static/js/database.js");
  const make = (database) => database.createObjectStore("things", { keyPath: "id" });
  const stubborn = await new Promise((resolve) => {
    const request = indexedDB.open("blocked", 1);
    request.onupgradeneeded = () => make(request.result).put({ id: 1 });
    request.onsuccess = () => resolve(request.result);
  });
  const newer = new Database("blocked", [make, (database) => database.createObjectStore("more")]);
  const early = await newer.run("things", (store) => store.get(1)).catch(({ message }) => message);
  const closed = new Promise((resolve) => {
    const again = () => setTimeout(look, 20);
    const look = () => newer.run("things", (store) => store.get(1)).then(resolve, again);
    look();
  });
  stubborn.close();
  return { early, late: await closed };
}"""
_FAILED_STEP = """async () => {
  const { Database } = await import("/static/js/database.js");
  const make = (database) => database.createObjectStore("things", { keyPath: "id" });
  const older = new Database("failed", [make]);
  await older.run("things", (store) => store.put({ id: 1 }));
  const wrong = (database) => {
    database.deleteObjectStore("things");
    throw new Error("a fault");
  };
  const newer = new Database("failed", [make, wrong]);
  const failed = await newer.run("things", (store) => store.get(1)).catch(({ name }) => name);
  return { failed, kept: await older.run("things", (store) => store.get(1)) };
}"""


def of_old_page(maya: Person, group: str) -> dict[str, Any]:
    """A waiting message as the page of 5c4cb47 kept it, and a draft."""
    entry = {
        "message_uuid": "01a21980-47b9-736d-8be8-d1a24afca1a7",
        "user_uuid": maya.ask("GET", "/api/me")["uuid"],
        "conversation": group,
        "message_group_uuid": group,
        "message": "From the older page",
        "created_at": "2026-11-25T20:24:41.000Z",
        "after": None,
        "attempts": 3,
        "next_attempt": 1,
        "not_before": 0,
        "failed": None,
    }
    return {"entry": entry, "draft": "Half a thought", "conversation": group}


def browser_of(maya: Person, window: Windows) -> Screen:
    """A window at a page that keeps nothing in the browser."""
    path = "/sign-in"
    screen = window(None, path)
    page = screen.page
    address = page.url.removesuffix(path)
    page.context.add_cookies([{"name": COOKIE, "value": maya.token, "url": address}])
    page.route("**/store_of_5c4cb47.js", lambda route: route.fulfill(path=_STORE))
    return screen


def test_what_an_older_page_left_is_sent_once_and_its_draft_is_there(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.starts_group("The lake", people("Tomás"))
    screen = browser_of(maya, window)
    screen.page.evaluate(_OLD_PAGE, of_old_page(maya, group))
    screen.open(f"/c/{group}")
    screen.expect_sent("From the older page")
    expect(screen.composer).to_have_value("Half a thought")
    screen.reload()
    expect(screen.composer).to_have_value("Half a thought")
    screen.expect_all_sent(1)
    assert maya.stored(group)[1:] == [(2, "From the older page")]


def test_what_a_tab_held_back_is_sent_once_it_gives_way(people: People, window: Windows) -> None:
    maya = people("Maya")
    group = maya.starts_group("The lake", people("Tomás"))
    screen = browser_of(maya, window)
    screen.page.evaluate(_OLD_PAGE, of_old_page(maya, group))
    screen.page.add_init_script(_OPENS_WHEN_TOLD)
    screen.open(f"/c/{group}")
    expect(screen.bubble("From the older page")).to_have_count(0)
    screen.page.evaluate("tell()")
    screen.expect_sent("From the older page")
    assert maya.stored(group)[1:] == [(2, "From the older page")]


def test_after_a_newer_page_messages_are_sent_from_memory_and_it_is_said(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = browser_of(maya, window)
    screen.page.evaluate(_OF_A_NEWER_PAGE)
    screen.open(f"/c/{group}")
    with screen.unreachable(_SEND):
        screen.say("Take this")
        note = screen.bubble("Take this").get_by_text(
            "Kept in this tab only: a newer version of this page has been open in this browser."
        )
        expect(note).to_be_visible()
    screen.expect_all_sent(2)
    assert maya.stored(group) == [(1, "Hello"), (2, "Take this")]


def test_a_page_that_is_open_gives_way_to_a_newer_one_and_loses_nothing(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    with screen.unreachable(_SEND):
        screen.say("Before")
        expect(screen.bubble("Before").get_by_text("trying again")).to_be_visible()
        screen.page.evaluate(
            _OF_A_NEWER_PAGE
        )  # ends once every connection to the older one is closed
        screen.say("After")
    screen.expect_all_sent(3)
    assert maya.stored(group) == [(1, "Hello"), (2, "Before"), (3, "After")]


def test_a_newer_page_upgrades_and_an_older_one_in_another_tab_gives_way(
    people: People, window: Windows
) -> None:
    screen = browser_of(people("Maya"), window)
    red = {"id": 1, "colour": "red"}
    assert screen.page.evaluate(_UPGRADE) == {"found": [red], "refused": True, "again": red}


def test_an_older_page_that_does_not_give_way_is_waited_for(
    people: People, window: Windows
) -> None:
    screen = browser_of(people("Maya"), window)
    said = screen.page.evaluate(_BLOCKED)
    assert said == {"early": "The browser's storage does not answer.", "late": {"id": 1}}


def test_a_step_that_fails_leaves_everything_as_it_was(people: People, window: Windows) -> None:
    screen = browser_of(people("Maya"), window)
    assert screen.page.evaluate(_FAILED_STEP) == {"failed": "AbortError", "kept": {"id": 1}}
    assert screen.errors == ["a fault"]  # the browser says so by itself
    screen.errors.clear()
