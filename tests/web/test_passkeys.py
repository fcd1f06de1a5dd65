"""Passkeys and second factors over HTTP: cookies, addresses, and what each refusal says."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from tests.authenticator import Device, as_json
from tests.web.applications import make_app
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application
from cruddur.domain.base64url import from_base64url
from cruddur.identity.create_account import create_account
from cruddur.identity.passkey_proofs import RelyingParty
from cruddur.logs import log_json

pytestmark = pytest.mark.every_engine

PASSWORD = "correct horse battery"
PARTY = RelyingParty("http://cruddur.test", "cruddur.test")
OPTIONS, SIGN_IN = "/api/sessions/passkey_options", "/api/sessions/passkey"
MINE, FACTOR = "/api/me/passkeys", "/api/me/second_factor"


@pytest.fixture
async def maya(app: Litestar, application: Application) -> AsyncIterator[Person]:
    """She is signed in by her password, in a browser of her own."""
    user = await create_account(application.identity, "maya", "Maya Lind", PASSWORD)
    async with open_client(app) as client:
        client.headers["Origin"] = PARTY.origin
        token = (await client.post("/api/sessions", json=credentials())).json()["token"]
        yield Person(user, token, client)


@pytest.fixture
async def browser(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """Another browser, of nobody yet."""
    async with open_client(app) as client:
        client.headers["Origin"] = PARTY.origin
        yield client


def credentials(**more: str) -> dict[str, str]:
    return {"handle": "maya", "password": PASSWORD, **more}


async def add(person: Person, device: Device, **more: Any) -> httpx.Response:
    begun = (await person.http.post(f"{MINE}/options", json={"password": PASSWORD})).json()
    handle = from_base64url(begun["user_id"])
    made = as_json(device.make(begun["challenge"], handle))
    return await person.http.post(MINE, json={"passkey": made, **more})


async def alone(client: httpx.AsyncClient, device: Device, **given: str) -> httpx.Response:
    begun = (await client.post(OPTIONS, json=given)).json()
    signed = as_json(device.sign(begun["challenge"]))
    return await client.post(SIGN_IN, json={"passkey": signed})


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_passkey_is_added_and_signs_in_alone(
    maya: Person, browser: httpx.AsyncClient
) -> None:
    device = Device(PARTY)
    added = await add(maya, device, name="Blue key")
    assert (added.status_code, added.json()["name"]) == (201, "Blue key")
    begun = (await browser.post(OPTIONS, json={})).json()
    assert (begun["rp_id"], begun["allow"]) == ("cruddur.test", [])
    assert begun["user_verification"] == "required"
    answer = await alone(browser, device)
    assert (answer.status_code, answer.json()["user"]["uuid"]) == (200, maya.uuid)
    assert (await browser.get("/api/me")).json()["uuid"] == maya.uuid
    (listed,) = (await browser.get("/api/me/factors")).json()["passkeys"]
    assert listed["last_used_at"] is not None


async def test_a_challenge_is_the_browsers_and_is_used_up(
    maya: Person, browser: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    device = Device(PARTY, counts=False)
    await add(maya, device)
    begun = await browser.post(OPTIONS, json={})
    cookie = begun.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "Max-Age=600", "SameSite=lax"))
    signed = {"passkey": as_json(device.sign(begun.json()["challenge"]))}
    assert said(await nobody.post(SIGN_IN, json=signed)) == (409, "challenge_expired")
    kept = dict(browser.cookies)
    assert (await browser.post(SIGN_IN, json=signed)).status_code == 200
    assert set(browser.cookies) == {"cruddur_session"}
    browser.cookies.update(kept)
    assert said(await browser.post(SIGN_IN, json=signed)) == (409, "challenge_expired")


async def test_the_password_alone_opens_nothing_once_a_second_factor_is_wanted(
    maya: Person, browser: httpx.AsyncClient
) -> None:
    device = Device(PARTY, verifies=False)
    await add(maya, device)
    turned_on = await maya.http.put(FACTOR, json={"password": PASSWORD})
    codes = turned_on.json()["recovery_codes"]
    assert len(codes) == 10
    assert said(await browser.post("/api/sessions", json=credentials())) == (
        401,
        "second_factor_needed",
    )
    assert dict(browser.cookies) == {}
    assert (await browser.get("/")).status_code == 303
    wrong = {"handle": "maya", "password": "another one"}
    assert said(await browser.post(OPTIONS, json=wrong)) == (401, "credentials_wrong")
    assert (await alone(browser, device, **credentials())).status_code == 200
    browser.cookies.clear()
    by_code = await browser.post("/api/sessions", json=credentials(recovery_code=codes[3]))
    assert (by_code.status_code, by_code.json()["recovery_codes_left"]) == (200, 9)
    again = await browser.post("/api/sessions", json=credentials(recovery_code=codes[3]))
    assert said(again) == (401, "recovery_code_wrong")
    factors = (await maya.http.get("/api/me/factors")).json()
    assert (factors["recovery_codes_left"], factors["has_password"]) == (9, True)
    assert (
        await maya.http.request("DELETE", FACTOR, json={"password": PASSWORD})
    ).status_code == 204
    assert (await browser.post("/api/sessions", json=credentials())).status_code == 200


async def test_more_than_a_session_is_needed_to_change_the_ways_in(maya: Person) -> None:
    device = Device(PARTY)
    passkey = (await add(maya, device)).json()["id"]
    for method, path in [
        ("POST", f"{MINE}/options"),
        ("DELETE", f"{MINE}/{passkey}"),
        ("PUT", FACTOR),
        ("DELETE", FACTOR),
        ("DELETE", "/api/me"),
    ]:
        nothing = await maya.http.request(method, path, json={})
        assert said(nothing) == (422, "confirmation_missing"), path
        wrong = await maya.http.request(method, path, json={"password": "another one"})
        assert said(wrong) == (403, "password_wrong"), path
    begun = (await maya.http.post("/api/me/confirmation_options")).json()
    assert [one["id"] for one in begun["allow"]] == [as_json(device.sign("x"))["id"]]
    proof = {"passkey": as_json(device.sign(begun["challenge"]))}
    assert (await maya.http.put(FACTOR, json=proof)).status_code == 200
    assert said(await maya.http.put(FACTOR, json=proof)) == (409, "challenge_expired")


async def test_adding_takes_the_challenge_that_the_proof_gave(maya: Person, bayko: Person) -> None:
    device = Device(PARTY)
    assert said(await bayko.http.post(f"{MINE}/options", json={})) == (409, "password_missing")
    begun = (await maya.http.post("/api/me/confirmation_options")).json()
    made = as_json(device.make(begun["challenge"]))
    answer = await maya.http.post(MINE, json={"passkey": made})
    assert said(answer) == (409, "challenge_expired")
    broken = await maya.http.post(MINE, json={"passkey": {**made, "client_data": "?"}})
    assert said(broken) == (422, "passkey_not_base64url")


async def test_passkeys_belong_to_one_address(
    application: Application, maya: Person, browser: httpx.AsyncClient
) -> None:
    numbers = {"Host": "127.0.0.1:8080", "Origin": "http://127.0.0.1:8080"}
    answer = await browser.post(OPTIONS, json={}, headers=numbers)
    assert said(answer) == (409, "passkeys_need_name")
    settings = msgspec.structs.replace(
        application.settings, public_url="https://Chat.Example.com:8443/chat"
    )
    app = make_app(application.messaging, application.identity, settings)
    async with open_client(app) as client:
        begun = (await client.post(OPTIONS, json={})).json()
        assert begun["rp_id"] == "chat.example.com"
        named = {"Host": "chat.example.com:8443", "Origin": "https://chat.example.com:8443"}
        assert (await client.post(OPTIONS, json={}, headers=named)).status_code == 200
        elsewhere = await client.post(OPTIONS, json={}, headers={"Origin": PARTY.origin})
        assert said(elsewhere) == (409, "passkeys_elsewhere")
        assert "https://chat.example.com:8443" in elsewhere.json()["detail"]
    await app.state["context"].presence.close()


async def test_removing_one_signs_out_the_other_devices(
    maya: Person, browser: httpx.AsyncClient
) -> None:
    device = Device(PARTY)
    passkey = (await add(maya, device)).json()["id"]
    assert (await alone(browser, device)).status_code == 200
    renamed = await maya.http.patch(f"{MINE}/{passkey}", json={"name": "Old phone"})
    assert renamed.status_code == 204
    removed = await maya.http.request("DELETE", f"{MINE}/{passkey}", json={"password": PASSWORD})
    assert removed.status_code == 204
    assert (await browser.get("/api/me")).status_code == 401
    assert (await maya.http.get("/api/me")).status_code == 200
    browser.cookies.clear()
    assert said(await alone(browser, device)) == (401, "passkey_wrong")


async def test_what_was_done_is_in_the_log_and_no_secret(
    maya: Person, browser: httpx.AsyncClient
) -> None:
    lines, device = io.StringIO(), Device(PARTY)
    log_json(lines)
    await add(maya, device)
    codes = (await maya.http.put(FACTOR, json={"password": PASSWORD})).json()["recovery_codes"]
    await browser.post("/api/sessions", json=credentials())
    await browser.post("/api/sessions", json=credentials(recovery_code="wrong"))
    await browser.post("/api/sessions", json=credentials(recovery_code=codes[0]))
    browser.cookies.clear()
    await alone(browser, device)
    device.uses = 0
    await alone(browser, device)
    await maya.http.request("DELETE", FACTOR, json={"password": PASSWORD})
    log_json()
    acts = [json.loads(line).get("act") for line in lines.getvalue().splitlines()]
    assert [act for act in acts if act != "refused"] == [
        *("passkey_added", "second_factor_on", "second_factor_asked", "sign_in_failed"),
        *("recovery_code_used", "signed_in", "signed_in", "passkey_copy_seen", "second_factor_off"),
    ]
    assert not any(code in lines.getvalue() for code in [*codes, PASSWORD])


async def test_without_a_password_one_types_the_handle_soon_after_a_sign_in(
    bayko: Person, andrew: Person, application: Application
) -> None:
    async def erase(person: Person, handle: str | None) -> httpx.Response:
        body = {} if handle is None else {"handle": handle}
        return await person.http.request("DELETE", "/api/me", json=body)

    assert said(await erase(bayko, None)) == (422, "handle_not_confirmed")
    assert said(await erase(bayko, "andrew")) == (422, "handle_not_confirmed")
    assert (await erase(bayko, " @Bayko ")).status_code == 204
    assert (await bayko.http.get("/api/me")).status_code == 401
    clock = application.identity.clock
    later = clock().timestamp() + 601
    application.identity.clock = lambda: clock().fromtimestamp(later, tz=clock().tzinfo)
    assert said(await erase(andrew, "andrew")) == (403, "sign_in_again")
    assert (await andrew.http.get("/api/me")).status_code == 200
