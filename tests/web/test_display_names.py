"""`PATCH /api/me`: another display name, for the caller and for those who know them."""

import httpx
import pytest
from litestar import Litestar
from tests.web.callers import Person, open_client
from tests.web.listening import listening

pytestmark = pytest.mark.every_engine


async def test_a_new_name_is_told_to_those_with_whom_one_talks(
    address: str, andrew: Person, bayko: Person, mallory: Person
) -> None:
    await andrew.send("Hello", handle="bayko")
    async with (
        listening(address, andrew) as own,
        listening(address, bayko) as other,
        listening(address, mallory) as stranger,
    ):
        answer = await andrew.http.patch("/api/me", json={"display_name": " Ines  Mare "})
        assert (answer.status_code, answer.json()["display_name"]) == (200, "Ines Mare")
        for device in (own, other):
            event = await device.next()
            while event.type != "person":  # the message may still be on its way
                event = await device.next()
            assert event.data == {
                "user_uuid": andrew.uuid,
                "handle": "andrew",
                "display_name": "Ines Mare",
                "name_version": 1,
                "picture": None,
            }
        await mallory.http.post("/api/message_groups", json={"handles": ["mallory"], "title": "Me"})
        assert (await stranger.next()).type == "group"
    assert (await andrew.http.get("/api/me")).json()["display_name"] == "Ines Mare"


async def test_messages_keep_the_name_under_which_they_were_written(
    andrew: Person, bayko: Person
) -> None:
    first = await andrew.send("Hello", handle=bayko.user.handle)
    await andrew.http.patch("/api/me", json={"display_name": "Ines"})
    second = await andrew.send("Hello", handle="bayko")
    path = f"/api/messages/{first['message_group_uuid']}"
    names = [one["display_name"] for one in (await andrew.http.get(path)).json()]
    assert names == [first["display_name"], "Ines"]
    assert second["display_name"] == "Ines"
    group = await andrew.http.get(f"/api/message_groups/{first['message_group_uuid']}")
    shown = {one["handle"]: one["display_name"] for one in group.json()["members"]}
    assert shown["andrew"] == "Ines"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "display_name_blank"),
        ("\u200b \u2800", "display_name_blank"),
        ("x" * 51, "display_name_exceed_max_chars_50"),
        ("a\0b", "display_name_control_characters"),
    ],
)
async def test_a_name_must_keep_the_rules(andrew: Person, name: str, code: str) -> None:
    answer = await andrew.http.patch("/api/me", json={"display_name": name})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["field"] == "display_name"
    assert (await andrew.http.get("/api/me")).json()["display_name"] == andrew.user.display_name


async def test_what_is_not_given_stays(andrew: Person) -> None:
    answer = await andrew.http.patch("/api/me", json={})
    assert (answer.status_code, answer.json()["display_name"]) == (200, andrew.user.display_name)


async def test_a_page_of_another_site_renames_nobody(app: Litestar, andrew: Person) -> None:
    async with open_client(app) as client:
        client.cookies.set("cruddur_session", andrew.token)
        headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        body = {"display_name": "Fool"}
        answer = await client.patch("/api/me", json=body, headers=headers)
    assert answer.status_code == 403
    assert (await andrew.http.get("/api/me")).json()["display_name"] == andrew.user.display_name


async def test_nobody_renames(nobody: httpx.AsyncClient) -> None:
    assert (await nobody.patch("/api/me", json={"display_name": "X"})).status_code == 401
