"""Messages over HTTP: sent once, paged by number, and not sent again to a client that has them."""

import asyncio
import uuid

import pytest
from tests.web.callers import Person

from cruddur.bootstrap import Application

pytestmark = pytest.mark.every_engine


async def test_a_message_is_answered_as_it_is_stored(andrew: Person, bayko: Person) -> None:
    sent = await andrew.send("Hello, Bayko!\n\tHow are you? 🦆", user_receiver_handle="@Bayko")
    assert sent["seq"] == 1
    assert sent["message"] == "Hello, Bayko!\n\tHow are you? 🦆"
    assert (sent["user_uuid"], sent["handle"]) == (andrew.uuid, "andrew")
    assert await bayko.list(sent["message_group_uuid"]) == [sent]


async def test_a_retry_with_the_same_uuid_is_one_message(andrew: Person, bayko: Person) -> None:
    mine = str(uuid.uuid4())
    first = await andrew.send("once", handle="bayko", message_uuid=mine)
    group = first["message_group_uuid"]
    again = await andrew.send("once", handle="bayko", message_uuid=mine)
    later = await andrew.send("once", message_group_uuid=group, message_uuid=mine, after=0)
    assert first == again == later
    assert len(await andrew.list(group)) == 1


async def test_many_at_once_are_numbered_without_a_gap(andrew: Person, bayko: Person) -> None:
    group = (await andrew.send("0", handle="bayko"))["message_group_uuid"]
    people = [andrew, bayko] * 20
    sent = await asyncio.gather(*(p.send("hi", message_group_uuid=group) for p in people))
    assert sorted(message["seq"] for message in sent) == list(range(2, 42))


async def test_two_who_start_at_the_same_moment_meet(andrew: Person, bayko: Person) -> None:
    starts = [andrew.send("a", handle="bayko"), bayko.send("b", handle="andrew")] * 1
    one, other = await asyncio.gather(*starts)
    assert one["message_group_uuid"] == other["message_group_uuid"]
    assert {one["seq"], other["seq"]} == {1, 2}
    for person in (andrew, bayko):
        inbox = (await person.http.get("/api/message_groups")).json()
        assert [row["uuid"] for row in inbox] == [one["message_group_uuid"]]


@pytest.mark.parametrize(("start", "order"), [("limit=3", "back"), ("after=0&limit=3", "forth")])
async def test_links_lead_through_all_messages(
    start: str, order: str, andrew: Person, bayko: Person
) -> None:
    group = (await andrew.send("1", handle="bayko"))["message_group_uuid"]
    for number in range(2, 9):
        await andrew.send(str(number), message_group_uuid=group)
    pages = []
    path: str | None = f"/api/messages/{group}?{start}"
    while path:
        answer = await bayko.http.get(path)
        pages.append([message["seq"] for message in answer.json()])
        path = answer.links.get("next", {}).get("url")
    assert [len(page) for page in pages] == [3, 3, 2]
    in_order = pages[::-1] if order == "back" else pages
    assert [seq for page in in_order for seq in page] == list(range(1, 9))


async def test_links_lead_through_the_whole_inbox(andrew: Person) -> None:
    for title in "abcde":
        made = await andrew.http.post(
            "/api/message_groups", json={"handles": ["andrew"], "title": title}
        )
        assert made.status_code == 201
    titles = []
    path: str | None = "/api/message_groups?limit=2"
    while path:
        answer = await andrew.http.get(path)
        titles += [row["title"] for row in answer.json()]
        path = answer.links.get("next", {}).get("url")
    assert sorted(titles) == list("abcde")


async def test_a_list_is_not_sent_again_to_who_has_it(andrew: Person, bayko: Person) -> None:
    group = (await andrew.send("1", handle="bayko"))["message_group_uuid"]
    for path in (f"/api/messages/{group}", "/api/message_groups"):
        first = await bayko.http.get(path)
        known = {"If-None-Match": first.headers["etag"]}
        again = await bayko.http.get(path, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    await andrew.send("2", message_group_uuid=group)
    path = f"/api/messages/{group}"
    assert (await bayko.http.get(path, headers=known)).status_code == 200


async def test_edited_and_deleted_messages_say_so(andrew: Person, bayko: Person) -> None:
    group = (await andrew.send("frist", handle="bayko"))["message_group_uuid"]
    path = f"/api/messages/{group}/1"
    edited = (await andrew.http.patch(path, json={"message": "first"})).json()
    assert (edited["message"], edited["deleted_at"]) == ("first", None)
    assert edited["edited_at"]
    deleted = (await andrew.http.delete(path)).json()
    assert (deleted["message"], deleted["seq"]) == ("", 1)
    assert await bayko.list(group) == [deleted]


async def test_a_group_lives_from_start_to_leaving(
    andrew: Person, bayko: Person, mallory: Person
) -> None:
    made = await andrew.http.post(
        "/api/message_groups", json={"handles": ["bayko"], "title": "We two"}
    )
    group = made.json()["message_group_uuid"]
    await andrew.send("before", message_group_uuid=group)
    base = f"/api/message_groups/{group}"
    grown = (await bayko.http.post(f"{base}/members", json={"handles": ["mallory"]})).json()
    assert {member["handle"] for member in grown["members"]} == {"andrew", "bayko", "mallory"}
    await andrew.send("after", message_group_uuid=group)
    assert [m["message"] for m in await mallory.list(group)] == ["Bayko added Mallory", "after"]
    assert (await mallory.http.patch(base, json={"title": "We three"})).json()[
        "title"
    ] == "We three"
    assert (await bayko.http.post(f"{base}/leave")).status_code == 204
    assert (await bayko.http.get(base)).status_code == 404
    assert (await andrew.http.get(base)).json()["title"] == "We three"


async def test_reading_is_kept(andrew: Person, bayko: Person) -> None:
    group = (await andrew.send("1", handle="bayko"))["message_group_uuid"]
    assert (await bayko.http.get(f"/api/message_groups/{group}")).json()["unread"] == 1
    read = await bayko.http.post(f"/api/message_groups/{group}/read", json={"seq": 1})
    assert read.status_code == 204
    assert (await bayko.http.get(f"/api/message_groups/{group}")).json()["unread"] == 0


async def test_people_are_found_by_the_first_letters(andrew: Person, bayko: Person) -> None:
    found = (await andrew.http.get("/api/users", params={"prefix": "@BAY"})).json()
    assert [user["handle"] for user in found] == ["bayko"]
    for wild in ("@ba%", "@b_y", "@ba*", "b%yko"):  # no store's wildcard means anything here
        assert (await andrew.http.get("/api/users", params={"prefix": wild})).json() == []


async def test_a_store_that_is_down_is_503_everywhere(
    andrew: Person, bayko: Person, application: Application
) -> None:
    group = (await andrew.send("1", handle="bayko"))["message_group_uuid"]
    await application.messaging.table.close()
    body = {"message": "2", "message_group_uuid": group}
    answers = [
        await andrew.http.post("/api/messages", json=body),
        await andrew.http.get("/api/message_groups"),
        await andrew.http.get("/health/ready"),
    ]
    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert answers[0].json()["code"] == "unavailable"
    assert answers[0].headers["retry-after"] == "1"
    assert (await andrew.http.get("/health/live")).status_code == 200
