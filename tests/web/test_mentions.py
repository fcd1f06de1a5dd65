"""`GET /api/mentions`: what mentions me, in pages, and as others read it."""

import asyncio

import httpx
import pytest
from tests.web.callers import Person

pytestmark = pytest.mark.every_engine


async def texts(person: Person, path: str) -> tuple[list[str], str | None]:
    """The texts of a page, and the path of the next one."""
    answer = await person.http.get(path)
    assert answer.status_code == 200, answer.text
    return [one["message"] for one in answer.json()], answer.links.get("next", {}).get("url")


async def test_what_mentions_me_comes_newest_first_in_pages(andrew: Person, bayko: Person) -> None:
    for number in range(5):
        sent = await andrew.send(f"@bayko {number}", handle="bayko")
    await andrew.send("no mention", handle="bayko")
    group = sent["message_group_uuid"]
    row = (await bayko.http.get(f"/api/message_groups/{group}")).json()
    async with asyncio.timeout(20):
        while row["last_seq"] < 6:  # until it is projected
            row = (await bayko.http.get(f"/api/message_groups/{group}")).json()
    assert row["mention_seq"] == 5
    (mention,) = sent["mentions"]
    assert mention == {"user_uuid": bayko.user.user_uuid, "handle": "bayko"}
    found: list[str] = []
    path: str | None = "/api/mentions?limit=2"
    while path:
        page, path = await texts(bayko, path)
        found += page
    assert found == [f"@bayko {number}" for number in reversed(range(5))]
    assert await texts(andrew, "/api/mentions") == ([], None)


@pytest.mark.parametrize(
    "cursor", ["", "x", "a/b/c", "2026/not-a-uuid/1", "//", "2026/{uuid}/x", "2026/{uuid}/²"]
)
async def test_a_cursor_that_is_not_ours_is_refused(andrew: Person, cursor: str) -> None:
    given = {"cursor": cursor.format(uuid=andrew.user.user_uuid)}
    answer: httpx.Response = await andrew.http.get("/api/mentions", params=given)
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")
