"""A host deletes a message of anybody, and everybody sees that at once."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar
from tests.subscriptions import next_event, subscribed
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application
from cruddur.identity.add_host_key import add_host_key
from cruddur.messaging.events import channel

pytestmark = pytest.mark.every_engine

NOWHERE = "00000000-0000-4000-8000-000000000000"


def path(group: str, seq: int) -> str:
    return f"/api/moderation/messages/{group}/{seq}"


@pytest.fixture
async def shop(app: Litestar, application: Application) -> AsyncIterator[httpx.AsyncClient]:
    token = (await add_host_key(application.identity, "shop", ["moderation"])).token
    async with open_client(app) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def test_a_message_goes_for_everybody_and_its_number_stays(
    shop: httpx.AsyncClient, andrew: Person, bayko: Person, application: Application
) -> None:
    sent = await andrew.send("An insult", handle="bayko")
    group = sent["message_group_uuid"]
    async with subscribed(application.messaging.bus, channel(bayko.uuid)) as events:
        removed = (await shop.delete(path(group, 1))).json()
        async with asyncio.timeout(20):
            while (event := await next_event(events)).type != "message_changed":
                pass
    assert b"An insult" not in event.data
    assert (removed["message"], removed["seq"], removed["change_seq"]) == ("", 1, 1)
    assert removed["deleted_at"] is not None
    for person in (andrew, bayko):
        assert [one["message"] for one in await person.list(group)] == [""]
    again = (await shop.delete(path(group, 1))).json()
    assert again["change_seq"] == 1


async def test_what_is_not_there_is_not_there(shop: httpx.AsyncClient, andrew: Person) -> None:
    group = (await andrew.send("Hello", handle="andrew"))["message_group_uuid"]
    for where in (path(group, 2), path(group, 0), path(NOWHERE, 1), path("x", 1)):
        assert (await shop.delete(where)).status_code == 404


async def test_a_key_of_another_scope_deletes_nothing(
    shop: httpx.AsyncClient, andrew: Person, application: Application
) -> None:
    group = (await andrew.send("Hello", handle="andrew"))["message_group_uuid"]
    key = (await add_host_key(application.identity, "users", ["users", "tokens"])).token
    refused = await shop.delete(path(group, 1), headers={"Authorization": f"Bearer {key}"})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert [one["message"] for one in await andrew.list(group)] == ["Hello"]


async def test_what_happened_to_a_group_cannot_be_deleted(
    shop: httpx.AsyncClient, andrew: Person, bayko: Person
) -> None:
    body = {"handles": ["bayko"], "title": "Us"}
    group = (await andrew.http.post("/api/message_groups", json=body)).json()["uuid"]
    answer = await shop.delete(path(group, 1))
    assert answer.status_code in {404, 409, 422, 403}, answer.text
    assert (await andrew.list(group))[0]["message"] != ""
