"""Signing in on the page at an issuer, and the lies of other browsers, issuers and sites."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest
from aiohttp import web
from litestar import Litestar
from tests.issuer import CLIENT, FakeIssuer, Key, running_issuer
from tests.web.applications import make_app
from tests.web.callers import open_client

from cruddur.bootstrap import Application
from cruddur.config import Settings
from cruddur.engines.issuer_http import AiohttpIssuerHttp
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.disable_account import disable_account
from cruddur.identity.issuers import Issuers
from cruddur.web.http.auth import COOKIE

pytestmark = pytest.mark.every_engine

START = "/sign-in/sso"


@pytest.fixture
async def issuer() -> AsyncIterator[FakeIssuer]:
    async with running_issuer() as issuer:
        issuer.person = {"sub": "42", "name": "Maya Lind", "preferred_username": "maya"}
        yield issuer


@pytest.fixture
async def other() -> AsyncIterator[FakeIssuer]:
    async with running_issuer() as issuer:
        yield issuer


@pytest.fixture
async def app(
    application: Application, issuer: FakeIssuer, other: FakeIssuer
) -> AsyncIterator[Litestar]:
    both = [issuer.issuer(client_secret="s:e/cret"), other.issuer(name="other")]
    application.identity.issuers = Issuers(both, AiohttpIssuerHttp())
    app = make_app(application.messaging, application.identity, application.settings)
    yield app
    await application.identity.issuers.close()
    await app.state["context"].presence.close()


async def begins(browser: httpx.AsyncClient, path: str = START) -> dict[str, str]:
    """What the browser is sent to the issuer with."""
    answer = await browser.get(path)
    assert answer.status_code == 303, answer.text
    return {
        name: one for name, (one,) in parse_qs(urlsplit(answer.headers["location"]).query).items()
    }


def gives(issuer: FakeIssuer, asked: dict[str, str], **changed: Any) -> None:
    """Lets the issuer give an id token for the next code."""
    token = issuer.token(**{"nonce": asked.get("nonce"), **changed})
    issuer.tokens = {"id_token": token, "access_token": "opaque", "token_type": "Bearer"}


def back(issuer: FakeIssuer, asked: dict[str, str], **changed: Any) -> dict[str, str]:
    given = {"state": asked["state"], "code": "c0de", "iss": issuer.url, **changed}
    return {name: value for name, value in given.items() if value is not None}


async def comes_back(
    browser: httpx.AsyncClient, query: dict[str, str], path: str = f"{START}/callback"
) -> str:
    answer = await browser.get(path, params=query)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def signs_in(browser: httpx.AsyncClient, issuer: FakeIssuer, **changed: Any) -> str:
    asked = await begins(browser)
    gives(issuer, asked, **changed)
    return await comes_back(browser, back(issuer, asked))


async def test_a_person_signs_in_with_everything_that_protects_them(
    nobody: httpx.AsyncClient, issuer: FakeIssuer
) -> None:
    asked = await begins(nobody, f"{START}?next=/@bayko")
    assert asked["ui"] == "plain"  # the issuer's own parameter stays
    wanted = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
    assert {name: asked[name] for name in wanted} == wanted
    assert asked["redirect_uri"] == "http://cruddur.test/sign-in/sso/callback"
    gives(issuer, asked)
    assert await comes_back(nobody, back(issuer, asked)) == "/@bayko"
    me = (await nobody.get("/api/me")).json()
    assert (me["handle"], me["display_name"]) == ("maya", "Maya Lind")
    (form,) = issuer.forms
    assert form["redirect_uri"] == asked["redirect_uri"]
    assert "client_secret" not in form
    (session,) = (await nobody.get("/api/sessions")).json()
    assert session["is_current"]


async def test_the_session_ends_as_any_other(nobody: httpx.AsyncClient, issuer: FakeIssuer) -> None:
    await signs_in(nobody, issuer)
    (session,) = (await nobody.get("/api/sessions")).json()
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert (
        await nobody.delete(f"/api/sessions/{session['id']}", headers=headers)
    ).status_code == 204
    assert (await nobody.get("/api/me")).status_code == 401


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"state": "another"}, "expired"),
        ({"state": None}, "expired"),
        ({"iss": "https://another.example"}, "refused"),
        ({"iss": None}, "refused"),  # this issuer says that it tells it always
        ({"code": None}, "refused"),
        ({"code": None, "error": "access_denied"}, "cancelled"),
        ({"code": None, "error": "<script>"}, "refused"),
    ],
)
async def test_an_answer_that_does_not_fit_signs_nobody_in(
    nobody: httpx.AsyncClient, issuer: FakeIssuer, changed: dict[str, Any], why: str
) -> None:
    asked = await begins(nobody, f"{START}?next=/@bayko")
    gives(issuer, asked)
    location = await comes_back(nobody, back(issuer, asked, **changed))
    assert parse_qs(urlsplit(location).query)["sso"] == [why]
    assert COOKIE not in nobody.cookies
    assert issuer.forms == []
    assert "notice" in (await nobody.get(location)).text


async def test_another_person_s_answer_signs_nobody_in(
    app: Litestar, nobody: httpx.AsyncClient, issuer: FakeIssuer
) -> None:
    async with open_client(app) as mallory:
        asked = await begins(mallory)
    await begins(nobody)
    gives(issuer, asked)
    assert "sso=expired" in await comes_back(nobody, back(issuer, asked))
    assert COOKIE not in nobody.cookies


async def test_a_cookie_under_another_name_is_of_no_use(
    nobody: httpx.AsyncClient, issuer: FakeIssuer
) -> None:
    first = await begins(nobody)
    (name,) = nobody.cookies
    kept = nobody.cookies[name]
    nobody.cookies.clear()
    second = await begins(nobody)
    (name,) = nobody.cookies
    nobody.cookies.clear()
    nobody.cookies.set(name, kept)
    gives(issuer, first)
    assert "sso=expired" in await comes_back(nobody, back(issuer, second))
    assert issuer.forms == []


async def test_two_issuers_are_not_mixed_up(
    nobody: httpx.AsyncClient, issuer: FakeIssuer, other: FakeIssuer
) -> None:
    asked = await begins(nobody)
    gives(other, asked)
    answer = back(other, asked)
    assert "sso=refused" in await comes_back(nobody, answer, "/sign-in/other/callback")
    asked = await begins(nobody)
    assert "sso=refused" in await comes_back(nobody, back(other, asked))
    assert issuer.forms == other.forms == []


async def test_an_answer_counts_once(nobody: httpx.AsyncClient, issuer: FakeIssuer) -> None:
    asked = await begins(nobody)
    kept = dict(nobody.cookies)
    gives(issuer, asked)
    assert await comes_back(nobody, back(issuer, asked)) == "/"
    assert not [name for name in nobody.cookies if name.startswith("cruddur_sign_in")]
    nobody.cookies.update(kept)
    assert "sso=expired" in await comes_back(nobody, back(issuer, asked))
    assert len(issuer.forms) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": None},
        {"azp": "another"},
        {"iss": "https://another.example"},
        {"exp": 1},
        {"header": {"typ": "at+jwt"}},
        {"token_use": "access", "aud": None, "client_id": CLIENT},
    ],
)
async def test_an_id_token_that_does_not_hold_signs_nobody_in(
    nobody: httpx.AsyncClient, issuer: FakeIssuer, changed: dict[str, Any]
) -> None:
    assert "sso=refused" in await signs_in(nobody, issuer, **changed)
    asked = await begins(nobody)
    issuer.tokens = {"id_token": issuer.token(Key(), nonce=asked["nonce"])}
    assert "sso=refused" in await comes_back(nobody, back(issuer, asked))
    assert COOKIE not in nobody.cookies


@pytest.mark.parametrize(
    "then",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/c/../evil",
        "/@a\r\nX: y",
        "@x",
    ],
)
async def test_it_leads_to_no_other_site(
    nobody: httpx.AsyncClient, issuer: FakeIssuer, then: str
) -> None:
    answer = await nobody.get(START, params={"next": then})
    asked = {n: v for n, (v,) in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    gives(issuer, asked)
    assert await comes_back(nobody, back(issuer, asked)) == "/"


async def test_two_tabs_both_come_in(nobody: httpx.AsyncClient, issuer: FakeIssuer) -> None:
    first, second = await begins(nobody), await begins(nobody)
    for asked in (first, second):
        gives(issuer, asked)
        assert await comes_back(nobody, back(issuer, asked)) == "/"


async def test_sign_ins_that_are_not_finished_do_not_pile_up(nobody: httpx.AsyncClient) -> None:
    for _ in range(20):
        await begins(nobody)
    assert len([name for name in nobody.cookies if name.startswith("cruddur_sign_in")]) == 8
    picture = await nobody.get(START, headers={"Sec-Fetch-Mode": "no-cors"})
    assert picture.headers["location"] == "/sign-in"


async def test_an_issuer_that_is_down_is_said(
    nobody: httpx.AsyncClient, issuer: FakeIssuer
) -> None:
    asked = await begins(nobody)
    issuer.answer = lambda path: web.Response(status=500) if path == "/token" else None
    assert "sso=down" in await comes_back(nobody, back(issuer, asked))
    issuer.answer = lambda path: web.json_response({"error": "invalid_grant"}, status=400)
    asked = await begins(nobody)
    assert "sso=refused" in await comes_back(nobody, back(issuer, asked))


async def test_a_name_of_somebody_else_is_not_taken(
    nobody: httpx.AsyncClient, issuer: FakeIssuer
) -> None:
    issuer.person["sub"] = "43"
    await signs_in(nobody, issuer)
    assert (await nobody.get("/api/me")).json()["display_name"] == "Guest"


async def test_a_disabled_or_erased_person_does_not_come_in(
    nobody: httpx.AsyncClient, issuer: FakeIssuer, application: Application
) -> None:
    await signs_in(nobody, issuer)
    me = (await nobody.get("/api/me")).json()
    await disable_account(application.identity, me["handle"])
    nobody.cookies.clear()
    assert "sso=disabled" in await signs_in(nobody, issuer)
    await begin_erasure(application.identity, me["uuid"], "blank")
    assert "sso=unknown" in await signs_in(nobody, issuer)
    assert COOKIE not in nobody.cookies


async def test_signing_out_leads_to_the_issuer_that_one_came_by(
    nobody: httpx.AsyncClient, issuer: FakeIssuer
) -> None:
    assert (await nobody.get("/sign-out")).headers["location"] == "/sign-in"
    await signs_in(nobody, issuer)
    leaves = await nobody.get("/sign-out")
    location = urlsplit(leaves.headers["location"])
    asked = {name: one for name, (one,) in parse_qs(location.query).items()}
    assert f"http://{location.netloc}{location.path}" == f"{issuer.url}/end"
    assert asked["id_token_hint"] == issuer.tokens["id_token"]
    assert asked["post_logout_redirect_uri"] == "http://cruddur.test/sign-in"
    assert (await nobody.get("/sign-out")).headers["location"] == "/sign-in"


async def test_an_issuer_that_offers_no_sign_out_is_not_asked(
    nobody: httpx.AsyncClient, issuer: FakeIssuer
) -> None:
    issuer.said = {"end_session_endpoint": None}
    await signs_in(nobody, issuer)
    assert (await nobody.get("/sign-out")).headers["location"] == "/sign-in"


async def test_cookies_say_where_they_count(
    app: Litestar, application: Application, issuer: FakeIssuer
) -> None:
    proxied = msgspec.structs.replace(application.settings, trusted_proxy=1)
    app.state["context"].settings = proxied
    async with open_client(app) as browser:
        browser.headers.update({"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"})
        begun = (await browser.get(START)).headers["set-cookie"]
    assert begun.startswith("__Host-cruddur_sign_in_")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/;", "Max-Age=600"):
        assert part in begun


async def test_the_pages_show_each_issuer_and_where_one_wanted_to_go(
    nobody: httpx.AsyncClient, issuer: FakeIssuer, settings: Settings
) -> None:
    for path in ("/sign-in", "/sign-up"):
        page = (await nobody.get(path, params={"next": "/@bayko", "sso": "<script>"})).text
        assert '<a class="way" href="/sign-in/sso?next=/@bayko">Continue with id</a>' in page
        assert 'href="/sign-in/other?next=/@bayko"' in page
        assert "&lt;script" not in page
    assert (await nobody.get("/sign-in/third")).status_code == 404
    assert (await nobody.get("/sign-in/third/callback")).status_code == 404
