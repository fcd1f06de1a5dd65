"""A badge: how much somebody has not read, and in how many conversations."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from tests.web.callers import Person

from cruddur.bootstrap import Application
from cruddur.domain.item import Item
from cruddur.messaging.inbox.count_unread import Unread, count_unread
from cruddur.ports.table import Put

pytestmark = pytest.mark.every_engine

PATIENCE_SECONDS = 30


async def unread(person: Person) -> Mapping[str, Any]:
    answer = await person.http.get("/api/unread")
    assert answer.status_code == 200, answer.text
    found: Mapping[str, Any] = answer.json()
    return found


async def until(person: Person, messages: int, conversations: int) -> None:
    """The rows follow the messages, so it waits for the projector."""
    wanted = {"messages": messages, "conversations": conversations}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await unread(person) != wanted:  # noqa: ASYNC110  until it is projected
            await asyncio.sleep(0.01)


async def test_it_counts_messages_and_conversations(
    andrew: Person, bayko: Person, mallory: Person
) -> None:
    assert await unread(bayko) == {"messages": 0, "conversations": 0}
    for text in ("one", "two"):
        first = await andrew.send(text, handle="bayko")
    await mallory.send("three", handle="bayko")
    await until(bayko, 3, 2)
    group = first["message_group_uuid"]
    await bayko.http.post(f"/api/message_groups/{group}/read", json={"seq": 2})
    await until(bayko, 1, 1)
    assert await unread(andrew) == {"messages": 0, "conversations": 0}


async def test_a_newcomer_has_nothing_unread_from_before(
    andrew: Person, bayko: Person, mallory: Person
) -> None:
    body = {"handles": ["mallory"], "title": "Lake"}
    group = (await andrew.http.post("/api/message_groups", json=body)).json()["uuid"]
    await andrew.send("from before", message_group_uuid=group)
    await until(mallory, 1, 1)
    await andrew.http.post(f"/api/message_groups/{group}/members", json={"handles": ["bayko"]})
    await andrew.send("for both", message_group_uuid=group)
    await until(bayko, 1, 1)


async def test_what_is_muted_is_in_no_total(andrew: Person, bayko: Person, mallory: Person) -> None:
    first = await andrew.send("one", handle="bayko")
    await mallory.send("two", handle="bayko")
    await until(bayko, 2, 2)
    settings = f"/api/message_groups/{first['message_group_uuid']}/settings"
    muted = await bayko.http.patch(settings, json={"muted_until": "always"})
    assert muted.json()["unread"] == 1
    await until(bayko, 1, 1)
    await bayko.http.patch(settings, json={"muted_until": None})
    await until(bayko, 2, 2)


async def test_what_is_marked_as_unread_is_a_conversation_and_no_message(
    andrew: Person, bayko: Person
) -> None:
    group = (await andrew.send("one", handle="bayko"))["message_group_uuid"]
    await until(bayko, 1, 1)
    await bayko.http.post(f"/api/message_groups/{group}/read", json={"seq": 1})
    settings = f"/api/message_groups/{group}/settings"
    marked = (await bayko.http.patch(settings, json={"marked_unread": True})).json()
    assert (marked["marked_unread"], marked["unread_mark"], marked["read_seq"]) == (True, 1, 1)
    assert await unread(bayko) == {"messages": 0, "conversations": 1}


async def test_a_row_that_cannot_be_read_does_not_stop_the_count(
    andrew: Person, bayko: Person, application: Application
) -> None:
    await andrew.send("one", handle="bayko")
    await until(bayko, 1, 1)
    broken: Item = {"pk": f"GRP#{bayko.uuid}", "sk": "nothing", "last_seq": "many"}
    await application.messaging.table.put(Put(broken))
    assert await count_unread(application.messaging, bayko.uuid) == Unread(1, 1)
