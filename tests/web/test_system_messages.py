"""A host's back end writes lines into conversations: numbered, not unread, and nobody's."""

import httpx
import pytest
from tests.web.callers import Person
from tests.web.test_host_keys import bearer

from cruddur.bootstrap import Application
from cruddur.identity.add_host_key import add_host_key
from cruddur.messaging.groups.start_direct_group import start_direct_group

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def shop(nobody: httpx.AsyncClient, application: Application) -> httpx.AsyncClient:
    key = await add_host_key(application.identity, "shop", ["messages"])
    nobody.headers.update(bearer(key.token))
    return nobody


@pytest.fixture
async def direct(application: Application, andrew: Person, bayko: Person) -> str:
    begun = await start_direct_group(application.messaging, andrew.user, bayko.user, "Hello")
    return begun.message_group_uuid


def line(group: str, **more: str) -> dict[str, str]:
    return {"message_group_uuid": group, "message": "Your order was sent.", **more}


async def test_members_read_it_as_an_event_with_a_number(
    shop: httpx.AsyncClient, andrew: Person, direct: str
) -> None:
    answer = await shop.post("/api/system_messages", json=line(direct, display_name="The shop"))
    assert answer.status_code == 200
    assert (answer.json()["seq"], answer.json()["kind"]) == (2, "event")
    page = (await andrew.http.get(f"/api/messages/{direct}")).json()
    told = next(one for one in page if one["seq"] == 2)
    assert (told["message"], told["display_name"]) == ("Your order was sent.", "The shop")
    assert told["event"]["type"] == "told"
    assert told["handle"] == "system"


async def test_the_same_uuid_is_stored_once(shop: httpx.AsyncClient, direct: str) -> None:
    body = line(direct, message_uuid="01935d3a-7e80-7c44-9b12-2d6f8e0c4b27")
    numbers = [(await shop.post("/api/system_messages", json=body)).json()["seq"] for _ in "12"]
    assert numbers == [2, 2]


async def test_nobody_changes_it(shop: httpx.AsyncClient, andrew: Person, direct: str) -> None:
    await shop.post("/api/system_messages", json=line(direct))
    path = f"/api/messages/{direct}/2"
    assert (await andrew.http.patch(path, json={"message": "No"})).status_code in {403, 409}
    assert (await andrew.http.delete(path)).status_code in {403, 409}


async def test_what_is_wrong_is_refused(shop: httpx.AsyncClient, direct: str) -> None:
    nowhere = line("00000000-0000-4000-8000-000000000000")
    assert (await shop.post("/api/system_messages", json=nowhere)).status_code == 404
    empty = {**line(direct), "message": "  "}
    assert (await shop.post("/api/system_messages", json=empty)).status_code == 422


async def test_another_scope_is_not_enough(
    nobody: httpx.AsyncClient, application: Application, direct: str
) -> None:
    key = await add_host_key(application.identity, "forum", ["users"])
    answer = await nobody.post("/api/system_messages", json=line(direct), headers=bearer(key.token))
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
