"""Signing up, in and out; cookies; and other sites that would like to take part."""

from datetime import timedelta
from http.cookies import SimpleCookie

import httpx
import jwt
import pytest
from litestar import Litestar
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application
from cruddur.domain.session import SessionLimits
from cruddur.identity.context import IdentityContext
from cruddur.identity.sign_out import sign_out
from cruddur.identity.tokens import verify_token
from cruddur.web.http.auth import COOKIE, HOST_COOKIE, credentials

pytestmark = pytest.mark.every_engine

CHLOE = {"handle": "chloe", "display_name": "Chloe", "password": "correct horse"}
TLS = "https://cruddur.test"
SIGN_IN = {"handle": "@Chloe", "password": "correct horse"}


async def test_an_account_signs_in_and_out(nobody: httpx.AsyncClient) -> None:
    made = await nobody.post("/api/accounts", json=CHLOE)
    assert made.status_code == 201
    assert not made.cookies
    answer = (await nobody.post("/api/sessions", json=SIGN_IN)).json()
    assert answer["user"] == made.json()
    bearer = {"Authorization": f"Bearer {answer['token']}"}
    nobody.cookies.clear()
    me = (await nobody.get("/api/me", headers=bearer)).json()
    assert made.json().items() <= me.items()  # and what only its owner may know
    assert (await nobody.delete("/api/sessions", headers=bearer)).status_code == 204
    assert (await nobody.get("/api/me", headers=bearer)).status_code == 401


async def test_unknown_handle_and_wrong_password_answer_alike(nobody: httpx.AsyncClient) -> None:
    await nobody.post("/api/accounts", json=CHLOE)
    wrong = await nobody.post("/api/sessions", json={**SIGN_IN, "password": "incorrect horse"})
    unknown = await nobody.post("/api/sessions", json={**SIGN_IN, "handle": "zoe"})
    impossible = await nobody.post("/api/sessions", json={**SIGN_IN, "handle": "\0"})
    assert wrong.status_code == 401
    assert wrong.json()["code"] == "credentials_wrong"
    assert wrong.content == unknown.content == impossible.content
    assert "set-cookie" not in wrong.headers


async def test_a_page_that_asks_as_somebody_else_than_the_cookie_says_is_refused(
    nobody: httpx.AsyncClient,
) -> None:
    made = (await nobody.post("/api/accounts", json=CHLOE)).json()
    await nobody.post("/api/sessions", json=SIGN_IN)
    for user_uuid, status in ((made["uuid"], 200), ("somebody-else", 401)):
        answer = await nobody.get("/api/me", headers={"Cruddur-User": user_uuid})
        assert answer.status_code == status
    assert answer.json()["code"] == "session_changed"


async def test_a_token_is_refused_where_the_page_believes_in_another_user(andrew: Person) -> None:
    for user_uuid, status in ((andrew.uuid, 200), ("somebody-else", 401)):
        answer = await andrew.http.get("/api/me", headers={"Cruddur-User": user_uuid})
        assert answer.status_code == status
    assert answer.json()["code"] == "session_changed"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    nobody: httpx.AsyncClient,
) -> None:
    await nobody.post("/api/accounts", json=CHLOE)
    answer = await nobody.post("/api/sessions", json=SIGN_IN)
    cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "lax"
    assert cookie["path"] == "/"
    assert cookie["max-age"] == str(30 * 24 * 3600)
    assert not cookie["secure"]
    assert not cookie["domain"]


async def test_the_cookie_lasts_as_long_as_a_session_may(
    nobody: httpx.AsyncClient, application: Application
) -> None:
    application.identity.session_limits = SessionLimits(lifetime=timedelta(hours=12))
    await nobody.post("/api/accounts", json=CHLOE)
    answer = await nobody.post("/api/sessions", json=SIGN_IN)
    assert SimpleCookie(answer.headers["set-cookie"])[COOKIE]["max-age"] == str(12 * 3600)
    claims = jwt.decode(answer.json()["token"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 12 * 3600


async def test_the_cookie_is_secure_behind_tls(app: Litestar, nobody: httpx.AsyncClient) -> None:
    await nobody.post("/api/accounts", json=CHLOE)
    answer = await nobody.post("https://cruddur.test/api/sessions", json=SIGN_IN)
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_behind_tls_the_cookie_is_that_of_the_host_alone(nobody: httpx.AsyncClient) -> None:
    await nobody.post(f"{TLS}/api/accounts", json=CHLOE)
    await nobody.post(f"{TLS}/api/sessions", json=SIGN_IN)
    assert list(nobody.cookies) == [HOST_COOKIE]
    assert (await nobody.get(f"{TLS}/api/me")).status_code == 200
    ours = {"Sec-Fetch-Site": "same-origin"}
    out = await nobody.delete(f"{TLS}/api/sessions", headers=ours)
    assert [one.partition("=")[0] for one in out.headers.get_list("set-cookie")] == [
        HOST_COOKIE,
        COOKIE,
    ]
    assert not nobody.cookies


async def test_a_cookie_of_an_older_version_is_moved(app: Litestar, andrew: Person) -> None:
    async with open_client(app) as browser:
        browser.cookies.set(COOKIE, andrew.token, domain="cruddur.test", path="/")
        answer = await browser.get("http://cruddur.test/api/me")
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
        assert (await browser.get(f"{TLS}/api/me")).status_code == 200
        assert dict(browser.cookies) == {HOST_COOKIE: andrew.token}
        assert "set-cookie" not in (await browser.get(f"{TLS}/api/me")).headers
        browser.cookies.set(COOKIE, "planted by another host", domain="cruddur.test", path="/")
        assert (await browser.get(f"{TLS}/api/me")).status_code == 200


async def test_who_signs_out_with_an_older_cookie_keeps_none(app: Litestar, andrew: Person) -> None:
    async with open_client(app) as browser:
        browser.cookies.set(COOKIE, andrew.token, domain="cruddur.test", path="/")
        headers = {"Sec-Fetch-Site": "same-origin"}
        assert (await browser.delete(f"{TLS}/api/sessions", headers=headers)).status_code == 204
        assert not browser.cookies


async def test_a_proxy_is_believed_only_if_there_is_one(nobody: httpx.AsyncClient) -> None:
    await nobody.post("/api/accounts", json=CHLOE)
    forged = {"X-Forwarded-Proto": "https"}
    answer = await nobody.post("/api/sessions", json=SIGN_IN, headers=forged)
    assert "Secure" not in answer.headers["set-cookie"]
    assert "strict-transport-security" not in answer.headers


async def test_signing_out_clears_the_cookie(andrew: Person) -> None:
    answer = await andrew.http.delete("/api/sessions")
    cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
    assert cookie.value == ""
    assert cookie["max-age"] == "0"


async def test_a_sign_out_elsewhere_is_noticed_by_a_process_that_has_not_seen_the_token(
    andrew: Person, application: Application
) -> None:
    elsewhere = IdentityContext(application.identity.table, application.identity.secret)
    await sign_out(elsewhere, await verify_token(elsewhere, andrew.token))
    assert (await andrew.http.get("/api/me")).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "x.y.z", "é", "a" * 10_000])
async def test_what_is_no_token_is_nobody(app: Litestar, token: str) -> None:
    async with open_client(app) as client:
        headers = {"Authorization": b"Bearer " + token.encode()}
        answer = await client.get("/api/me", headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert answer.headers["www-authenticate"].startswith("Bearer")


CROSS_SITE = {
    "same origin": ({"Sec-Fetch-Site": "same-origin"}, 200),
    "typed by the person": ({"Sec-Fetch-Site": "none"}, 200),
    "another site": ({"Sec-Fetch-Site": "cross-site"}, 403),
    "a sister domain": ({"Sec-Fetch-Site": "same-site"}, 403),
    "old browser, same origin": ({"Origin": "http://cruddur.test"}, 200),
    "old browser, another site": ({"Origin": "http://evil.test"}, 403),
    "a site that is like ours": ({"Origin": "http://cruddur.test.evil.test"}, 403),
    "a sandboxed frame": ({"Origin": "null"}, 403),
    "says nothing": ({}, 403),
}


@pytest.mark.parametrize("name", CROSS_SITE)
async def test_a_cookie_is_taken_from_our_own_pages_only(
    name: str, app: Litestar, andrew: Person
) -> None:
    headers, status = CROSS_SITE[name]
    async with open_client(app) as browser:
        browser.headers["Cookie"] = f"{COOKIE}={andrew.token}"
        body = {"message": "hi", "handle": "andrew"}
        answer = await browser.post("/api/messages", json=body, headers=headers)
        assert answer.status_code == status
        if status == 403:
            assert answer.json()["code"] == "cross_site_request"
        assert (await browser.get("/api/me", headers=headers)).status_code == 200


async def test_a_bearer_token_is_taken_from_anywhere(andrew: Person) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Cookie": f"{COOKIE}={andrew.token}"}
    body = {"message": "hi", "handle": "andrew"}
    answer = await andrew.http.post("/api/messages", json=body, headers=headers)
    assert answer.status_code == 200


async def test_another_site_cannot_sign_a_person_in(nobody: httpx.AsyncClient) -> None:
    await nobody.post("/api/accounts", json=CHLOE)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.test"}):
        answer = await nobody.post("/api/sessions", json=SIGN_IN, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        [f"theme=dark; {COOKIE}=ours; a=b"],
        [f"{COOKIE}=ours"],
        ["theme=dark", f"{COOKIE}=ours", "a=b"],
        [f"{COOKIE}=; {COOKIE}=ours", f"{COOKIE}2=another"],
    ],
)
def test_our_cookie_is_found_among_others(headers: list[str]) -> None:
    found = credentials((b"cookie", header.encode()) for header in headers)
    assert (found.token, found.is_ambient) == ("ours", True)
