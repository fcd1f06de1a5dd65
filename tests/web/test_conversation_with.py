"""The conversation with one person, found by their name."""

import pytest
from tests.web.callers import Person

pytestmark = pytest.mark.every_engine


async def test_it_is_found_by_either_of_the_two_once_somebody_has_written(
    andrew: Person, bayko: Person
) -> None:
    path = "/api/users/@bayko/conversation"
    before = await andrew.http.get(path)
    assert (before.status_code, before.content) == (204, b"")
    sent = await andrew.http.post("/api/messages", json={"handle": "bayko", "message": "Hi"})
    uuid = sent.json()["message_group_uuid"]
    assert (await andrew.http.get(path)).json()["uuid"] == uuid
    his = (await bayko.http.get("/api/users/@andrew/conversation")).json()
    assert (his["uuid"], his["handle"], his["unread"]) == (uuid, "andrew", 1)


@pytest.mark.parametrize("name", ["@nobody-of-this-name", "bayko", "ext:nobody"])
async def test_a_name_of_nobody_is_said_to_be_so(andrew: Person, name: str) -> None:
    answer = await andrew.http.get(f"/api/users/{name}/conversation")
    assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found")
