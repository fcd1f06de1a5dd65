"""Pinned conversations, cleared ones, and those that are unread, as programs and devices get them."""

import asyncio
from collections.abc import Sequence

import pytest
from tests.web.callers import Person
from tests.web.listening import listening

pytestmark = pytest.mark.every_engine

GROUPS = "/api/message_groups"
PATIENCE_SECONDS = 30


async def started(person: Person, *titles: str) -> Sequence[str]:
    """Starts groups with Bayko, the oldest first, and returns their uuids."""
    groups = []
    for title in titles:
        body = {"handles": ["bayko"], "title": title}
        groups.append((await person.http.post(GROUPS, json=body)).json()["uuid"])
    return groups


async def titles(person: Person, query: str) -> Sequence[str]:
    answer = await person.http.get(f"{GROUPS}{query}")
    assert answer.status_code == 200, answer.text
    return [row["title"] for row in answer.json()]


async def test_what_is_pinned_comes_first_where_it_is_asked_for(
    andrew: Person, bayko: Person
) -> None:
    a, b, c, d = await started(andrew, "A", "B", "C", "D")
    for group in (b, a):
        answer = await bayko.http.patch(f"{GROUPS}/{group}/settings", json={"pinned": True})
        assert answer.status_code == 200
    assert answer.json()["pin_order"] == 2
    assert await titles(bayko, "?pinned_first=true&limit=2") == ["B", "A", "D", "C"]
    assert await titles(bayko, "?limit=2") == ["D", "C"]
    await bayko.http.patch(f"{GROUPS}/{a}/settings", json={"pin_place": 0})
    assert await titles(bayko, "?pinned_first=true") == ["A", "B", "D", "C"]
    assert await titles(andrew, "?pinned_first=true") == ["D", "C", "B", "A"]
    for place in (-1, 5, "top", None, True):
        wrong = await bayko.http.patch(f"{GROUPS}/{c}/settings", json={"pin_place": place})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "pin_place")
    for group in (c, d, (await started(andrew, "E"))[0]):
        await bayko.http.patch(f"{GROUPS}/{group}/settings", json={"pinned": True})
    (sixth,) = await started(andrew, "F")
    full = await bayko.http.patch(f"{GROUPS}/{sixth}/settings", json={"pinned": True})
    assert (full.status_code, full.json()["code"]) == (409, "pins_full")


async def test_only_what_is_unread_is_listed_a_page_at_a_time(
    andrew: Person, bayko: Person
) -> None:
    groups = await started(andrew, *"ABCDE")
    for group in groups[:4]:
        await andrew.send("Hello", message_group_uuid=group)
    await bayko.http.post(f"{GROUPS}/{groups[1]}/read", json={"seq": 2})
    await bayko.http.patch(f"{GROUPS}/{groups[4]}/settings", json={"marked_unread": True})
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await titles(bayko, "?unread=true") != ["D", "C", "A", "E"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # until it is projected
    await bayko.http.patch(f"{GROUPS}/{groups[2]}/settings", json={"archived": True})
    page = await bayko.http.get(f"{GROUPS}?unread=true&limit=2")
    assert [row["title"] for row in page.json()] == ["D", "A"]
    rest = await bayko.http.get(page.links["next"]["url"])
    assert ([row["title"] for row in rest.json()], "next" in rest.links) == (["E"], False)
    both = await bayko.http.get(f"{GROUPS}?unread=true&archived=true")
    assert (both.status_code, both.json()["code"]) == (422, "filters_ambiguous")


async def test_every_device_of_the_person_learns_what_was_cleared_and_no_other(
    address: str, andrew: Person, bayko: Person
) -> None:
    sent = await andrew.send("Secret", handle="bayko")
    group = sent["message_group_uuid"]
    async with listening(address, bayko) as his, listening(address, andrew) as hers:
        answer = await bayko.http.patch(f"{GROUPS}/{group}/settings", json={"cleared_seq": 1})
        assert (answer.json()["cleared_seq"], answer.json()["message"]) == (1, "")
        heard = await his.next()
        assert (heard.type, heard.data["cleared_seq"]) == ("row_settings", 1)
        await andrew.http.patch(f"/api/messages/{group}/1", json={"message": "Secret 2"})
        await andrew.send("Seen", message_group_uuid=group)
        heard = await his.next()
        assert (heard.type, heard.data["message"]) == ("message", "Seen")
        assert [(await hers.next()).type for _ in range(2)] == ["message_changed", "message"]
    page = (await bayko.http.get(f"/c/{group}")).text
    assert ("Secret" in page, "Seen" in page) == (False, True)
    for seq in (-1, 3, 10**12, "x", None):
        wrong = await bayko.http.patch(f"{GROUPS}/{group}/settings", json={"cleared_seq": seq})
        assert wrong.json()["field"] == "cleared_seq"
    assert (await andrew.http.get(f"{GROUPS}/{group}")).json()["cleared_seq"] == 0
