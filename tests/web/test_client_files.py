"""The client that pages of other products import, and how much they fetch for it."""

import re

import httpx
import msgspec
import pytest

from cruddur.config import Settings
from cruddur.web.http.client_files import client_files

CLIENT = "/embed/v1.js"
MOST_BYTES = 14_000
"""Of all that a page fetches to connect, read, send and hear, by brotli as it is served."""
SHOP = "https://shop.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, allowed_origins=SHOP)


async def test_any_page_may_load_the_client_and_asks_for_it_again(
    nobody: httpx.AsyncClient,
) -> None:
    for origin in (SHOP, "https://elsewhere.example"):
        answer = await nobody.get(CLIENT, headers={"Origin": origin})
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers.get_list("access-control-allow-origin") == ["*"]
        assert answer.headers.get_list("cross-origin-resource-policy") == ["cross-origin"]
        assert answer.headers["cache-control"] == "no-cache"
        again = await nobody.get(CLIENT, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_its_parts_are_kept_for_a_year(nobody: httpx.AsyncClient) -> None:
    scripts = "".join(client_files().values())
    parts = set(re.findall(r'import\("\./([\w.]+)"\)', scripts))
    assert parts
    assert parts == client_files().keys() - {"v1.js"}
    for part in parts:
        answer = await nobody.get(f"/embed/{part}")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "immutable" in answer.headers["cache-control"]
    assert (await nobody.get("/embed/elements.0123456789abcdef.js")).status_code == 404


async def test_all_else_stays_with_our_own_origin(nobody: httpx.AsyncClient) -> None:
    for path in ("/sign-in", "/embed/nothing.js", "/health/live"):
        answer = await nobody.get(path)
        assert answer.headers.get_list("cross-origin-resource-policy") == ["same-origin"]
        assert "access-control-allow-origin" not in answer.headers


async def test_the_client_as_it_is_served_is_small(nobody: httpx.AsyncClient) -> None:
    sizes = {}
    for coding in ("br", "gzip"):
        answer = await nobody.get(CLIENT, headers={"Accept-Encoding": coding})
        assert answer.headers["content-encoding"] == coding
        sizes[coding] = int(answer.headers["content-length"])
    print("The client without elements, as it is served:", sizes)  # noqa: T201  `pytest -s` shows it
    assert sizes["br"] <= MOST_BYTES


def test_to_connect_read_send_and_hear_no_part_is_needed() -> None:
    parts = set(re.findall(r'import\("\./(\w+)\.[0-9a-f]+\.js"\)', client_files()["v1.js"]))
    assert parts == {"elements", "frame", "leases", "quotes", "trouble"}


def test_what_is_not_exported_has_short_names() -> None:
    script = client_files()["v1.js"]
    assert script.startswith("export const[connect,frame]=")
    assert "$emitter$" not in script
