"""What one may know of a person: their name, since when they are here, and the groups of both."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.web.callers import Person

pytestmark = pytest.mark.every_engine


async def look_at(person: Person, other: Person) -> Mapping[str, Any]:
    answer = await person.http.get(f"/api/people/{other.uuid}")
    assert answer.status_code == 200, answer.text
    found: Mapping[str, Any] = answer.json()
    return found


async def starts(person: Person, title: str, *others: Person) -> str:
    body = {"handles": [other.user.handle for other in others], "title": title}
    answer = await person.http.post("/api/message_groups", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["uuid"])


async def test_it_has_their_name_and_the_groups_of_both(
    andrew: Person, bayko: Person, mallory: Person
) -> None:
    lake = await starts(bayko, "Lake", andrew, mallory)
    boats = await starts(andrew, "Boats", bayko)
    await starts(andrew, "Without her", mallory)
    await starts(bayko, "Without him", mallory)
    await andrew.http.patch(f"/api/message_groups/{boats}", json={"emoji": "🚣", "colour": 3})
    found = await look_at(andrew, bayko)
    assert (found["uuid"], found["handle"], found["display_name"]) == (bayko.uuid, "bayko", "Bayko")
    assert found["created_at"] == bayko.user.created_at
    assert found["blocked_at"] is None
    shared = {one["uuid"]: one for one in found["shared_groups"]}
    assert shared.keys() == {lake, boats}
    assert shared[boats] == {"uuid": boats, "title": "Boats", "emoji": "🚣", "colour": 3}
    left = await andrew.http.post(f"/api/message_groups/{lake}/leave")
    assert left.status_code == 204
    assert [one["uuid"] for one in (await look_at(andrew, bayko))["shared_groups"]] == [boats]
    assert (await look_at(andrew, andrew))["shared_groups"] == []


async def test_the_blocked_person_sees_no_trace_of_it(andrew: Person, bayko: Person) -> None:
    before = await look_at(bayko, andrew)
    await andrew.http.put(f"/api/blocks/{bayko.uuid}")
    assert (await look_at(andrew, bayko))["blocked_at"] is not None
    assert await look_at(bayko, andrew) == before
    await andrew.http.delete(f"/api/blocks/{bayko.uuid}")
    assert (await look_at(andrew, bayko))["blocked_at"] is None


async def test_a_group_says_nothing_of_who_has_accepted_it(
    andrew: Person, bayko: Person, mallory: Person
) -> None:
    await bayko.http.patch("/api/me", json={"who_may_write": "request"})
    lake = await starts(mallory, "Lake", andrew, bayko)
    asked = (await bayko.http.get("/api/message_groups?requests=true")).json()
    assert [row["uuid"] for row in asked] == [lake]
    before = await look_at(mallory, bayko)
    assert [one["uuid"] for one in before["shared_groups"]] == [lake]
    assert (await look_at(bayko, mallory))["shared_groups"] == []  # it is no group of hers yet
    await bayko.http.post(f"/api/message_groups/{lake}/accept")
    assert await look_at(mallory, bayko) == before


async def test_there_is_nobody(andrew: Person) -> None:
    for wrong in ("nobody", "00000000-0000-4000-8000-000000000000"):
        answer = await andrew.http.get(f"/api/people/{wrong}")
        assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found")
