"""Webhooks over HTTP: what a host's key may do with them, and what is refused."""

import httpx
import pytest
from tests.web.callers import Person
from tests.web.test_host_keys import bearer

from cruddur.bootstrap import Application
from cruddur.identity.add_host_key import add_host_key
from cruddur.messaging.groups.start_direct_group import start_direct_group

pytestmark = pytest.mark.every_engine

URL = "https://93.184.216.34/hook"
"""Everybody's address, which nothing here calls."""


@pytest.fixture
async def host(nobody: httpx.AsyncClient, application: Application) -> httpx.AsyncClient:
    key = await add_host_key(application.identity, "shop", ["webhooks"])
    nobody.headers.update(bearer(key.token))
    return nobody


async def test_a_webhook_from_its_beginning_to_its_end(host: httpx.AsyncClient) -> None:
    made = await host.post("/api/webhooks", json={"name": "shop", "url": URL})
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert secret.startswith("whsec_")
    assert made.json()["events"] == ["message", "change"]
    rolled = await host.post("/api/webhooks/shop/roll")
    assert rolled.json()["secret"] != secret
    for act in ("pause", "resume"):
        assert (await host.post(f"/api/webhooks/shop/{act}")).status_code == 204
    [listed] = (await host.get("/api/webhooks")).json()["webhooks"]
    assert "secret" not in listed
    assert (listed["paused_at"], listed["disabled_at"]) == (None, None)
    assert (await host.get("/api/webhooks/shop/sent")).json() == {"sent": []}
    assert (await host.get("/api/webhooks/shop/dead")).json() == {"dead": []}
    assert (await host.delete("/api/webhooks/shop")).status_code == 204
    assert (await host.get("/api/webhooks")).json() == {"webhooks": []}


async def test_its_place_in_the_feed_comes_and_goes_with_it(
    host: httpx.AsyncClient, application: Application
) -> None:
    await host.post("/api/webhooks", json={"name": "shop", "url": URL, "events": ["user"]})
    states = {one.name: one.kinds for one in await application.feeds.states()}
    assert states["cruddur.webhook.shop"] == frozenset({"user"})
    await host.delete("/api/webhooks/shop")
    assert "cruddur.webhook.shop" not in {one.name for one in await application.feeds.states()}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"url": "https://127.0.0.1/"}, "webhook_url_refused"),
        ({"url": "http://93.184.216.34/"}, "webhook_url_refused"),
        ({"url": "https://a:b@93.184.216.34/"}, "webhook_url_refused"),
        ({"name": "No Name"}, "webhook_name_invalid"),
        ({"events": ["nothing"]}, "validation"),
        ({"secret": "mine"}, "validation"),
    ],
)
async def test_what_is_wrong_is_refused(
    host: httpx.AsyncClient, change: dict[str, object], code: str
) -> None:
    answer = await host.post("/api/webhooks", json={"name": "shop", "url": URL, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_name_is_given_once(host: httpx.AsyncClient) -> None:
    for status in (201, 409):
        answer = await host.post("/api/webhooks", json={"name": "shop", "url": URL})
        assert answer.status_code == status


async def test_there_are_twenty_at_most(host: httpx.AsyncClient) -> None:
    statuses = [
        (await host.post("/api/webhooks", json={"name": f"shop-{n}", "url": URL})).status_code
        for n in range(21)
    ]
    assert statuses == [201] * 20 + [409]


@pytest.mark.parametrize("act", ["roll", "pause", "resume", "test"])
async def test_one_that_is_not_there_is_not_found(host: httpx.AsyncClient, act: str) -> None:
    answer = await host.post(f"/api/webhooks/nobody/{act}")
    assert (answer.status_code, answer.json()["code"]) == (404, "webhook_not_found")


async def test_replay_asks_for_a_conversation_that_is_there(
    host: httpx.AsyncClient, application: Application, andrew: Person, bayko: Person
) -> None:
    await host.post("/api/webhooks", json={"name": "shop", "url": URL})
    body = {"message_group_uuid": "00000000-0000-4000-8000-000000000000"}
    answer = await host.post("/api/webhooks/shop/replay", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "webhook_no_conversation")
    begun = await start_direct_group(application.messaging, andrew.user, bayko.user, "Hello")
    body = {"message_group_uuid": begun.message_group_uuid}
    assert (await host.post("/api/webhooks/shop/replay", json=body)).status_code == 204


async def test_another_scope_is_not_enough(
    nobody: httpx.AsyncClient, application: Application
) -> None:
    key = await add_host_key(application.identity, "forum", ["users", "tokens"])
    answer = await nobody.get("/api/webhooks", headers=bearer(key.token))
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
