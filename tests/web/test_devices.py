"""Devices: `GET` and `DELETE /api/sessions`, as a person with several of them calls it."""

from http.cookies import SimpleCookie

import httpx
import pytest
from litestar import Litestar
from tests.web.callers import Person, open_client
from tests.web.listening import listening

from cruddur.bootstrap import Application
from cruddur.identity.disable_account import disable_account
from cruddur.identity.tokens import issue_token
from cruddur.ports.table import Update
from cruddur.schema import keys
from cruddur.web.http.auth import COOKIE

pytestmark = pytest.mark.every_engine

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Safari/604"
ACCOUNT = {"handle": "chloe", "display_name": "Chloe", "password": "correct horse"}


@pytest.fixture
async def chloe(nobody: httpx.AsyncClient) -> httpx.AsyncClient:
    await nobody.post("/api/accounts", json=ACCOUNT)
    return await signed_in(nobody, "curl/8.5.0")


async def signed_in(client: httpx.AsyncClient, user_agent: str) -> httpx.AsyncClient:
    """The client, signed in as a device of its own, by a bearer token."""
    client.headers["User-Agent"] = user_agent
    body = {"handle": "chloe", "password": ACCOUNT["password"]}
    answer = await client.post("/api/sessions", json=body)
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client


async def devices(client: httpx.AsyncClient) -> dict[str, str]:
    """The ids of the devices, by their names."""
    return {one["device"]: one["id"] for one in (await client.get("/api/sessions")).json()}


async def test_each_device_is_listed_for_its_owner(
    app: Litestar, chloe: httpx.AsyncClient, mallory: Person
) -> None:
    async with open_client(app) as other:
        phone = await signed_in(other, PHONE)
        assert set(await devices(chloe)) == {"curl", "Safari on iPhone"}
        listed = (await phone.get("/api/sessions")).json()
    assert [one["device"] for one in listed if one["is_current"]] == ["Safari on iPhone"]
    assert {one["address"] for one in listed} == {"127.0.0.1"}
    assert (await mallory.http.get("/api/sessions")).json() == []


async def test_a_device_is_signed_out_from_another(app: Litestar, chloe: httpx.AsyncClient) -> None:
    async with open_client(app) as other:
        phone = await signed_in(other, PHONE)
        stolen = (await devices(chloe))["Safari on iPhone"]
        answer = await chloe.delete(f"/api/sessions/{stolen.upper()}")
        assert (answer.status_code, answer.headers.get("set-cookie")) == (204, None)
        assert (await phone.get("/api/me")).status_code == 401
    assert set(await devices(chloe)) == {"curl"}
    again = await chloe.delete(f"/api/sessions/{stolen}")
    assert (again.status_code, again.json()["code"]) == (404, "session_not_found")


async def test_another_persons_device_looks_like_none_at_all(
    chloe: httpx.AsyncClient, mallory: Person
) -> None:
    hers = (await devices(chloe))["curl"]
    foreign = await mallory.http.delete(f"/api/sessions/{hers}")
    nothing = await mallory.http.delete("/api/sessions/PROFILE")
    assert foreign.status_code == nothing.status_code == 404
    assert foreign.content == nothing.content
    assert (await chloe.get("/api/me")).status_code == 200


@pytest.mark.parametrize(
    ("which", "here", "there"), [("this", 401, 200), ("others", 200, 401), ("all", 401, 401)]
)
async def test_which_devices_are_signed_out(
    app: Litestar, chloe: httpx.AsyncClient, which: str, here: int, there: int
) -> None:
    async with open_client(app) as other:
        phone = await signed_in(other, PHONE)
        answer = await chloe.delete("/api/sessions", params={"which": which})
        assert answer.status_code == 204
        clears = SimpleCookie(answer.headers.get("set-cookie", ""))
        assert (COOKIE in clears) is (here == 401)
        assert (await chloe.get("/api/me")).status_code == here
        assert (await phone.get("/api/me")).status_code == there


async def test_a_cookie_from_before_that_comes_back_is_refused(
    app: Litestar, chloe: httpx.AsyncClient
) -> None:
    token = chloe.headers["Authorization"].removeprefix("Bearer ")
    await chloe.delete("/api/sessions", params={"which": "all"})
    async with open_client(app) as browser:
        browser.headers["Cookie"] = f"{COOKIE}={token}"
        assert (await browser.get("/api/me")).status_code == 401
        assert (await browser.get("/", follow_redirects=False)).status_code == 303


async def test_which_must_be_one_of_three(chloe: httpx.AsyncClient) -> None:
    answer = await chloe.delete("/api/sessions", params={"which": "mine"})
    assert answer.status_code == 422
    assert (await chloe.get("/api/me")).status_code == 200


async def test_the_streams_of_what_ends_end(andrew: Person, address: str) -> None:
    async with listening(address, andrew) as device:
        await andrew.http.delete("/api/sessions", params={"which": "all"})
        assert await device.all() == []


async def test_a_new_password_signs_out_the_other_devices(
    app: Litestar, chloe: httpx.AsyncClient
) -> None:
    async with open_client(app) as other:
        phone = await signed_in(other, PHONE)
        body = {"current_password": ACCOUNT["password"], "new_password": "battery staple"}
        assert (await chloe.post("/api/me/password", json=body)).status_code == 204
        assert (await chloe.get("/api/me")).status_code == 200
        assert (await phone.get("/api/me")).status_code == 401
    refused = await chloe.post("/api/me/password", json=body)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (403, "password_wrong")
    assert problem["field"] == "current_password"


async def test_a_disabled_account_is_refused_by_every_token(
    application: Application, chloe: httpx.AsyncClient, andrew: Person
) -> None:
    for handle, client in (("chloe", chloe), ("andrew", andrew.http)):
        await disable_account(application.identity, handle)
        assert (await client.get("/api/me")).status_code == 401
    fresh = issue_token(application.identity, andrew.uuid)
    answer = await andrew.http.get("/api/me", headers={"Authorization": f"Bearer {fresh}"})
    assert answer.status_code == 401
    body = {"handle": "chloe", "password": ACCOUNT["password"]}
    refused = await chloe.post("/api/sessions", json=body)
    assert (refused.status_code, refused.json()["code"]) == (401, "account_disabled")


async def test_a_session_from_before_a_way_in_went_opens_nothing(
    app: Litestar, application: Application, chloe: httpx.AsyncClient
) -> None:
    """As a process leaves it that was killed right after it took the way in away."""
    identity = application.identity
    mine = (await chloe.get("/api/me")).json()["uuid"]
    async with open_client(app) as other:
        phone = await signed_in(other, PHONE)
        kept = {"ways_version": 1, "kept_token": (await devices(chloe))["Safari on iPhone"]}
        await identity.table.update(Update(keys.user_key(mine), kept))
        identity.memory.users.forget(mine)
        assert (await chloe.get("/api/me")).status_code == 401
        assert set(await devices(phone)) == {"Safari on iPhone"}
    assert set(await devices(await signed_in(chloe, "curl/8.5.0"))) == {"curl", "Safari on iPhone"}
