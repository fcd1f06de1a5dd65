"""What is written about events is what their types say, and what a stream sends."""

import os
from collections import defaultdict
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, get_args

import httpx
import jsonschema_rs
import msgspec
import pytest
from litestar import Litestar
from tests.event_docs import FILE, page
from tests.web.callers import Person
from tests.web.listening import Device, Heard, listening

from cruddur.web.http.count_seconds import CountSeconds
from cruddur.web.sse.asyncapi import describe
from cruddur.web.sse.encoding import FORMS, CaughtUp, StreamEvent, encode_event
from cruddur.web.sse.examples import EXAMPLES

UNREAD_IN_READ = ("ReadOut", "unread")
TYPES = [event.type for event in get_args(StreamEvent)]


def described() -> Mapping[str, Any]:
    return describe("/api/events")


def schema_of(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The JSON schema of an event, complete in itself, in which no unknown field passes.

    No field may be missing either, but the number in `read`, which only some streams get.
    """
    shut = {
        part: {
            **schema,
            "additionalProperties": False,
            "required": [one for one in schema["properties"] if (part, one) != UNREAD_IN_READ],
        }
        for part, schema in document["components"]["schemas"].items()
    }
    payload = document["components"]["messages"][name]["payload"]
    return {**payload, "components": {"schemas": shut}}


async def test_the_service_tells_of_each_type_of_event(nobody: httpx.AsyncClient) -> None:
    document = (await nobody.get("/schema/asyncapi.json")).json()
    assert document == described()
    assert list(document["components"]["messages"]) == TYPES
    html = (await nobody.get("/schema")).text
    assert [name for name in TYPES if f'id="event-{name}"' not in html] == []


def test_each_type_has_a_form_an_example_and_a_name_of_its_own() -> None:
    types = list(get_args(StreamEvent))
    assert [type(event) for event in EXAMPLES] == types
    assert set(FORMS) == set(types)
    assert len(set(TYPES)) == len(TYPES)


def test_the_docs_are_made_from_the_types() -> None:
    text = page(described())
    if os.environ.get("UPDATE_DOCS"):
        FILE.write_text(text, "utf-8")
    assert FILE.read_text("utf-8") == text


def test_each_field_has_a_meaning_and_each_event_a_when_and_a_whom() -> None:
    components = described()["components"]
    fields = {
        f"{name}.{field}": what.get("description")
        for name, schema in components["schemas"].items()
        for field, what in schema["properties"].items()
    }
    assert [name for name, meaning in fields.items() if not meaning] == []
    whom = {name: message["description"] for name, message in components["messages"].items()}
    assert [name for name, text in whom.items() if not text.startswith("Goes ")] == []


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.type)
def test_each_event_says_who_did_it(event: StreamEvent) -> None:
    document = described()
    (example,) = document["components"]["messages"][event.type]["examples"]
    jsonschema_rs.validate(schema_of(document, event.type), example["payload"])
    if isinstance(event, CaughtUp):
        return  # nobody did it
    # In `group` the field `user_uuid` is the other person of a direct conversation.
    who = "by_user_uuid" if event.type in ("group", "group_changed") else "user_uuid"
    assert msgspec.json.decode(encode_event(event).data)[who] == event.user_uuid


async def test_what_a_stream_sends_is_as_described(
    app: Litestar, address: str, nobody: httpx.AsyncClient, andrew: Person, bayko: Person
) -> None:
    app.state["context"].unread_seconds = CountSeconds(gather=0.01, rest=0.2)
    document = (await nobody.get("/schema/asyncapi.json")).json()
    async with AsyncExitStack() as open_streams:
        theirs = [
            await open_streams.enter_async_context(listening(address, person, query=query))
            for person, query in ((andrew, "?group_rows=false"), (bayko, ""))
        ]
        first = await talk(andrew, bayko)
        for person, device, other in zip((andrew, bayko), theirs, (bayko, andrew), strict=True):
            path = f"/api/presence/{device.stream_id}"
            assert (await person.http.put(path, json={"user_uuids": [other.uuid]})).is_success
        seen = await heard_by(theirs)
    last = {"Last-Event-ID": first["created_at"]}
    async with listening(address, bayko, headers=last, query="?unread=true") as back:
        seen["ready"].append(Heard("ready", "", back.ready))
        seen["group"].append(await back.next())  # of a direct conversation, and nobody changed it
        await andrew.http.post(f"/api/message_groups/{first['message_group_uuid']}/typing")
        while (await back.next()).type != "typing":
            pass
        settings = f"/api/message_groups/{first['message_group_uuid']}/settings"
        await bayko.http.patch(settings, json={"marked_unread": True, "muted_until": None})
        while (heard := await back.next()).type != "unread":
            pass
        seen["unread"].append(heard)
        assert back.caught_up is not None
        seen["caught_up"].append(back.caught_up)
    assert set(seen) == set(TYPES)
    for name, events in seen.items():
        validator = jsonschema_rs.validator_for(schema_of(document, name))
        assert [str(error) for one in events for error in validator.iter_errors(one.data)] == []


async def talk(andrew: Person, bayko: Person) -> dict[str, Any]:
    """Whatever can happen, an invitation last of all. Returns the first message."""
    first = await andrew.send("Hello", handle="bayko")
    direct = f"/api/message_groups/{first['message_group_uuid']}"
    message = f"/api/messages/{first['message_group_uuid']}/1"
    started = {"handles": ["bayko"], "title": "Lake"}
    group = (await andrew.http.post("/api/message_groups", json=started)).json()["uuid"]
    again = f"/api/message_groups/{group}/members"
    for answer in [
        await andrew.http.patch(message, json={"message": "Hello!"}),
        await andrew.http.delete(message),
        await bayko.http.post(f"{direct}/read", json={"seq": 1}),
        await bayko.http.patch(f"{direct}/settings", json={"muted_until": "always"}),
        await bayko.http.post(f"{message.removesuffix('/1')}/hide", json={"seqs": [1]}),
        await bayko.http.post(f"{direct}/typing"),
        await andrew.http.patch(f"/api/message_groups/{group}", json={"title": "Sea"}),
        await andrew.http.patch("/api/me", json={"display_name": "Andy"}),
        await bayko.http.patch("/api/me", json={"shares_receipts": False}),
        await andrew.http.put(f"/api/blocks/{bayko.uuid}"),
        await andrew.http.delete(f"/api/blocks/{bayko.uuid}"),
        await bayko.http.post(f"/api/message_groups/{group}/leave"),
        await andrew.http.post(again, json={"handles": ["bayko"]}),
    ]:
        assert answer.is_success
    return first


async def heard_by(devices: list[Device]) -> defaultdict[str, list[Heard]]:
    """By type, the events of both: up to the last one of `talk`, and until each knows who is online."""
    seen: defaultdict[str, list[Heard]] = defaultdict(list)
    for device, last in zip(devices, ("group_changed", "invited"), strict=True):
        awaited = {last, "presence"}
        while awaited:
            event = await device.next(presence=True)
            seen[event.type].append(event)
            if len(event.data.get("members", [0])) == 1:  # in `group_changed`: the other has left
                awaited -= {event.type}
    return seen
