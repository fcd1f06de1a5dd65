"""Edits and deletions over HTTP: their numbers, what one has missed, and the texts of a message."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from tests.subscriptions import Subscriber, next_event, subscribed
from tests.web.callers import Person

from cruddur.bootstrap import Application
from cruddur.messaging.events import channel
from cruddur.ports.clock import utc_now

pytestmark = pytest.mark.every_engine


async def edited(person: Person, group: str, seq: int, **body: Any) -> Any:
    answer = await person.http.patch(f"/api/messages/{group}/{seq}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def heard(device: Subscriber, kind: str) -> Any:
    """The data of the next event of this type."""
    while (event := await next_event(device)).type != kind:
        pass
    return json.loads(event.data)


async def test_who_was_away_follows_the_links_to_the_last_change(
    andrew: Person, bayko: Person
) -> None:
    group = (await andrew.send("one", handle="bayko"))["message_group_uuid"]
    await andrew.send("two", message_group_uuid=group)
    for n in range(5):
        await edited(andrew, group, 1 + n % 2, message=f"edit {n}")
    path = f"/api/messages/{group}/changes?after=0&limit=2"
    texts: dict[int, str] = {}
    while path:
        answer = await bayko.http.get(path)
        texts |= {one["seq"]: one["message"] for one in answer.json()["messages"]}
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert texts == {1: "edit 4", 2: "edit 3"}
    assert answer.json()["last_change_seq"] == 5
    beginning = (await bayko.http.get(f"/api/messages/{group}/changes")).json()
    assert beginning["last_change_seq"] == 5


async def test_a_page_that_is_older_asks_for_the_changes_of_a_longer_time(
    application: Application, andrew: Person, bayko: Person
) -> None:
    group = (await andrew.send("one", handle="bayko"))["message_group_uuid"]
    await andrew.send("two", message_group_uuid=group)
    for seq in (1, 2):
        await edited(andrew, group, seq, message=f"edit {seq}")
    application.messaging.clock = lambda: utc_now() + timedelta(seconds=90)
    path = f"/api/messages/{group}/changes"
    found = [(await bayko.http.get(path + within)).json() for within in ("", "?within=120")]
    assert [[one["seq"] for one in answer["messages"]] for answer in found] == [[2], [1, 2]]
    assert (await bayko.http.get(f"{path}?within=601")).status_code == 422


async def test_an_edit_that_is_sent_again_is_stored_once(andrew: Person, bayko: Person) -> None:
    group = (await andrew.send("one", handle=bayko.user.handle))["message_group_uuid"]
    mine = {"message": "mine", "change_uuid": str(uuid.uuid4()), "after": 0}
    assert (await edited(andrew, group, 1, **mine))["change_seq"] == 1
    await edited(andrew, group, 1, message="from another device")
    again = await edited(andrew, group, 1, **mine)
    assert (again["message"], again["change_seq"]) == ("from another device", 2)


async def test_a_message_tells_its_texts_until_it_is_deleted(andrew: Person, bayko: Person) -> None:
    group = (await andrew.send("one", handle="bayko"))["message_group_uuid"]
    await edited(andrew, group, 1, message="uno")
    answer = await bayko.http.get(f"/api/messages/{group}/1/edits")
    assert [(one["change_seq"], one["message"]) for one in answer.json()] == [
        (0, "one"),
        (1, "uno"),
    ]
    deleted = await andrew.http.delete(f"/api/messages/{group}/1")
    assert deleted.json()["change_seq"] == 2
    assert (await bayko.http.get(f"/api/messages/{group}/1/edits")).json() == []
    missing = await bayko.http.get(f"/api/messages/{group}/9/edits")
    assert (missing.status_code, missing.json()["code"]) == (404, "message_not_found")


async def test_events_carry_both_numbers(
    andrew: Person, bayko: Person, application: Application
) -> None:
    group = (await andrew.send("one", handle="bayko"))["message_group_uuid"]
    async with subscribed(application.messaging.bus, channel(bayko.uuid)) as device:
        await edited(andrew, group, 1, message="uno")
        changed = await heard(device, "message_changed")
        assert (changed["change_seq"], changed["last_seq"]) == (1, 1)
        await andrew.send("two", message_group_uuid=group)
        sent = await heard(device, "message")
        assert (sent["seq"], sent["last_change_seq"]) == (2, 1)
