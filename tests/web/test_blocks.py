"""Over every route and event, nothing passes between somebody who has blocked and the person blocked."""

import json

import pytest
from tests.web.callers import Person
from tests.web.listening import Device, listening

from cruddur.bootstrap import Application
from cruddur.messaging.events import channel
from cruddur.ports.bus import Event

pytestmark = pytest.mark.every_engine


async def block(person: Person, other: Person) -> None:
    answer = await person.http.put(f"/api/blocks/{other.uuid}")
    assert answer.status_code == 204, answer.text


async def until_the_end(device: Device, person: Person) -> list[str]:
    """What is heard of others. The projector tells one's own new name whenever it comes to it."""
    heard = []
    while (event := await device.next()).type != "end":
        if event.type != "person" or event.data["user_uuid"] != person.uuid:
            heard.append(event.type)
    return heard


async def test_no_event_and_no_route_tells_the_two_of_each_other(
    application: Application, address: str, andrew: Person, bayko: Person
) -> None:
    group = (await andrew.send("hello", handle="bayko"))["message_group_uuid"]
    started = {"handles": ["bayko"], "title": "Lake"}
    lake = (await andrew.http.post("/api/message_groups", json=started)).json()["uuid"]
    before = (await bayko.http.get(f"/api/message_groups/{group}")).json()
    await block(andrew, bayko)
    signs = [
        ("POST", "/api/messages", {"message_group_uuid": group, "message": "secret"}),
        ("POST", "/api/messages", {"handle": "andrew", "message": "secret"}),
        ("PATCH", f"/api/messages/{group}/2", {"message": "secret!"}),
        ("DELETE", f"/api/messages/{group}/3", None),
        ("POST", f"/api/message_groups/{group}/typing", None),
        ("POST", f"/api/message_groups/{lake}/typing", None),
        ("POST", f"/api/message_groups/{group}/read", {"seq": 3}),
        ("PATCH", f"/api/message_groups/{group}/settings", {"muted_until": "always"}),
        ("PATCH", "/api/me", {"display_name": "Secret"}),
    ]
    back = [
        ("POST", f"/api/message_groups/{group}/typing", None),
        ("POST", f"/api/message_groups/{lake}/typing", None),
        ("POST", f"/api/message_groups/{group}/read", {"seq": 1}),
        ("PATCH", "/api/me", {"display_name": "Hidden"}),
    ]
    async with listening(address, andrew) as his, listening(address, bayko) as hers:
        for method, path, body in signs:
            answer = await bayko.http.request(method, path, json=body)
            assert answer.is_success, (path, answer.text)
        await application.messaging.bus.publish([channel(andrew.uuid)], Event("end", b"{}"))
        assert await until_the_end(his, andrew) == []
        await application.messaging.bus.publish([channel(bayko.uuid)], Event("end", b"{}"))
        await until_the_end(hers, bayko)  # her own
        for method, path, body in back:
            answer = await andrew.http.request(method, path, json=body)
            assert answer.is_success, (path, answer.text)
        await application.messaging.bus.publish([channel(bayko.uuid)], Event("end", b"{}"))
        assert await until_the_end(hers, bayko) == []
    routes = [
        "/api/message_groups",
        "/api/message_groups?archived=true",
        "/api/message_groups?search=bayko",
        f"/api/message_groups/{group}",
        f"/api/messages/{group}",
        f"/api/messages/{group}?after=0",
        f"/api/messages/{group}?before=9",
        f"/api/messages/{group}/changes",
        f"/api/messages/{group}/changes?after=0",
        f"/api/messages/{group}/quoted?seq=2&seq=3",
        "/",
        f"/c/{group}",
    ]
    for path in routes:
        assert "secret" not in (await andrew.http.get(path)).text, path
    after = (await bayko.http.get(f"/api/message_groups/{group}")).json()
    told = {name for name in before if before[name] != after[name]}
    own = {"message", "last_user_uuid", "last_seq", "read_seq", "created_at", "last_change_seq"}
    assert told <= own | {
        "muted_until",
        "settings_version",
        "members",
        "display_name",
        "unread",
        "version",
    }
    assert [message["seq"] for message in await bayko.list(group)] == [1, 2, 3]
    async with listening(address, andrew, headers={"Last-Event-ID": "2026-01-01T00:00:00Z"}) as his:
        await application.messaging.bus.publish([channel(andrew.uuid)], Event("end", b"{}"))
        missed = []
        while (event := await his.next()).type != "end":
            missed.append(event.data)
        assert "secret" not in json.dumps(missed)


async def test_who_is_shown_as_online_goes_offline_for_both(
    address: str, andrew: Person, bayko: Person
) -> None:
    await andrew.send("hello", handle="bayko")
    async with listening(address, andrew) as his, listening(address, bayko) as hers:
        for person, device, other in ((andrew, his, bayko), (bayko, hers, andrew)):
            path = f"/api/presence/{device.stream_id}"
            await person.http.put(path, json={"user_uuids": [other.uuid]})
            while not (await device.next(presence=True)).data.get("online"):
                pass
        await block(andrew, bayko)
        for device, other in ((his, bayko), (hers, andrew)):
            heard = await device.next(presence=True)
            while heard.type != "presence":
                heard = await device.next(presence=True)
            assert heard.data == {"user_uuid": other.uuid, "online": False, "hello": False}


async def test_one_lists_ones_own_blocks_alone(andrew: Person, bayko: Person) -> None:
    await block(andrew, bayko)
    (listed,) = (await andrew.http.get("/api/blocks")).json()
    assert (listed["uuid"], listed["handle"]) == (bayko.uuid, "bayko")
    assert (await bayko.http.get("/api/blocks")).json() == []
    refused = await andrew.http.post("/api/messages", json={"handle": "bayko", "message": "hi"})
    assert (refused.status_code, refused.json()["code"]) == (403, "person_blocked")
    assert (await andrew.http.delete(f"/api/blocks/{bayko.uuid}")).status_code == 204
    assert (await andrew.http.get("/api/blocks")).json() == []
    for wrong in ("nobody", andrew.uuid):
        assert (await andrew.http.put(f"/api/blocks/{wrong}")).status_code in {404, 422}
