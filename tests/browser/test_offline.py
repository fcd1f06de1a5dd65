"""Without a network: the page opens to what this device has a copy of, and catches up afterwards."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect
from tests.browser.accounts import Accounts
from tests.browser.conftest import EMPTY
from tests.browser.people import People, Person
from tests.browser.screen import Screen, Windows
from tests.browser.service import running_service
from tests.browser.test_service_worker import free_port, has_worker
from tests.browser.test_upgrades import browser_of, of_old_page

from cruddur.web.http.auth import COOKIE

SERVICE_WORKERS = "allow"  # it opens the page

_COPY = """() => new Promise((resolve, reject) => {
  const request = indexedDB.open("cruddur-copy");
  request.onerror = reject;
  request.onupgradeneeded = () => request.transaction.abort();
  request.onsuccess = () => {
    const database = request.result;
    const all = database.transaction("copy").objectStore("copy").getAll();
    all.onsuccess = () => { database.close(); resolve(all.result); };
  };
}).catch(() => [])"""

_WAITING = _COPY.replace("cruddur-copy", "cruddur").replace('"copy"', '"outbox"')

_PUT = """(entry) => new Promise((resolve) => {
  const request = indexedDB.open("cruddur");
  request.onsuccess = () => {
    const writing = request.result.transaction("outbox", "readwrite");
    writing.objectStore("outbox").put(entry);
    writing.oncomplete = () => resolve(request.result.close());
  };
})"""
_ROOM_FOR_ONE = """
const { put, delete: remove } = IDBObjectStore.prototype;
const there = new Set();
let isFull = false;
IDBObjectStore.prototype.put = function (value) {
  const [kind, uuid] = this.name === "copy" ? value.id.split("/") : [];
  if (kind === "c") isFull = there.size > 0 && !there.has(uuid);
  if (kind === "c" && !isFull) there.add(uuid);
  const request = put.call(this, value);
  if (kind !== "n" || !isFull) return request;
  const full = new DOMException("", "QuotaExceededError");
  Object.defineProperty(this.transaction, "error", { get: () => full });
  this.transaction.abort();
  return request;
};
IDBObjectStore.prototype.delete = function (id) {
  there.delete(String(id).slice(2));
  return remove.call(this, id);
};
"""
_FULL_WHILE_THERE_IS_A_COPY = """
const { put } = IDBObjectStore.prototype;
const { deleteDatabase } = IDBFactory.prototype;
let isFull = true;
IDBObjectStore.prototype.put = function (value) {
  if (this.name === "outbox" && isFull) throw new DOMException("", "QuotaExceededError");
  return put.call(this, value);
};
IDBFactory.prototype.deleteDatabase = function (name) {
  isFull = name !== "cruddur-copy";
  return deleteDatabase.call(this, name);
};
"""


def copied(screen: Screen) -> dict[str, Any]:
    """What the device has a copy of, by its id in the store."""
    return {one["id"]: one for one in screen.page.evaluate(_COPY)}


def texts_in_copy(screen: Screen, group: str) -> list[str]:
    messages = copied(screen).get(f"c/{group}", {}).get("messages", [])
    return [str(one["message"]) for one in messages if not one["deleted_at"]]


def has_copied(screen: Screen, group: str, *texts: str) -> None:
    """Waits until the device has a copy of these messages, and can open the page without a network."""
    has_worker(screen)
    screen.until(lambda: texts_in_copy(screen, group) == list(texts))


def test_the_page_opens_without_a_network_and_catches_up_when_it_is_back(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    tomas.writes(maya, "Are you there?")
    screen = window(maya, f"/c/{group}")
    has_copied(screen, group, "Hello", "Are you there?")
    with screen.offline():
        screen.open(f"/c/{group}")
        expect(screen.articles).to_have_count(2)
        expect(screen.row("Tomás")).to_be_visible()
        bar = screen.page.get_by_role("status").filter(has_text="You are offline")
        expect(bar).to_contain_text(re.compile(r"This is from .*\d+:\d\d"))
        screen.say("On a train")
        expect(screen.bubble("On a train")).to_have_attribute("data-state", "waiting")
        screen.reload()
        expect(screen.bubble("On a train")).to_be_visible()
        tomas.writes(maya, "Where are you?")
        tomas.edits(group, 1, "Hello, Maya")
    screen.expect_sent("On a train")
    expect(screen.bubble("Where are you?")).to_be_visible()
    expect(screen.bubble("Hello, Maya")).to_be_visible()
    has_copied(screen, group, "Hello, Maya", "Are you there?", "Where are you?", "On a train")


def test_what_happened_to_conversations_that_are_not_open_reaches_the_copy_at_first_contact(
    people: People, window: Windows
) -> None:
    maya, tomas, noa = people("Maya"), people("Tomás"), people("Noa")
    deleted, hidden = tomas.writes(maya, "Secret", "Hello"), noa.writes(maya, "Secret", "Hello")
    left = tomas.starts_group("Left", maya)
    tomas.writes_in(left, "Secret")
    screen = window(maya, "/")
    for group in (deleted, hidden):
        has_copied(screen, group, "Secret", "Hello")
    screen.until(lambda: "Secret" in texts_in_copy(screen, left))
    with screen.offline():
        # A page keeps a conversation of the last minute, which a replica may lack.
        screen.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=2))
        screen.open("/")
        tomas.deletes(deleted, 1)
        maya.ask("POST", f"/api/messages/{hidden}/hide", {"seqs": [1]})
        tomas.ask("DELETE", f"/api/message_groups/{left}/members/{maya.uuid}")
    for group in (deleted, hidden):
        has_copied(screen, group, "Hello")
    screen.until(lambda: f"c/{left}" not in copied(screen))
    assert "Secret" not in str(copied(screen))


def test_what_was_cleared_elsewhere_goes_from_the_copy(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Secret", "More")
    screen = window(maya, "/")
    has_copied(screen, group, "Secret", "More")
    with screen.offline():
        screen.open("/")
        maya.ask("PATCH", f"/api/message_groups/{group}/settings", {"cleared_seq": 2})
    has_copied(screen, group)
    assert "Secret" not in str(copied(screen))


def _signs_in(screen: Screen, person: Person, address: str) -> None:
    cookies = screen.page.context
    cookies.add_cookies([{"name": COOKIE, "value": person.token, "url": address}])


def test_another_account_on_the_same_browser_sees_nothing_of_the_first(
    people: People, window: Windows, address: str
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Secret")
    screen = window(maya, "/")
    has_copied(screen, group, "Secret")
    _signs_in(screen, tomas, address)
    screen.open("/")
    screen.until(lambda: copied(screen).get("me", {}).get("user", {}).get("uuid") == tomas.uuid)
    noa = people("Noa")
    _signs_in(screen, noa, address)
    screen.open("/")
    screen.until(lambda: copied(screen).get("me", {}).get("user", {}).get("uuid") == noa.uuid)
    assert "Secret" not in str(copied(screen))


def test_signing_out_erases_the_copy_also_that_of_another_tab(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Secret")
    screen = window(maya, f"/c/{group}")
    other = window(maya, "/", beside=screen)
    has_copied(screen, group, "Secret")
    other.network_may_fail = True  # what it asks for at that very moment is refused
    screen.page.get_by_role("button", name="Your account").click()
    screen.page.get_by_role("button", name="Sign out").click()
    for one in (screen, other):
        expect(one.page.get_by_role("heading", name="Sign in to Cruddur")).to_be_visible()
    assert copied(screen) == {}
    with screen.offline():
        screen.page.goto("/")
        expect(screen.page.get_by_text("nothing of your messages is stored")).to_be_visible()


def test_a_session_that_ended_meanwhile_leads_to_signing_in_and_loses_nothing_that_waits(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    screen = window(maya, f"/c/{group}")
    has_copied(screen, group, "Hello")
    with screen.offline():
        screen.open(f"/c/{group}")
        screen.say("It waits")
        maya.ask("DELETE", "/api/sessions")
    expect(screen.page.get_by_role("heading", name="Sign in to Cruddur")).to_be_visible()
    assert copied(screen) == {}
    assert "It waits" in str(screen.page.evaluate(_WAITING))


def test_a_copy_that_was_not_true_for_thirty_days_is_erased(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Secret")
    screen = window(maya, "/")
    has_copied(screen, group, "Secret")
    with screen.offline():
        screen.page.clock.install()
        screen.page.clock.fast_forward(721 * 3_600_000)
        screen.page.goto("/")
        expect(screen.page.get_by_text("nothing of your messages is stored")).to_be_visible()
        assert copied(screen) == {}


def test_many_tabs_open_without_a_network_and_send_what_waits_once(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    tabs = [window(maya, f"/c/{group}")]
    has_copied(tabs[0], group, "Hello")
    with tabs[0].offline():
        tabs[0].open(f"/c/{group}")
        for number in range(4):
            if number:
                tabs.append(window(maya, EMPTY, beside=tabs[0]))
                tabs[-1].network_may_fail = True
                tabs[-1].open(f"/c/{group}")
            tabs[-1].say(f"From tab {number}")
    for tab in tabs:
        tab.expect_all_sent(5)
    assert sorted(text for _, text in maya.stored(group)) == sorted(
        ["Hello", *(f"From tab {number}" for number in range(4))]
    )


def test_a_stopped_service_shows_the_copy_and_is_found_again(
    browser: Browser, tmp_path: Path
) -> None:
    port = str(free_port())
    context = browser.new_context()
    screen = Screen(context.new_page())
    screen.network_may_fail = True
    with running_service(tmp_path, "--port", port) as address:
        with Accounts.beside(tmp_path) as accounts:
            maya, tomas = (Person(address, *accounts.make(name)) for name in ("Maya", "Tomás"))
        group = tomas.writes(maya, "Hello")
        context.add_cookies([{"name": COOKIE, "value": maya.token, "url": address}])
        screen.open(f"{address}/c/{group}")
        has_copied(screen, group, "Hello")
    screen.open(f"{address}/c/{group}")
    expect(screen.bubble("Hello")).to_be_visible()
    expect(screen.page.get_by_text("The service cannot be reached. This is from")).to_be_visible()
    screen.say("I try")
    with running_service(tmp_path, "--port", port):
        screen.expect_sent("I try")
        tomas.writes_in(group, "It works")
        expect(screen.bubble("It works")).to_be_visible()
    context.close()
    for person in (maya, tomas):
        person.close()


def test_another_conversation_of_the_copy_opens_by_a_click_and_an_unknown_one_when_it_can(
    people: People, window: Windows
) -> None:
    maya, tomas, noa = people("Maya"), people("Tomás"), people("Noa")
    group, other = tomas.writes(maya, "Hello"), noa.writes(maya, "Hi")
    screen = window(maya, f"/c/{group}")
    has_copied(screen, group, "Hello")
    has_copied(screen, other, "Hi")
    ines = people("Inês")
    with screen.offline():
        unknown = ines.writes(maya, "Olá")
        screen.open(f"/c/{unknown}")
        screen.row("Noa").click()
        expect(screen.bubble("Hi")).to_be_visible()
        screen.open(f"/c/{unknown}")
    expect(screen.bubble("Olá")).to_be_visible()


def test_where_storage_is_full_the_oldest_conversation_goes_first(
    people: People, window: Windows
) -> None:
    maya, tomas, noa = people("Maya"), people("Tomás"), people("Noa")
    old, new = tomas.writes(maya, "Hello"), noa.writes(maya, "Hi")
    screen = window(maya, EMPTY)
    screen.page.add_init_script(_ROOM_FOR_ONE)
    screen.open("/")
    has_copied(screen, new, "Hi")
    tomas.writes(maya, "I am newer now")
    has_copied(screen, old, "Hello", "I am newer now")
    assert f"c/{new}" not in copied(screen)


def test_where_storage_is_full_the_copy_makes_room_for_what_waits(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    screen = window(maya, EMPTY)
    screen.page.add_init_script(_FULL_WHILE_THERE_IS_A_COPY)
    screen.open(f"/c/{group}")
    has_copied(screen, group, "Hello")
    with screen.offline():
        screen.say("It waits")
        screen.until(lambda: "It waits" in str(screen.page.evaluate(_WAITING)))
        assert copied(screen) == {}
    screen.expect_sent("It waits")


def test_what_an_older_page_left_waiting_goes_from_the_page_of_the_copy(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.starts_group("The lake", people("Tomás"))
    maya.writes_in(group, "Hello")
    screen = browser_of(maya, window)
    screen.open(f"/c/{group}")
    has_worker(screen)
    screen.until(lambda: "Hello" in texts_in_copy(screen, group))
    screen.page.goto("/schema")
    screen.page.evaluate(_PUT, of_old_page(maya, group)["entry"])
    with screen.offline():
        screen.open(f"/c/{group}")
        expect(screen.bubble("From the older page")).to_be_visible()
    screen.expect_sent("From the older page")
    assert maya.stored(group)[1:] == [(2, "Hello"), (3, "From the older page")]


def test_the_page_to_sign_in_erases_the_copy_whatever_way_is_taken_there(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = people("Tomás").writes(maya, "Secret")
    screen = window(maya, "/")
    has_copied(screen, group, "Secret")
    screen.page.goto("/sign-in")
    screen.until(lambda: copied(screen) == {})
