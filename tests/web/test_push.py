"""`/api/push`, as the page calls it."""

import asyncio
from typing import Any

import httpx
import pytest
from litestar import Litestar
from tests.push_receiver import Browser
from tests.web.callers import Person, open_client
from tests.web.test_devices import PHONE, chloe, signed_in

from cruddur.bootstrap import Application
from cruddur.messaging.push.consumer import PUSHES

pytestmark = pytest.mark.every_engine

__all__ = ["chloe"]


async def subscription(client: httpx.AsyncClient, number: int = 1) -> dict[str, str]:
    browser, key = Browser(), (await client.get("/api/push")).json()["key"]
    return {
        "endpoint": f"https://push.example.net/{number}",
        "p256dh": browser.p256dh,
        "auth": browser.auth_text,
        "key": key,
        "time_zone": "Europe/Zurich",
    }


async def devices(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = (await client.get("/api/push")).json()["devices"]
    return listed


async def test_a_browser_is_told_from_its_registration_to_its_end(
    app: Litestar, chloe: httpx.AsyncClient
) -> None:
    assert (await chloe.get("/api/push")).json()["devices"] == []
    async with open_client(app) as other:
        phone = await signed_in(other, PHONE)
        answer = await phone.put("/api/push", json=await subscription(phone))
        assert answer.status_code == 200, answer.text
        (listed,) = await devices(phone)
    assert (listed["device"], listed["is_current"]) == ("Safari on iPhone", True)
    assert listed["time_zone"] == "Europe/Zurich"
    assert listed == answer.json()
    (seen,) = await devices(chloe)
    assert not seen["is_current"]
    assert (await chloe.delete(f"/api/push/{seen['id']}")).status_code == 204
    assert (await chloe.delete(f"/api/push/{seen['id']}")).json()["code"] == "push_device_not_found"
    assert await devices(chloe) == []


async def test_signing_out_ends_it(chloe: httpx.AsyncClient, app: Litestar) -> None:
    async with open_client(app) as other:
        phone = await signed_in(other, PHONE)
        await phone.put("/api/push", json=await subscription(phone))
        assert len(await devices(chloe)) == 1
        await phone.delete("/api/sessions")
    assert await devices(chloe) == []


@pytest.mark.parametrize(
    ("field", "value", "status", "code"),
    [
        ("endpoint", "push.example.net", 422, "push_subscription_invalid"),
        ("endpoint", "https://" + "a" * 1024, 422, "validation"),
        ("auth", "", 422, "push_subscription_invalid"),
        ("time_zone", "Nowhere", 422, "time_zone_unknown"),
        ("key", "BAAA", 409, "push_key_changed"),
        ("kee", "BAAA", 422, "validation"),
    ],
)
async def test_what_is_wrong_is_said(
    chloe: httpx.AsyncClient, field: str, value: str, status: int, code: str
) -> None:
    body = {**await subscription(chloe), field: value}
    answer = await chloe.put("/api/push", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    for name in ("endpoint", "p256dh"):
        assert body[name] not in answer.text


async def test_a_token_of_a_host_cannot_be_told(andrew: Person) -> None:
    answer = await andrew.http.put("/api/push", json=await subscription(andrew.http))
    assert (answer.status_code, answer.json()["code"]) == (409, "session_without_item")


async def test_choices_hold_for_all_devices(chloe: httpx.AsyncClient) -> None:
    quiet = {"quiet_from": 1320, "quiet_until": 420}
    assert (await chloe.patch("/api/push", json=quiet)).json() == {"texts": True, **quiet}
    changed = (await chloe.patch("/api/push", json={"texts": False})).json()
    assert changed == {"texts": False, **quiet}
    assert (await chloe.get("/api/push")).json()["choices"] == changed
    ended = {"quiet_from": None, "quiet_until": None}
    assert (await chloe.patch("/api/push", json=ended)).json() == {"texts": False, **ended}
    half = await chloe.patch("/api/push", json={"quiet_from": 60})
    assert (half.status_code, half.json()["code"]) == (422, "quiet_hours_incomplete")
    assert (await chloe.patch("/api/push", json={"quiet_from": 1440})).status_code == 422


async def test_the_first_browser_makes_the_feed_wait_for_pushes(
    application: Application, app: Litestar, chloe: httpx.AsyncClient
) -> None:
    """What is sent before the consumer looks for work is not missed."""
    app.state["context"].push.feeds = application.feeds

    async def registered() -> set[str]:
        return {state.name for state in await application.feeds.states()}

    assert PUSHES.name not in await registered()
    await chloe.put("/api/push", json=await subscription(chloe))
    assert PUSHES.name in await registered()


async def test_two_registrations_at_once_end_as_one(chloe: httpx.AsyncClient) -> None:
    body = await subscription(chloe)
    answers = await asyncio.gather(*(chloe.put("/api/push", json=body) for _ in range(2)))
    assert {one.status_code for one in answers} <= {200, 409, 429, 503}
    again = await chloe.put("/api/push", json=body)
    assert again.status_code == 200
    assert len(await devices(chloe)) == 1


async def test_a_service_that_pushes_nothing_says_so(
    app: Litestar, chloe: httpx.AsyncClient
) -> None:
    body = await subscription(chloe)
    app.state["context"].push.is_on = False
    assert (await chloe.get("/api/push")).json()["key"] is None
    answer = await chloe.put("/api/push", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "push_off")
