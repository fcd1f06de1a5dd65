"""Each event of a webhook from what somebody does over HTTP to what the receiver gets."""

from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import httpx
import msgspec
import pytest
from tests.pictures import RED
from tests.receiver import Receiver, receiving
from tests.web.callers import Person

from cruddur.bootstrap import Application
from cruddur.engines.outbound.client import GuardedOutbound
from cruddur.entrypoints.run_consumers import consuming
from cruddur.messaging.people.close_report import close_report
from cruddur.messaging.people.list_reports import list_reports

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def application(application: Application) -> AsyncIterator[Application]:
    """One that may call this machine."""
    outbound = GuardedOutbound([ip_network("127.0.0.0/8")])
    yield replace(application, outbound=outbound)
    await outbound.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def hooked(
    shop: httpx.AsyncClient, application: Application, receiver: Receiver
) -> AsyncIterator[httpx.AsyncClient]:
    """A host with a webhook for what no message and no change tells, and the service that sends it."""
    events = ["group", "read", "report", "user"]
    body = {"name": "shop", "url": f"{receiver.url}/hook", "events": events}
    (await shop.post("/api/webhooks", json=body)).raise_for_status()
    async with consuming(application):
        yield shop


async def told(receiver: Receiver, kind: str, count: int) -> list[dict[str, Any]]:
    """What each of the first events of this type says, once there are as many."""
    found: list[dict[str, Any]] = []

    def is_there(received: Any) -> bool:
        bodies = {one.headers["webhook-id"]: msgspec.json.decode(one.body) for one in received}
        found[:] = [body["data"] for body in bodies.values() if body["type"] == kind]
        return len(found) >= count

    await receiver.until(is_there)
    return found


async def test_user(hooked: httpx.AsyncClient, receiver: Receiver) -> None:
    path = "/api/users/maya%40shop.example"
    for name in ("Maya Lindqvist", "Maya Berg"):
        (await hooked.put(path, json={"display_name": name})).raise_for_status()
    for act in ("disable", "enable"):
        (await hooked.post(f"{path}/{act}")).raise_for_status()
    (await hooked.delete(path)).raise_for_status()
    states = await told(receiver, "user", 5)
    assert {one["picture"] for one in states} == {None}
    assert len({one["uuid"] for one in states}) == 1
    new, renamed, disabled, enabled, erased = states
    assert new["external_id"] == "maya@shop.example"
    assert [new["display_name"], renamed["display_name"]] == ["Maya Lindqvist", "Maya Berg"]
    assert (disabled["disabled_at"] is None, enabled["disabled_at"]) == (False, None)
    assert (erased["is_erased"], erased["display_name"]) == (True, None)


async def test_a_picture(hooked: httpx.AsyncClient, receiver: Receiver) -> None:
    path = "/api/users/maya%40shop.example"
    (await hooked.put(path, json={"display_name": "Maya Lindqvist"})).raise_for_status()
    webp = {"Content-Type": "image/webp"}
    given = await hooked.put(f"{path}/picture", content=RED, headers=webp)
    (await hooked.delete(f"{path}/picture")).raise_for_status()
    states = await told(receiver, "user", 3)
    assert given.json()["picture"]
    assert [one["picture"] for one in states] == [None, given.json()["picture"], None]


async def test_group(
    hooked: httpx.AsyncClient, receiver: Receiver, andrew: Person, bayko: Person, mallory: Person
) -> None:
    webp = {"Content-Type": "image/webp"}
    given = await andrew.http.put("/api/me/picture", content=RED, headers=webp)
    group = {"title": "Lake", "handles": ["andrew", "bayko"]}
    made = await andrew.http.post("/api/message_groups", json=group)
    made.raise_for_status()
    path = f"/api/message_groups/{made.json()['uuid']}"
    (await andrew.http.patch(path, json={"title": "Lake weekend"})).raise_for_status()
    added = await andrew.http.post(f"{path}/members", json={"handles": ["mallory"]})
    added.raise_for_status()
    (await bayko.http.delete(f"{path}/members/{bayko.uuid}")).raise_for_status()
    versions = await told(receiver, "group", 4)
    assert [one["title"] for one in versions] == ["Lake", *["Lake weekend"] * 3]
    handles = [sorted(member["handle"] for member in one["members"]) for one in versions]
    assert handles[:3] == [["andrew", "bayko"], ["andrew", "bayko"], ["andrew", "bayko", "mallory"]]
    assert handles[3] == ["andrew", "mallory"]
    assert [one["version"] for one in versions] == [1, 2, 3, 4]
    pictures = {member["handle"]: member["picture"] for member in versions[-1]["members"]}
    assert pictures == {"andrew": given.json()["picture"], "mallory": None}


async def test_read_is_told_of_people_who_share_receipts(
    hooked: httpx.AsyncClient, receiver: Receiver, andrew: Person, bayko: Person, mallory: Person
) -> None:
    await mallory.http.patch("/api/me", json={"shares_receipts": False})
    for reader in (mallory, bayko):
        sent = await andrew.send("Hello", handle=reader.user.handle)
        path = f"/api/message_groups/{sent['message_group_uuid']}/read"
        (await reader.http.post(path, json={"seq": 1})).raise_for_status()
    marks = await told(receiver, "read", 1)
    assert [(one["user_uuid"], one["seq"]) for one in marks] == [(bayko.uuid, 1)]


async def test_report(
    hooked: httpx.AsyncClient,
    receiver: Receiver,
    andrew: Person,
    bayko: Person,
    application: Application,
) -> None:
    sent = await andrew.send("An insult", handle="bayko")
    told_of = {"message_group_uuid": sent["message_group_uuid"], "seq": 1, "reason": "spam"}
    (await bayko.http.post("/api/reports", json=told_of)).raise_for_status()
    [stored] = await list_reports(application.messaging, days=1)
    await close_report(application.messaging, stored.name)
    opened, closed = await told(receiver, "report", 2)
    assert (opened["reporter_uuid"], opened["reported_uuid"]) == (bayko.uuid, andrew.uuid)
    assert [one["message"] for one in opened["messages"]] == ["An insult"]
    assert (opened["closed_at"], closed["closed_at"] is None) == (None, False)
