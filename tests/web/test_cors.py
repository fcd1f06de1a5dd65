"""Pages of allowed origins call the API without cookies; pages of all others do not."""

import httpx
import msgspec
import pytest
from litestar import Litestar
from tests.web.applications import make_app
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application
from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.web.http.auth import COOKIE
from cruddur.web.http.context import Context

FRONT_END, STRANGER = "http://localhost:3000", "https://evil.example"
ALLOW = "access-control-allow-origin"
NEW = {"handle": "zoe", "display_name": "Zoe", "password": "correct horse"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, allowed_origins=f"{FRONT_END}, https://app.example")


async def asked_before(client: httpx.AsyncClient, origin: str, path: str) -> httpx.Response:
    asked = {"Access-Control-Request-Method": "POST"}
    return await client.options(path, headers={"Origin": origin, **asked})


@pytest.mark.parametrize("path", ["/api/messages", "/api/events", "/api/nothing/there"])
async def test_what_browsers_ask_before_is_answered_without_sign_in(
    nobody: httpx.AsyncClient, path: str
) -> None:
    answer = await asked_before(nobody, FRONT_END, path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers[ALLOW] == FRONT_END
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST, PUT, PATCH, DELETE"
    allowed = answer.headers["access-control-allow-headers"]
    # A request with any other header is stopped by the browser.
    ours = "Authorization, Content-Type, traceparent, Last-Event-ID, If-None-Match, Cruddur-User"
    assert allowed == ours
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("origin", [STRANGER, "null", "http://localhost:3001", "*", ""])
async def test_others_are_told_nothing(nobody: httpx.AsyncClient, origin: str) -> None:
    for answer in (
        await asked_before(nobody, origin, "/api/messages"),
        await nobody.get("/api/me", headers={"Origin": origin}),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert "Origin" in answer.headers["vary"]


async def test_every_answer_can_be_read_the_refusals_too(
    app: Litestar, nobody: httpx.AsyncClient, andrew: Person
) -> None:
    context: Context = app.state["context"]
    context.limits.is_on = True
    context.limits.take(context.limits.asking, andrew.uuid, 120)
    from_there = {"Origin": FRONT_END}
    as_json = {**from_there, "Content-Type": "application/json"}
    asked = [
        (200, await andrew.http.get("/api/message_groups", headers=from_there)),
        (401, await nobody.get("/api/me", headers=from_there)),
        (404, await andrew.http.get("/api/nothing", headers=from_there)),
        (405, await andrew.http.put("/api/me", headers=from_there)),
        (413, await andrew.http.post("/api/messages", headers=as_json, content=b"x" * 70_000)),
        (422, await andrew.http.post("/api/messages", headers=from_there, json={})),
        (429, await andrew.http.get("/api/users?prefix=an", headers=from_there)),
    ]
    for status, answer in asked:
        assert (answer.status_code, answer.headers.get(ALLOW)) == (status, FRONT_END)
        shown = answer.headers["access-control-expose-headers"]
        assert {"Link", "ETag", "Retry-After"} <= set(shown.split(", "))


async def test_a_failure_and_an_event_stream_can_be_read(
    address: str, application: Application, andrew: Person
) -> None:
    headers = {"Origin": FRONT_END, "Authorization": f"Bearer {andrew.token}"}
    async with (
        httpx.AsyncClient(base_url=address, timeout=60) as client,
        client.stream("GET", "/api/events", headers=headers) as stream,
    ):
        assert (stream.status_code, stream.headers[ALLOW]) == (200, FRONT_END)
        await application.messaging.table.close()
        down = await client.get("/api/message_groups", headers=headers)
        assert (down.status_code, down.headers[ALLOW]) == (503, FRONT_END)


async def test_a_page_there_signs_in_and_no_cookie_counts_for_it(
    nobody: httpx.AsyncClient, andrew: Person, app: Litestar
) -> None:
    from_there = {"Origin": FRONT_END, "Sec-Fetch-Site": "same-site"}
    made = await nobody.post("/api/accounts", json=NEW, headers=from_there)
    assert made.status_code == 201
    strange = await nobody.post("/api/accounts", json=NEW, headers={"Origin": STRANGER})
    assert strange.json()["code"] == "cross_site_request"
    async with open_client(app) as browser:
        browser.cookies.set(COOKIE, andrew.token)
        written = await browser.post("/api/messages", json={}, headers=from_there)
        assert written.json()["code"] == "cross_site_request"
    with_a_token = await andrew.http.post(
        "/api/messages", json={"handle": "zoe", "message": "Hi"}, headers=from_there
    )
    assert with_a_token.status_code == 200


async def test_by_default_nothing_is_said_to_anybody(application: Application) -> None:
    plain = msgspec.structs.replace(application.settings, allowed_origins="")
    app = make_app(application.messaging, application.identity, plain)
    async with open_client(app) as client:
        answer = await asked_before(client, FRONT_END, "/api/messages")
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert "vary" not in answer.headers
        made = await client.post("/api/accounts", json=NEW, headers={"Origin": FRONT_END})
        assert made.status_code == 403


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "localhost:3000", "http://localhost:3000/", "http://a.example/x", "HTTP://A.example",
     "https://a.example:443", "http://*.example", "http://u@a.example", "ftp://a.example", "http://",
     "http://a.example:99999", "http://a.example http://b.example"],
)  # fmt: skip
def test_an_origin_that_no_browser_writes_stops_the_start(origin: str) -> None:
    with pytest.raises(WrongSetting, match=r"^CRUDDUR_ALLOWED_ORIGINS cannot hold [^\n]*$"):
        load_settings({}, {"CRUDDUR_ALLOWED_ORIGINS": f"{FRONT_END},{origin}"})


@pytest.mark.parametrize("origins", ["", FRONT_END, f"{FRONT_END} , https://[::1]:8443,"])
def test_origins_stand_with_commas_between_them(origins: str) -> None:
    load_settings({}, {"CRUDDUR_ALLOWED_ORIGINS": origins})


@pytest.mark.parametrize(("setting", "status"), [("off", 401), ("on", 200)])
async def test_one_setting_opens_one_look_up(
    application: Application, andrew: Person, setting: str, status: int
) -> None:
    settings = msgspec.structs.replace(application.settings, public_profiles=setting)
    app = make_app(application.messaging, application.identity, settings)
    async with open_client(app) as client:
        assert (await client.get("/api/users/@andrew/short")).status_code == status
        assert (await client.get("/api/users?prefix=an")).status_code == 401
        wrong = {"Authorization": "Bearer wrong"}
        assert (await client.get("/api/users/@andrew/short", headers=wrong)).status_code == 401
        context: Context = app.state["context"]
        context.limits.is_on = True
        answers = [await client.get("/api/users/@andrew/short") for _ in range(61)]
        assert answers[-1].status_code == (429 if setting == "on" else 401)
