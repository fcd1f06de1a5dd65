"""What developers of a host product do wrong at first, and whether the answer says what is right."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from litestar import Litestar
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application

LONG = "x" * 201
KNOWN = "“display_name”, “handle”, “avatar_url”, “metadata”"
V = {"external_id": "v", "display_name": "V"}

FIELDS: dict[str, tuple[str, str, Any, str, str]] = {
    "a name of another product": ("PUT", "users/v", {"name": "V"}, "name", KNOWN),
    "one in a list": ("POST", "users:batch", {"users": [V, {"id": "w"}]}, "users[1].id", KNOWN),
    "one is missing in a list": (
        "POST",
        "users:batch",
        {"users": [V, {"external_id": "w"}]},
        "users[1].display_name",
        "It is missing",
    ),
    "a long id in a list": (
        "POST",
        "users:batch",
        {"users": [{**V, "external_id": LONG}]},
        "users[0].external_id",
        "at most 200 characters",
    ),
    "a long id": ("POST", "tokens", {"external_id": LONG}, "external_id", "at most 200 characters"),
    "an unknown event": (
        "POST",
        "webhooks",
        {"name": "shop", "url": "https://shop.example", "events": ["message.created"]},
        "events[0]",
        "“change”, “group”, “message”",
    ),
    "an unknown word in a query": (
        "DELETE",
        "users/v?messages=remove",
        None,
        "messages",
        "“blank”, “keep”",
    ),
    "a number among texts": (
        "PUT",
        "users/v",
        {"display_name": "V", "metadata": {"orders": 3}},
        "metadata[...]",
        "It must be text",
    ),
    "a time with a unit": ("POST", "tokens", {"external_id": "v", "ttl": "1h"}, "ttl", "“ttl”"),
    "an id that nobody has": (
        "POST",
        "tokens",
        {"external_id": "nobody"},
        "external_id",
        "Send “display_name”",
    ),
    "ext: where an id stands": ("GET", "users/ext:v", None, "external_id", "leave out ext:"),
}


async def test_a_wrong_field_is_named_and_so_is_what_is_right(shop: httpx.AsyncClient) -> None:
    for name, (method, path, body, field, words) in FIELDS.items():
        problem = (await shop.request(method, f"/api/{path}", json=body)).json()
        assert (problem["field"], words in problem["detail"]) == (field, True), (name, problem)
        assert "An input" not in problem["detail"], name


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({}, "Authorization: Bearer crk_…"),
        ({"X-Api-Key": "crk_shop_1_x"}, "Authorization: Bearer crk_…"),
        ({"Authorization": "Bearer eyJh"}, "What came is no key."),
        ({"Authorization": f"Bearer crk_shop_1_{'x' * 32}"}, "cruddur keys list"),
    ],
)
async def test_a_back_end_is_told_how_its_key_is_sent(
    app: Litestar, header: dict[str, str], words: str
) -> None:
    async with open_client(app) as client:
        problem = (await client.get("/api/key", headers=header)).json()
    assert words in problem["detail"]


async def test_a_path_that_is_not_there_says_where_paths_are(shop: httpx.AsyncClient) -> None:
    nothing = (await shop.put("/api/users/a/b", json={"display_name": "V"})).json()
    assert "/schema" in nothing["detail"]
    assert "%2F" in nothing["detail"]
    other = await shop.post("/api/users/v", json={"display_name": "V"})
    assert other.json()["detail"] == "This path is there for DELETE and GET and PUT only."


CLAIMS: dict[str, tuple[Callable[[datetime], dict[str, Any]], str]] = {
    "a clock that is slow": (lambda now: {"exp": now - timedelta(seconds=9)}, "and here it is 20"),
    "a clock that is fast": (lambda now: {"iat": now + timedelta(minutes=9)}, "and here it is 20"),
    "milliseconds": (lambda now: {"exp": int(now.timestamp() * 1000)}, "not milliseconds"),
    "a year": (lambda now: {"exp": now + timedelta(days=365)}, "at most 30 days from now"),
    "a long name": (lambda _: {"jti": LONG}, "at most 128 characters"),
    "for another": (lambda _: {"aud": "shop"}, "It is cruddur here."),
}


@pytest.mark.parametrize("name", CLAIMS)
async def test_a_claim_that_is_wrong_is_told_with_its_rule(
    andrew: Person, nobody: httpx.AsyncClient, application: Application, name: str
) -> None:
    claims_at, words = CLAIMS[name]
    now = datetime.now(UTC)
    good = {"iss": "cruddur", "sub": andrew.uuid, "exp": now + timedelta(hours=1)}
    token = jwt.encode({**good, **claims_at(now)}, application.identity.secret, "HS256")
    answer = await nobody.get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert words in answer.json()["detail"]
    assert answer.json()["detail"] in answer.headers["www-authenticate"]
