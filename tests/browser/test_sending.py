"""A message on its way: it appears at once, and however often it is tried, it is stored once."""

import json
from typing import Any

from playwright.sync_api import Request, Route, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows

_SEND = "**/api/messages"
_KEEP_THE_DISK_BUSY = """() => new Promise((resolve) => {
  globalThis.isDone = false;
  indexedDB.open("cruddur").onsuccess = ({ target }) => {
    const outbox = target.result.transaction("outbox", "readwrite").objectStore("outbox");
    const goOn = () => { resolve(); if (!isDone) outbox.get("").onsuccess = goOn; };
    goOn();
  };
})"""
_READ_THE_OUTBOX_AGAIN = """() => new Promise((resolve) => {
  new BroadcastChannel("cruddur-outbox").onmessage = resolve;
  new BroadcastChannel("cruddur-outbox").postMessage("");
})"""


class Wire:
    """What goes over the wire when this window sends; `answer` is what happens to each try."""

    def __init__(self, screen: Screen) -> None:
        self.tried: list[dict[str, Any]] = []
        self.page = screen.page
        screen.network_may_fail = True
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/api/messages"):
            self.tried.append(json.loads(request.post_data or ""))

    def uuids(self) -> set[str]:
        return {body["message_uuid"] for body in self.tried}


def test_a_message_appears_at_once_and_then_gets_its_number(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    screen = window(maya, f"/c/{maya.writes(people('Tomás'), 'Hello')}")
    shown_on_the_way: list[str | None] = []

    def look_first(route: Route) -> None:
        bubble = screen.bubble("Are you there?")
        expect(bubble.get_by_text("Sending")).to_be_attached()
        shown_on_the_way.append(bubble.get_attribute("data-state"))
        route.continue_()

    screen.page.route(_SEND, look_first)
    screen.say("Are you there?")
    screen.expect_sent("Are you there?")
    expect(screen.bubble("Are you there?")).to_have_attribute("data-seq", "2")
    assert shown_on_the_way == ["sending"]


def test_what_the_server_could_not_take_is_tried_again_under_the_same_uuid(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    wire = Wire(screen)
    busy = {"status": 503, "headers": {"Retry-After": "1"}, "body": "{}"}
    screen.page.route(_SEND, lambda route: route.fulfill(**busy), times=2)
    screen.say("Take this")
    expect(screen.bubble("Take this").get_by_text("Not sent yet")).to_be_visible()
    screen.expect_sent("Take this")
    assert len(wire.tried) == 3
    assert len(wire.uuids()) == 1
    assert maya.stored(group) == [(1, "Hello"), (2, "Take this")]


def test_retry_sends_at_once_what_found_no_way(people: People, window: Windows) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    wire = Wire(screen)
    wait_long = {"status": 503, "headers": {"Retry-After": "3600"}, "body": "{}"}
    screen.page.route(_SEND, lambda route: route.fulfill(**wait_long), times=1)
    screen.say("Take this")
    screen.bubble("Take this").get_by_role("button", name="Retry").click()
    screen.expect_sent("Take this")
    assert len(wire.tried) == 2
    assert len(wire.uuids()) == 1
    assert maya.stored(group) == [(1, "Hello"), (2, "Take this")]


def lose_the_answer(route: Route) -> None:
    """The service does what was asked, and its answer never arrives."""
    route.fetch()
    route.abort()


def test_a_message_whose_answer_was_lost_is_stored_once(people: People, window: Windows) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    wire = Wire(screen)
    # The event stream would tell the page that it is stored; here only the outbox can find out.
    with screen.unreachable("**/api/events*"):
        screen.reload()
        screen.page.route(_SEND, lose_the_answer, times=1)
        screen.say("Once", "Twice")
        screen.expect_all_sent(3)
    assert [body["message"] for body in wire.tried] == ["Once", "Once", "Twice"]
    assert len(wire.uuids()) == 2
    assert maya.stored(group) == screen.shown() == [(1, "Hello"), (2, "Once"), (3, "Twice")]


def test_a_first_message_is_stored_once_however_many_answers_come_before_its_retry(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    screen = window(maya, f"/@{tomas.handle}")
    wire = Wire(screen)
    replies = [f"Reply {number}" for number in range(1, 76)]  # more than the server remembers

    def reply_and_lose_the_answer(route: Route) -> None:
        route.fetch()
        tomas.writes(maya, *replies)
        route.abort()

    screen.page.route(_SEND, reply_and_lose_the_answer, times=1)
    with screen.page.expect_response(_SEND):
        screen.say("Hello?")
    # The bubble may be above the page of newest messages that was loaded meanwhile.
    screen.page.wait_for_url("**/c/*")
    assert len(wire.tried) == 2
    assert len(wire.uuids()) == 1
    group = screen.page.url.rpartition("/c/")[2]
    assert maya.stored(group) == list(enumerate(["Hello?", *replies], start=1))


def test_what_the_server_refuses_can_be_taken_back_and_discarded(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    screen.network_may_fail = True
    problem = {"title": "No", "detail": "Not this.", "code": "message_blank"}
    screen.page.route(_SEND, lambda route: route.fulfill(status=422, json=problem))
    screen.say("Refused")
    expect(screen.bubble("Refused").get_by_text("Not sent: Not this.")).to_be_visible()
    screen.bubble("Refused").get_by_role("button", name="Edit").click()
    expect(screen.composer).to_have_value("Refused")
    screen.composer.press("Enter")
    screen.bubble("Refused").get_by_role("button", name="Discard").click()
    screen.page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(screen.articles).to_have_count(1)
    assert maya.stored(group) == [(1, "Hello")]


def test_a_text_whose_uuid_is_another_persons_message_is_kept_and_sent_under_a_new_one(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "Hello")
    (theirs,) = tomas.ask("GET", f"/api/messages/{group}")
    screen = window(tomas, f"/c/{group}")
    wire = Wire(screen)

    def take_theirs(route: Route) -> None:
        body = {**json.loads(route.request.post_data or ""), "message_uuid": theirs["uuid"]}
        route.continue_(post_data=json.dumps(body))

    screen.page.route(_SEND, take_theirs, times=1)
    screen.say("Mine")
    expect(
        screen.bubble("Mine").get_by_text("Not sent: Another message has the identity")
    ).to_be_visible()
    screen.bubble("Mine").get_by_role("button", name="Retry").click()
    screen.expect_sent("Mine")
    assert len(wire.uuids()) == len(wire.tried) == 2
    assert maya.stored(group) == [(1, "Hello"), (2, "Mine")]


def test_what_is_being_written_survives_a_reload(people: People, window: Windows) -> None:
    maya = people("Maya")
    path = f"/c/{maya.writes(people('Tomás'), 'Hello')}"
    screen = window(maya, path)
    screen.composer.fill("Half a thou")
    screen.reload()
    expect(screen.composer).to_have_value("Half a thou")
    screen.open("/")
    screen.row("Tomás").click()
    expect(screen.composer).to_have_value("Half a thou")
    screen.say("Done")
    screen.expect_sent("Done")
    screen.reload()
    expect(screen.composer).to_have_value("")


def test_a_message_that_waits_survives_a_reload_and_is_sent_once(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    wire = Wire(screen)
    with screen.unreachable():
        screen.say("Later", "And this")
        screen.reload()
        expect(screen.bubble("And this")).to_have_attribute("data-state", "waiting")
    screen.expect_all_sent(3)
    assert len(wire.uuids()) == 2
    assert maya.stored(group) == [(1, "Hello"), (2, "Later"), (3, "And this")]


def test_two_tabs_of_one_person_send_a_waiting_message_once(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    one = window(maya, f"/c/{group}")
    two = window(maya, f"/c/{group}", beside=one)
    two.network_may_fail = True
    with one.offline():
        one.say("From one")
        two.say("From two")
        expect(one.articles).to_have_count(3)
        expect(two.articles).to_have_count(3)
    one.expect_all_sent(3)
    two.expect_all_sent(3)
    assert one.shown() == two.shown() == maya.stored(group)


def test_a_refusal_is_told_although_another_tab_makes_this_one_read_the_outbox_again(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    one = window(maya, f"/c/{group}")
    two = window(maya, beside=one)
    one.network_may_fail = True

    def refuse_while_the_outbox_is_read(route: Route) -> None:
        two.page.evaluate(_KEEP_THE_DISK_BUSY)
        one.page.evaluate(_READ_THE_OUTBOX_AGAIN)
        route.fulfill(status=422, json={"detail": "Not this.", "code": "message_blank"})

    one.page.route(_SEND, refuse_while_the_outbox_is_read)
    with one.page.expect_request_finished(lambda request: request.url.endswith(_SEND[2:])):
        one.say("Refused")
    one.page.evaluate("() => new Promise(requestAnimationFrame)")  # the refusal has got through
    two.page.evaluate("() => { isDone = true; }")
    expect(one.bubble("Refused").get_by_text("Not sent: Not this.")).to_be_visible()
    expect(one.bubble("Refused").get_by_role("button", name="Retry")).to_be_visible()


def test_signing_out_asks_before_it_loses_what_waits(people: People, window: Windows) -> None:
    maya = people("Maya")
    group = maya.writes(people("Tomás"), "Hello")
    screen = window(maya, f"/c/{group}")
    with screen.unreachable("**/api/messages"):
        screen.say("Waiting")
        screen.page.get_by_role("button", name="Your account").click()
        screen.page.get_by_role("button", name="Sign out").click()
        dialog = screen.page.get_by_role("dialog")
        expect(dialog.get_by_text("1 message has not been sent yet")).to_be_visible()
        dialog.get_by_role("button", name="Cancel").click()
    screen.expect_sent("Waiting")
