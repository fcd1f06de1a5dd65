"""Reacting over HTTP: by any spelling of an emoji, safely repeated, and told to all."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from tests.subscriptions import next_event, subscribed
from tests.web.callers import Person

from cruddur.bootstrap import Application
from cruddur.messaging.events import channel

pytestmark = pytest.mark.every_engine

HEART = "\u2764\ufe0f"


async def react(person: Person, group: str, emoji: str, method: str = "PUT") -> Any:
    path = f"/api/messages/{group}/1/reactions/{quote(emoji, safe='')}"
    return await person.http.request(method, path)


async def test_a_reaction_is_in_the_message_everywhere_it_is_told(
    andrew: Person, bayko: Person, application: Application
) -> None:
    group = (await andrew.send("one", handle=bayko.user.handle))["message_group_uuid"]
    async with subscribed(application.messaging.bus, channel(andrew.uuid)) as device:
        answer = (await react(bayko, group, "\u2764")).json()
        assert (answer["reactions"], answer["change_seq"]) == ({HEART: [bayko.uuid]}, 1)
        event = await next_event(device)
    told = json.loads(event.data)
    assert event.type == "message_changed"
    assert (told["change"], told["by_user_uuid"], told["user_uuid"]) == (
        "reacted",
        bayko.uuid,
        andrew.uuid,
    )
    assert (told["reactions"], told["change_seq"], told["last_seq"]) == (answer["reactions"], 1, 1)
    (listed,) = await andrew.list(group)
    changes = (await andrew.http.get(f"/api/messages/{group}/changes?after=0")).json()
    assert listed["reactions"] == changes["messages"][0]["reactions"] == {HEART: [bayko.uuid]}
    assert changes["last_change_seq"] == 1
    taken = (await react(bayko, group, HEART, "DELETE")).json()
    assert (taken["reactions"], taken["change_seq"]) == ({}, 2)


async def test_a_repeated_request_changes_nothing(andrew: Person, bayko: Person) -> None:
    group = (await andrew.send("one", handle=bayko.user.handle))["message_group_uuid"]
    for method, change_seq in (("PUT", 1), ("DELETE", 2)):
        answers = [await react(bayko, group, HEART, method) for _ in range(3)]
        assert [one.json()["change_seq"] for one in answers] == [change_seq] * 3


@pytest.mark.parametrize(
    ("emoji", "status", "code"),
    [
        ("#\ufe0f\u20e3", 200, ""),
        ("\U0001f1f5\U0001f1f9", 200, ""),
        ("\U0001f468\U0001f3fb\u200d\U0001f9b0", 200, ""),
        ("x", 422, "emoji_unknown"),
        (HEART * 2, 422, "emoji_unknown"),
        ("<b>", 422, "emoji_unknown"),
        ("x" * 5000, 422, "emoji_unknown"),
        ("a/b", 404, "not_found"),
    ],
)
async def test_one_emoji_is_taken_and_nothing_else(
    andrew: Person, bayko: Person, emoji: str, status: int, code: str
) -> None:
    group = (await andrew.send("one", handle=bayko.user.handle))["message_group_uuid"]
    answer = await react(bayko, group, emoji)
    assert answer.status_code == status, answer.text
    assert answer.json().get("code", "") == code


async def test_a_thirteenth_emoji_is_refused_in_words(andrew: Person, bayko: Person) -> None:
    group = (await andrew.send("one", handle=bayko.user.handle))["message_group_uuid"]
    for code in range(0x1F600, 0x1F60C):
        assert (await react(bayko, group, chr(code))).status_code == 200
    answer = await react(andrew, group, HEART)
    assert (answer.status_code, answer.json()["code"]) == (409, "reactions_full")
    assert "12 different emoji" in answer.json()["detail"]
