"""A host signs its people in, and a 401 says what is wrong with a token that it may know about."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
from litestar import Litestar
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application
from cruddur.identity.add_host_key import add_host_key

pytestmark = pytest.mark.every_engine

PERSON = "/api/users/42"


@pytest.fixture
async def shop(app: Litestar, application: Application) -> AsyncIterator[httpx.AsyncClient]:
    token = (await add_host_key(application.identity, "shop")).token
    async with open_client(app) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        await client.put(PERSON, json={"display_name": "Maya"})
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_back_end_signs_a_person_in(
    shop: httpx.AsyncClient, nobody: httpx.AsyncClient, andrew: Person
) -> None:
    answer = await shop.post("/api/tokens", json={"external_id": "42", "ttl": 600})
    assert answer.status_code == 201
    made = answer.json()
    ends = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
    assert timedelta(seconds=540) < ends <= timedelta(seconds=600)
    body = {"message": "Hello", "handle": andrew.user.handle}
    sent = await nobody.post("/api/messages", json=body, headers=bearer(made["token"]))
    assert (sent.status_code, sent.json()["user_uuid"]) == (200, made["user_uuid"])


async def test_one_call_makes_the_person_and_signs_them_in(
    shop: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    for name in ("Tom Okafor", "Tom O."):
        answer = await shop.post("/api/tokens", json={"external_id": "7/b", "display_name": name})
        assert answer.status_code == 201, answer.text
        me = (await nobody.get("/api/me", headers=bearer(answer.json()["token"]))).json()
        assert (me["uuid"], me["display_name"]) == (answer.json()["user_uuid"], name)
    unnamed = await shop.post("/api/tokens", json={"external_id": "7/b", "display_name": None})
    assert unnamed.json()["user_uuid"] == me["uuid"]
    assert (await shop.get("/api/users/7%2Fb")).json()["display_name"] == "Tom O."


async def test_a_key_for_tokens_alone_makes_nobody(
    nobody: httpx.AsyncClient, application: Application
) -> None:
    key = (await add_host_key(application.identity, "forum", ["tokens"])).token
    body = {"external_id": "7", "display_name": "Tom"}
    answer = await nobody.post("/api/tokens", json=body, headers=bearer(key))
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"external_id": "42", "display_name": " "}, 422, "display_name_blank"),
        ({"external_id": "43"}, 404, "user_not_found"),
        ({"external_id": "42", "ttl": 59}, 422, "validation"),
        ({"external_id": "42", "ttl": 31 * 86_400}, 422, "validation"),
        ({"external_id": 42}, 422, "validation"),
        ({"external_id": "42", "handle": "x"}, 422, "validation"),
    ],
)
async def test_what_cannot_be_signed_is_said(
    shop: httpx.AsyncClient, body: dict[str, object], status: int, code: str
) -> None:
    answer = await shop.post("/api/tokens", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_banned_person_is_out_and_gets_no_token(
    shop: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    async def token() -> httpx.Response:
        return await shop.post("/api/tokens", json={"external_id": "42"})

    before = (await token()).json()["token"]
    assert (await nobody.get("/api/me", headers=bearer(before))).status_code == 200
    await shop.post(f"{PERSON}/disable")
    refused = await token()
    assert (refused.status_code, refused.json()["code"]) == (403, "account_disabled")
    out = await nobody.get("/api/me", headers=bearer(before))
    assert (out.status_code, out.json()["code"]) == (401, "token_revoked")
    await shop.post(f"{PERSON}/enable")
    after = (await token()).json()["token"]
    assert (await nobody.get("/api/me", headers=bearer(after))).status_code == 200


async def test_a_key_without_the_scope_signs_nobody_in(
    app: Litestar, application: Application, shop: httpx.AsyncClient
) -> None:
    key = (await add_host_key(application.identity, "users", ["users"])).token
    answer = await shop.post("/api/tokens", json={"external_id": "42"}, headers=bearer(key))
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def test_a_401_says_what_is_wrong_only_of_a_well_signed_token(
    nobody: httpx.AsyncClient, andrew: Person, application: Application
) -> None:
    now = int(datetime.now(UTC).timestamp())
    claims = {"iss": "cruddur", "sub": andrew.uuid, "exp": now - 1}
    secret = application.identity.secret
    good, bad = (jwt.encode(claims, key, "HS256") for key in (secret, bytes(32)))
    plain = 'Bearer realm="cruddur"'
    told = f'{plain}, error="invalid_token", error_description="The token has expired. It ended'
    for token, code, challenge in ((good, "token_expired", told), (bad, "unauthenticated", plain)):
        answer = await nobody.get("/api/me", headers=bearer(token))
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert answer.headers["www-authenticate"].startswith(challenge)
        assert ("error" in answer.headers["www-authenticate"]) == (token == good)
    unsigned = await nobody.get("/api/me")
    without = {name: unsigned.headers[name] for name in ("www-authenticate", "content-type")}
    refused = await nobody.get("/api/me", headers=bearer(bad))
    assert refused.content == unsigned.content
    assert {name: refused.headers[name] for name in without} == without
