"""A host's key, over HTTP: where it counts, where it does not, and its limits."""

import httpx
import pytest
from litestar import Litestar
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application
from cruddur.identity.add_host_key import add_host_key
from cruddur.identity.remove_host_key import remove_host_key
from cruddur.identity.roll_host_key import roll_host_key
from cruddur.web.http.context import Context
from cruddur.web.http.rate_limits import Limit

pytestmark = pytest.mark.every_engine


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_key_says_what_it_is_for(
    nobody: httpx.AsyncClient, application: Application
) -> None:
    made = await add_host_key(application.identity, "shop", ["users"])
    answer = await nobody.get("/api/key", headers=bearer(made.token))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["name"], told["number"], told["scopes"]) == ("shop", 1, ["users"])


async def test_a_key_is_no_person_and_a_person_no_key(
    nobody: httpx.AsyncClient, andrew: Person, application: Application
) -> None:
    token = (await add_host_key(application.identity, "shop")).token
    for path in ("/api/me", "/api/message_groups", "/api/events"):
        answer = await nobody.get(path, headers=bearer(token))
        assert (answer.status_code, answer.json()["code"]) == (401, "person_needed")
    answer = await andrew.http.get("/api/key")
    assert (answer.status_code, answer.json()["code"]) == (401, "key_needed")
    cookie = {"Cookie": f"cruddur_session={token}"}
    assert (await nobody.get("/api/me", headers=cookie)).status_code == 401


async def test_a_removed_key_is_refused_and_the_one_before_a_roll_is_not(
    nobody: httpx.AsyncClient, application: Application
) -> None:
    identity = application.identity
    old = (await add_host_key(identity, "shop")).token
    new = (await roll_host_key(identity, "shop")).token
    for token in (old, new):
        assert (await nobody.get("/api/key", headers=bearer(token))).status_code == 200
    await remove_host_key(identity, "shop")
    for token in (old, new):
        answer = await nobody.get("/api/key", headers=bearer(token))
        assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown")


async def test_a_keys_limit_is_its_own_and_not_its_addresses(
    app: Litestar, application: Application
) -> None:
    context: Context = app.state["context"]
    context.limits.is_on = True
    context.limits.hosting = Limit("hosting", burst=2, seconds=1000)
    first = (await add_host_key(application.identity, "shop")).token
    other = (await add_host_key(application.identity, "forum")).token
    async with open_client(app) as client:
        for token in (first, other):
            assert (await client.get("/api/key", headers=bearer(token))).status_code == 200
        while True:  # what an address may ask without a sign-in is used up
            wrong = await client.get("/api/key", headers=bearer(f"crk_no_1_{'x' * 32}"))
            if wrong.status_code == 429:
                break
            assert wrong.json()["code"] == "key_unknown"
        assert (await client.get("/api/key", headers=bearer(first))).status_code == 200
        refused = await client.get("/api/key", headers=bearer(first))
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert (await client.get("/api/key", headers=bearer(other))).status_code == 200
