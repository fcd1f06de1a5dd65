"""A host's back end gives its people pictures, and takes them away."""

from urllib.parse import quote

import httpx
import pytest
from litestar import Litestar
from tests.pictures import PNG, RED
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application
from cruddur.identity.add_host_key import add_host_key

pytestmark = pytest.mark.every_engine

WEBP = {"Content-Type": "image/webp"}


@pytest.mark.parametrize("external_id", ["42", "a/picture"])
async def test_a_host_gives_a_picture_and_takes_it_away(
    app: Litestar, application: Application, andrew: Person, external_id: str
) -> None:
    key = (await add_host_key(application.identity, "shop")).token
    at = f"/api/users/{quote(external_id, safe='')}"
    async with open_client(app) as shop:
        shop.headers["Authorization"] = f"Bearer {key}"
        assert (await shop.put(f"{at}/picture", content=RED, headers=WEBP)).status_code == 404
        assert (await shop.put(at, json={"display_name": "Maya"})).status_code == 201
        given = await shop.put(f"{at}/picture", content=RED, headers=WEBP)
        assert given.status_code == 200, given.text
        maya = given.json()
        assert (await shop.get(at)).json()["picture"] == maya["picture"]
        path = f"/api/pictures/{maya['uuid']}/{maya['picture']}"
        assert (await andrew.http.get(path)).status_code == 200
        refused = await shop.put(f"{at}/picture", content=PNG, headers=WEBP)
        assert refused.json()["code"] == "picture_invalid"
        for _ in range(2):
            assert (await shop.delete(f"{at}/picture")).json()["picture"] is None
        assert (await andrew.http.get(path)).status_code == 404


async def test_nobody_but_a_host_does(andrew: Person, nobody: httpx.AsyncClient) -> None:
    for client in (andrew.http, nobody):
        answer = await client.put("/api/users/42/picture", content=RED, headers=WEBP)
        assert answer.status_code == 401
