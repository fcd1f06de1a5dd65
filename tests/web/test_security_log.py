"""What concerns security is one line of JSON each, with who, from where and in which request."""

import asyncio
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from litestar import Litestar
from tests.web.applications import make_app
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application
from cruddur.config import Settings
from cruddur.logs import log_json
from cruddur.web.http.log_throttle import IN_ALL_MAX, PER_ADDRESS_MAX, LogThrottle
from cruddur.web.http.rate_limits import Limit

SIGN_IN = {"handle": "chloe", "password": "correct horse"}
CHLOE = {**SIGN_IN, "display_name": "Chloe"}
HIDDEN = ("correct horse", "incorrect", "Plans", "Other plans", "secret words", "Bearer", "eyJ")
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings(data=settings.data, port=0, trusted_proxy=1)


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Those about security since the last call, without time and level."""
    stream = io.StringIO()
    log_json(stream)

    def read() -> list[dict[str, Any]]:
        text = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        assert [word for word in HIDDEN if word in text] == []
        found = [json.loads(line) for line in text.splitlines()]
        assert all(line.pop("timestamp") and line.pop("level") == "info" for line in found)
        assert {line.pop("event") for line in found} <= {"security"}
        return found

    yield read
    log_json()


def without(line: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in names}


async def test_signing_up_in_and_out(nobody: httpx.AsyncClient, lines: Lines) -> None:
    headers = {"X-Forwarded-For": "192.0.2.1", "X-Request-ID": "abc-1"}
    user = (await nobody.post("/api/accounts", json=CHLOE, headers=headers)).json()
    signed_in = await nobody.post("/api/sessions", json=SIGN_IN, headers=headers)
    nobody.cookies.clear()
    bearer = {**headers, "Authorization": f"Bearer {signed_in.json()['token']}"}
    await nobody.delete("/api/sessions", headers=bearer)
    who = {"user_uuid": user["uuid"], "address": "192.0.2.1", "request_id": "abc-1"}
    assert lines() == [
        {"act": "signed_up", **who, "handle": "chloe"},
        {"act": "signed_in", **who},
        {"act": "signed_out", **who},
    ]


async def test_a_wrong_password_names_whose_it_is_not_and_no_handle_that_nobody_has(
    nobody: httpx.AsyncClient, lines: Lines
) -> None:
    user = (await nobody.post("/api/accounts", json=CHLOE)).json()
    lines()
    await nobody.post("/api/sessions", json={**SIGN_IN, "password": "incorrect horse"})
    await nobody.post("/api/sessions", json={"handle": "incorrect", "password": "x"})
    told = [without(line, "request_id", "address") for line in lines()]
    failed = {"act": "sign_in_failed", "code": "credentials_wrong"}
    assert told == [{**failed, "user_uuid": user["uuid"]}, {**failed, "user_uuid": None}]


async def test_refusals_of_401_403_and_429(
    app: Litestar, nobody: httpx.AsyncClient, andrew: Person, lines: Lines
) -> None:
    app.state["context"].limits.sending = Limit("strict", burst=1, seconds=1000)
    await nobody.get("/api/me")
    await nobody.post("/api/accounts", json=CHLOE, headers={"Origin": "http://evil.test"})
    for _ in range(2):
        body = {"message": "secret words", "handle": "andrew"}
        await andrew.http.post("/api/messages", json=body)
    told = [without(line, "request_id", "address") for line in lines()]
    get, post = {"act": "refused", "method": "GET"}, {"act": "refused", "method": "POST"}
    assert told == [
        {**get, "user_uuid": None, "status": 401, "code": "unauthenticated", "route": "/api/me"},
        {
            **post,
            "user_uuid": None,
            "status": 403,
            "code": "cross_site_request",
            "route": "/api/accounts",
        },
        {
            **post,
            "user_uuid": andrew.uuid,
            "status": 429,
            "code": "rate_limited",
            "route": "/api/messages",
        },
    ]


async def test_changes_of_groups(
    andrew: Person, bayko: Person, mallory: Person, lines: Lines
) -> None:
    body = {"handles": ["bayko"], "title": "Plans"}
    group = (await andrew.http.post("/api/message_groups", json=body)).json()["uuid"]
    path = f"/api/message_groups/{group}"
    await andrew.http.patch(path, json={"title": "Other plans"})
    await andrew.http.post(f"{path}/members", json={"handles": ["mallory"]})
    await bayko.http.post(f"{path}/leave")
    told = [without(line, "request_id", "address") for line in lines()]
    about = {"user_uuid": andrew.uuid, "message_group_uuid": group}
    assert told == [
        {"act": "group_started", **about, "people": [bayko.uuid]},
        {"act": "group_renamed", **about},
        {"act": "members_added", **about, "people": [mallory.uuid]},
        {"act": "member_left", **about, "user_uuid": bayko.uuid},
    ]


async def test_what_is_refused_changes_nothing_and_is_told_as_refused_only(
    andrew: Person, mallory: Person, lines: Lines
) -> None:
    group = (await andrew.send("secret words", handle="andrew"))["message_group_uuid"]
    await mallory.http.patch(f"/api/message_groups/{group}", json={"title": "Plans"})
    assert lines() == []  # 404: there is no such conversation for them


async def test_each_answer_has_the_name_of_its_request(
    nobody: httpx.AsyncClient, lines: Lines
) -> None:
    names = [(await nobody.get("/api/me")).headers["x-request-id"] for _ in range(3)]
    assert len(set(names)) == 3
    assert [line["request_id"] for line in lines()] == names
    assert (await nobody.head("/sign-in")).headers["x-request-id"]
    assert (await nobody.get("/nowhere/at/all")).headers["x-request-id"]


@pytest.mark.parametrize(
    ("hops", "given", "is_taken"),
    [(1, "abc-1", True), (0, "abc-1", False), (1, "a b", False), (1, "x" * 129, False)],
)
async def test_a_name_is_taken_from_a_trusted_proxy_and_only_in_the_form_of_one(
    application: Application, hops: int, given: str, is_taken: bool
) -> None:
    settings = Settings(trusted_proxy=hops)
    app = make_app(application.messaging, application.identity, settings)
    async with open_client(app) as client:
        answer = await client.get("/health/live", headers={"X-Request-ID": given})
    assert (answer.headers["x-request-id"] == given) is is_taken


async def test_who_is_refused_without_end_gets_so_many_lines_a_minute_and_then_a_number(
    app: Litestar, nobody: httpx.AsyncClient, lines: Lines
) -> None:
    async def refused(address: str) -> None:
        await nobody.get("/api/me", headers={"X-Forwarded-For": address})

    for _ in range(2):  # the next minute is like the first
        for _ in range(PER_ADDRESS_MAX + 7):
            await refused("192.0.2.1")
        await refused("192.0.2.2")
        told = [line["address"] for line in lines()]
        assert told == ["192.0.2.1"] * PER_ADDRESS_MAX + ["192.0.2.2"]
        app.state["context"].log_throttle.end_minute()
        assert lines() == [{"act": "left_out", "of": "refused", "address": "192.0.2.1", "lines": 7}]
    app.state["context"].log_throttle.end_minute()
    assert lines() == []


async def test_many_addresses_fill_no_log_either() -> None:
    left_out: list[tuple[str, str | None, int]] = []
    throttle = LogThrottle(lambda *told: left_out.append(told))
    written = [throttle.may_write("refused", f"2001:db8:{one:x}::1") for one in range(2000)]
    assert written == [True] * IN_ALL_MAX + [False] * (2000 - IN_ALL_MAX)
    assert throttle.may_write("client_gone", "192.0.2.1")
    assert not throttle.may_write("refused", "2001:db8:0::2")
    throttle.end_minute()
    assert left_out == [("refused", None, 2000 - IN_ALL_MAX), ("refused", "2001:db8::/64", 1)]


async def test_a_minute_ends_by_itself() -> None:
    told = asyncio.Event()
    throttle = LogThrottle(lambda *_: told.set(), seconds=0.01)
    for _ in range(PER_ADDRESS_MAX + 1):
        throttle.may_write("refused", "192.0.2.1")
    async with asyncio.timeout(20):
        await told.wait()
    assert throttle.may_write("refused", "192.0.2.1")
    throttle.end_minute()
