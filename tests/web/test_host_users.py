"""A host's back end makes its people, over HTTP, and people name each other by the host's ids."""

import asyncio
import sys
from time import perf_counter
from urllib.parse import quote

import httpx
import pytest
from litestar import Litestar
from tests.subscriptions import next_event, subscribed
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application
from cruddur.config import Settings
from cruddur.identity.add_host_key import add_host_key
from cruddur.messaging.events import channel

pytestmark = pytest.mark.every_engine

ODD_IDS = [
    "42",
    "a@b.example",
    "a/b",
    "/",
    "//x/",
    "short",
    "a/short",
    "王 小明",
    "%2F",
    "é?#&+;",
    "@andrew",
]
PATIENCE_SECONDS = 20
MAYA = {"display_name": "Maya Lindqvist"}


def at(external_id: str, more: str = "") -> str:
    return f"/api/users/{quote(external_id, safe='')}{more}"


@pytest.mark.parametrize("external_id", ODD_IDS)
async def test_an_id_may_be_any_text(shop: httpx.AsyncClient, external_id: str) -> None:
    made = await shop.put(at(external_id), json={**MAYA, "metadata": {"plan": "gold"}})
    assert made.status_code == 201, made.text
    assert made.json()["external_id"] == external_id
    again = await shop.put(at(external_id), json=MAYA)
    assert (again.status_code, again.json()) == (200, made.json())
    assert (await shop.get(at(external_id))).json() == made.json()
    assert (await shop.get(at(f"{external_id}x"))).json()["code"] == "user_not_found"


async def test_ids_reach_a_running_service_as_they_are(
    shop: httpx.AsyncClient, address: str, settings: Settings
) -> None:
    async with httpx.AsyncClient(base_url=address, headers=shop.headers) as client:
        for external_id in ODD_IDS:
            made = await client.put(at(external_id), json=MAYA)
            assert (made.status_code, made.json()["external_id"]) == (201, external_id)
        assert (await client.put("/api/users/a%FFb", json=MAYA)).status_code == 422


async def test_a_person_is_named_by_the_hosts_id_wherever_a_handle_stands(
    shop: httpx.AsyncClient, andrew: Person
) -> None:
    maya = (await shop.put(at("m/1"), json=MAYA)).json()
    tom = (await shop.put(at("t@x.example"), json={"display_name": "Tom"})).json()
    sent = await andrew.send("Hello", handle="ext:m/1")
    row = (await andrew.http.get("/api/message_groups")).json()[0]
    assert (row["uuid"], row["handle"]) == (sent["message_group_uuid"], maya["handle"])
    body = {"handles": ["ext:m/1"], "title": "Us"}
    group = (await andrew.http.post("/api/message_groups", json=body)).json()["uuid"]
    path = f"/api/message_groups/{group}/members"
    grown = (await andrew.http.post(path, json={"handles": ["ext:t@x.example"]})).json()
    assert {one["uuid"] for one in grown["members"]} == {andrew.uuid, maya["uuid"], tom["uuid"]}
    found = (await andrew.http.get("/api/users", params={"prefix": "ext:m/1"})).json()
    short = (await andrew.http.get(at("ext:m/1", "/short"))).json()
    shown = {name: maya[name] for name in ("uuid", "handle", "display_name")}
    assert found == [short] == [{**shown, "picture": None}]
    for missing in ("ext:m/2", "ext:", "ext:M/1"):
        refused = await andrew.http.post("/api/messages", json={"message": "x", "handle": missing})
        assert (refused.status_code, refused.json()["code"]) == (404, "user_not_found")


async def test_people_never_see_what_a_host_says_to_itself(
    shop: httpx.AsyncClient, andrew: Person
) -> None:
    said = {**MAYA, "metadata": {"plan": "secret-plan"}}
    await shop.put(at("secret-id"), json=said)
    sent = await andrew.send("Hello", handle="ext:secret-id")
    paths = ["/api/message_groups", f"/api/message_groups/{sent['message_group_uuid']}"]
    paths += [
        "/api/users?prefix=maya",
        "/api/users?prefix=ext:secret-id",
        at("ext:secret-id", "/short"),
    ]
    for path in paths:
        answer = await andrew.http.get(path)
        assert answer.status_code == 200
        assert "secret-" not in answer.text


async def test_another_name_reaches_those_who_talk_with_the_person(
    shop: httpx.AsyncClient, andrew: Person, application: Application
) -> None:
    await shop.put(at("42"), json=MAYA)
    await andrew.send("Hello", handle="ext:42")
    async with subscribed(application.messaging.bus, channel(andrew.uuid)) as events:
        await shop.put(at("42"), json={"display_name": "Maya Svensson"})
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (event := await next_event(events)).type != "person":
                pass
    assert b"Maya Svensson" in event.data


async def test_a_batch_tells_each_result(shop: httpx.AsyncClient) -> None:
    people = [{"external_id": str(number), "display_name": f"Nr {number}"} for number in range(3)]
    people.append({"external_id": "9", "display_name": ""})
    people.append(people[0])
    told = (await shop.post("/api/users:batch", json={"users": people})).json()["results"]
    assert [one["status"] for one in told] == [201, 201, 201, 422, 422]
    assert [one["external_id"] for one in told] == ["0", "1", "2", "9", "0"]
    assert told[3]["problem"]["code"] == "display_name_blank"
    assert (told[0]["problem"], told[3]["user"]) == (None, None)
    again = (await shop.post("/api/users:batch", json={"users": people[:3]})).json()["results"]
    assert [one["status"] for one in again] == [200] * 3
    assert [one["user"] for one in again] == [one["user"] for one in told[:3]]


@pytest.mark.parametrize(
    "body",
    [
        {"users": []},
        {"users": [{"external_id": "1"}]},
        {"users": [{"external_id": "1", "display_name": "A", "age": 5}]},
        {"users": [{"external_id": "1", "display_name": "A", "metadata": {"a": 5}}]},
        {"users": [{"external_id": str(n), "display_name": "A"} for n in range(501)]},
        {},
        [],
    ],
    ids=str,
)
async def test_a_batch_of_another_form_is_refused_as_a_whole(
    shop: httpx.AsyncClient, body: object
) -> None:
    assert (await shop.post("/api/users:batch", json=body)).status_code == 422
    assert (await shop.get(at("1"))).status_code == 404


async def test_a_key_bans_a_person_and_lets_them_in_again(
    shop: httpx.AsyncClient, andrew: Person, application: Application
) -> None:
    await shop.put(at("42"), json=MAYA)
    for deed, is_disabled in (("/disable", True), ("/enable", False)):
        assert (await shop.post(at("42", deed))).status_code == 204
        known = (await shop.get(at("42"))).json()
        assert (known["disabled_at"] is not None) is is_disabled
        assert (await shop.post(at("43", deed))).status_code == 404


async def test_a_key_erases_a_person_for_good(
    shop: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    maya = (await shop.put(at("a/b"), json={**MAYA, "handle": "maya"})).json()
    token = (await shop.post("/api/tokens", json={"external_id": "a/b"})).json()["token"]
    assert (await shop.delete(at("a/b"), params={"messages": "burn"})).status_code == 422
    assert (await shop.delete(at("a/b"), params={"messages": "keep"})).status_code == 204
    signed_in = await nobody.get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert signed_in.status_code == 401
    for call in (shop.get(at("a/b")), shop.delete(at("a/b"))):
        gone = await call
        assert (gone.status_code, gone.json()["code"]) == (404, "user_not_found")
    again = await shop.put(at("a/b"), json={**MAYA, "handle": "maya"})
    assert (again.status_code, again.json()["code"]) == (409, "handle_taken")
    anew = (await shop.put(at("a/b"), json=MAYA)).json()
    assert anew["uuid"] != maya["uuid"]


async def test_a_key_does_only_what_its_scopes_say(app: Litestar, application: Application) -> None:
    token = (await add_host_key(application.identity, "tokens", ["tokens"])).token
    async with open_client(app) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        body = {"users": [{"external_id": "1", "display_name": "A"}]}
        calls = [
            ("PUT", at("42"), MAYA),
            ("GET", at("42"), None),
            ("POST", "/api/users:batch", body),
            ("DELETE", at("42"), None),
            ("POST", at("42", "/disable"), None),
            ("POST", at("42", "/enable"), None),
        ]
        for method, path, json in calls:
            answer = await client.request(method, path, json=json)
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def _made(shop: httpx.AsyncClient, people: list[dict[str, str]]) -> list[dict[str, str]]:
    """Sends those again whom a busy engine has refused, as a host does."""
    answer = await shop.post("/api/users:batch", json={"users": people})
    told = answer.json()["results"]
    assert {one["status"] for one in told} <= {200, 201, 503}
    made = [one["user"] for one in told if one["status"] != 503]
    refused = [one for one, of in zip(people, told, strict=True) if of["status"] == 503]
    return [*made, *(await _made(shop, refused) if refused else [])]


async def test_two_hundred_people_a_second(shop: httpx.AsyncClient) -> None:
    """It prints the rate and asserts none: `pytest -s` shows it."""
    people = [
        {"external_id": f"{number}@shop.example", "display_name": f"Person Nr{number}"}
        for number in range(500)
    ]
    started = perf_counter()
    made = await _made(shop, people)
    seconds = perf_counter() - started
    assert len({user["handle"] for user in made}) == len(people)
    sys.stdout.write(f"\n{len(people) / seconds:,.0f} people a second\n")
